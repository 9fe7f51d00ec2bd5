"""Moving averages follow weights that a program sets by hand, outside of training.

Otherwise `gan.generator.set_weights(...)` would leave what `gan.generate` answers from as it was.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import tensorflow as tf

from ganreg.engine.averaging import MovingAverage
from ganreg.errors import GanregWarning


class Following:
    """Watches the variables of averaged networks; costs nothing in training, which assigns them inside of TensorFlow.

    Whatever sets a Keras variable is noticed: `set_weights` and `load_weights` of a network or a layer, and
    `variable.assign`. Weights that a program sets while `fit` runs, in a callback, are averaged as usual.

    Args:
        averages: the moving averages, by the network's name.
    """

    def __init__(self, averages: Mapping[str, MovingAverage]) -> None:
        self._pauses = 0
        self._pairs: list[tuple[str, int]] = []
        self._own: set[tuple[str, int]] = set()
        self._lost: set[tuple[str, int]] = set()
        self._expected: set[tuple[str, int]] = set()
        for name, average in averages.items():
            pairs = zip(average.source.variables, average.target.variables, strict=True)
            for place, (source, target) in enumerate(pairs):
                self._watch(name, place, source, target)

    def _watch(self, name: str, place: int, source: Any, target: Any) -> None:
        key = (name, place)

        self._pairs.append(key)

        def follow() -> None:
            if key in self._expected:
                self._expected.discard(key)
                return
            target.value.assign(source.value)
            if key in self._own:
                self._own.discard(key)
                self._lost.add(key)

        def keep() -> None:
            self._own.add(key)
            self._lost.discard(key)

        self._tell(source, follow)
        self._tell(target, keep)

    def _tell(self, variable: Any, then: Callable[[], None]) -> None:
        """Calls a function after each assignment by hand."""
        assign = variable.assign

        def assign_and_tell(value: Any) -> Any:
            assigned = assign(value)
            if not self._pauses and tf.executing_eagerly() and not _in_a_layer():
                then()
            return assigned

        variable.assign = assign_and_tell

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Lets assignments be part of a training."""
        self._pauses += 1
        try:
            yield
        finally:
            self._pauses -= 1

    def expect_both(self) -> None:
        """Lets each network and its average be set once by Keras, which loads them from a file in any order."""
        if not self._pauses:
            self._expected = set(self._pairs)

    def report(self) -> None:
        """Warns if weights of a moving average, which were set by hand, gave way to the network's own.

        Warns:
            GanregWarning: they did; the message says what to do.
        """
        if self._lost:
            name = min(self._lost)[0]
            self._lost.clear()
            warnings.warn(
                f"the weights of the {name} were set after those of its moving average, which now equals them; set "
                "the average last to keep its own",
                GanregWarning,
                stacklevel=4,
            )


def _in_a_layer() -> bool:
    """Whether a layer is being called, which may update its statistics. Keras has no public way to ask."""
    from keras.src.backend.common import global_state

    return global_state.get_global_attribute("current_call_ctx") is not None
