"""The counter, which lives in checkpoints."""

from ganreg import Recorder


class Counter(Recorder):
    """Counts iterations, and sums up what the discriminator lost in them."""

    name = "counting-gan"

    def __init__(self, path):
        super().__init__()
        self._path = path
        self._count, self._sum = 0, 0.0

    def on_updates(self, first, logs):
        """Counts what one compiled call ran."""
        losses = logs["discriminator_loss"]
        self._count += len(losses)
        self._sum += float(sum(losses))

    def state(self):
        """Returns the count and the sum."""
        return {"count": self._count, "sum": self._sum}

    def restore(self, state):
        """Continues from them."""
        self._count, self._sum = (0, 0.0) if state is None else (state["count"], state["sum"])

    def on_train_end(self, logs=None):
        """Writes both down."""
        self._path.write_text(f"{self._count} {self._sum!r}\n")
