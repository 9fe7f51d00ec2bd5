"""Callbacks at exact iterations, and recorders."""

import keras
import pytest

import ganreg


def test_an_update_callback_is_a_keras_callback_that_asks_for_nothing_by_default():
    callback = ganreg.UpdateCallback()
    assert isinstance(callback, keras.callbacks.Callback)
    assert callback.every == 0


def test_a_recorder_has_no_state_by_default():
    recorder = ganreg.Recorder()
    assert (recorder.name, recorder.state()) == ("", None)
    recorder.restore(None)


class Sum(ganreg.Recorder):
    """Adds up the discriminator's loss, and keeps when it was called."""

    name, every = "sum", 4

    def __init__(self):
        super().__init__()
        self.total, self.calls = 0.0, []

    def on_updates(self, first, logs):
        for value in logs["discriminator_loss"]:
            self.total += float(value)

    def on_iteration(self, iteration):
        self.calls.append(iteration)

    def state(self):
        return {"total": self.total}

    def restore(self, state):
        self.total = state["total"]


@pytest.mark.slow
def test_a_recorder_that_is_restored_ends_where_an_uninterrupted_one_does(small, points):
    fit = {"verbose": 0, "execution": "graph", "updates_per_call": 3, "batch_size": 16}
    straight, whole = small(), Sum()
    straight.fit(points, steps=10, callbacks=[whole], **fit)
    pieces, first, second = small(), Sum(), Sum()
    pieces.fit(points, steps=6, callbacks=[first], **fit)
    second.restore(first.state())
    pieces.fit(points, steps=4, callbacks=[second], **fit)
    assert second.total == whole.total
    assert (whole.calls, first.calls, second.calls) == ([4, 8], [4], [8])
