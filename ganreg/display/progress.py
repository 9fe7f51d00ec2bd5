"""The live progress of a training in a notebook: one output that is updated."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ganreg.contract.callbacks import Table, UpdateCallback
from ganreg.display.curves import loss_curves
from ganreg.display.fragments import Picture, fragment

if TYPE_CHECKING:
    from ganreg.gan import GAN

_SECONDS = 0.5
"""The shortest time between two updates of the text."""
_FIRST_PICTURE, _GROWTH, _LONGEST = 2.0, 1.5, 60.0
"""The seconds until the first samples are drawn, how much longer each further wait is, and the longest."""
_SHARE = 20
"""At most one part of so many of the time is spent on drawing."""


class LiveProgress(UpdateCallback):
    """Shows iterations, rate, losses, accuracies and the latest samples, in one output of a notebook.

    It does not change what is trained: it asks for no end of a compiled call, and its samples have seeds of their own.

    Args:
        gan: what is trained.
        begins: the number of iterations that are done at the beginning.
        ends: the number that are done at the end.
        of_epoch: returns the logs of the last epoch, with those of validation data.
        show: shows HTML and returns what updates it. Defaults to IPython's display.
        clock: returns the time in seconds.
    """

    def __init__(
        self,
        gan: GAN,
        begins: int,
        ends: int,
        of_epoch: Callable[[], Mapping[str, float]] = dict,
        *,
        show: Callable[[str], Callable[[str], None]] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__()
        self._gan, self._ends, self._of_epoch, self._clock = gan, ends, of_epoch, clock
        self._show = show or _shown
        self._update: Callable[[str], None] | None = None
        self._done = self._first = begins
        self._logs: Mapping[str, float] = {}
        self._curve: list[tuple[int, Mapping[str, float]]] = []
        self._every = 1
        self._picture: Picture | None = None
        self._began = self._last = self._next_picture = 0.0
        self._wait = _FIRST_PICTURE

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Shows the first output."""
        self._update = self._show(self._html("compiling ..."))

    def on_updates(self, first: int, logs: Table) -> None:
        """Updates the output, a few times a second at most."""
        now = self._clock()
        self._done = first + len(next(iter(logs.values())))
        self._logs = {name: float(np.mean(values)) for name, values in logs.items()}
        self._keep_point()
        if not self._began:  # the first call includes compilation and would distort the rate
            self._began, self._first = now, self._done
            self._next_picture = now + self._wait
        if now - self._last < _SECONDS:
            return
        if now >= self._next_picture:
            self._draw()
        self._last = now
        self._refresh()

    def on_train_end(self, logs: dict[str, float] | None = None) -> None:
        """Shows the end, with the last samples."""
        self._draw()
        self._refresh()

    def _keep_point(self) -> None:
        """Keeps a point of the curves; every second one is dropped when there are too many."""
        if len(self._curve) >= _MOST_POINTS:
            self._curve = self._curve[1::2]
            self._every *= 2
        self._curve.append((self._done, self._logs))

    def _draw(self) -> None:
        """Draws samples, and waits longer before the next ones."""
        from ganreg.display.samples import small_samples

        began = self._clock()
        try:
            made = small_samples(self._gan, seed=self._gan.recipe.seed, may_load=True)
        except Exception:  # noqa: BLE001 - a training does not end because its samples cannot be shown
            made = None
        now = self._clock()
        self._picture = made if isinstance(made, Picture) else None
        self._wait = min(_LONGEST, self._wait * _GROWTH)
        self._next_picture = now + max(self._wait, _SHARE * (now - began))

    def _refresh(self) -> None:
        if self._update is not None:
            self._update(self._html(self._rate()))

    def _rate(self) -> str:
        elapsed, done = self._clock() - self._began, self._done - self._first
        if not self._began or elapsed <= 0 or done <= 0:
            return ""
        left = (self._ends - self._done) * elapsed / done
        rest = f", about {_duration(left)} left" if self._done < self._ends else f" in {_duration(elapsed)}"
        return f"{done / elapsed:,.3g} a second{rest}"

    def _html(self, rate: str) -> str:
        whole = max(1, self._ends)
        line = f"{self._done:,} of {self._ends:,} iterations"
        iterations = [done for done, _ in self._curve]
        names = dict.fromkeys(name for _, logs in self._curve for name in logs)
        values: dict[str, list[Any]] = {name: [_finite(logs.get(name)) for _, logs in self._curve] for name in names}
        return fragment(
            "progress.html",
            percent=round(100 * min(1.0, self._done / whole)),
            line=f"{line}{', ' * bool(rate)}{rate}",
            values=self._values(),
            curves=loss_curves(iterations, values),
            picture=self._picture,
        )

    def _values(self) -> str:
        parts = []
        if "real_accuracy" in self._logs:
            real, fake = self._logs["real_accuracy"], self._logs.get("fake_accuracy", 0.0)
            parts.append(f"D classifies {real:.0%} of the real and {fake:.0%} of the generated samples correctly")
        validated = {name: value for name, value in self._of_epoch().items() if name.startswith("val_")}
        parts += [f"{name} {value:.3g}" for name, value in validated.items() if name.endswith("_loss")]
        return "; ".join(parts)


_MOST_POINTS = 400


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _duration(seconds: float) -> str:
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{whole} s"


def _shown(html: str) -> Callable[[str], None]:
    """Shows HTML with IPython, and returns what replaces it."""
    from IPython.display import HTML, display

    handle = display(HTML(html), display_id=True)
    return lambda changed: handle.update(HTML(changed))
