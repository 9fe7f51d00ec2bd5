"""The training loop: takes batches, runs compiled calls, and invokes callbacks at their iterations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from ganreg.contract.callbacks import UpdateCallback
from ganreg.data.arrays import Array
from ganreg.data.batches import Batches
from ganreg.engine.attribution import attributed_to_parts
from ganreg.engine.numbers import FiniteNumbers
from ganreg.engine.running.callbacks import means, next_stop, wants_each_update
from ganreg.engine.running.choice import choose_execution
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.feeding import Feed, Request
from ganreg.engine.running.programs import Programs
from ganreg.errors import DataError


class TrainingLoop:
    """One training: a call of `GAN.fit`.

    Args:
        programs: the compiled updates of the players.
        batches: the source of batches.
        model: the model that callbacks get; they stop the training through its `stop_training`.
        steps_per_epoch: the number of iterations in one epoch, or `None` to use every whole batch once.
        epochs: the numbers of the epochs to run.
        steps: the number of iterations to run instead of whole epochs, or `None`.
        callbacks: Keras callbacks.
        verbose: as in Keras.
        execution: `"auto"`, a mode, or an exact execution.
        updates_per_call: the number of iterations in one compiled call, or `None` to choose it.

    Raises:
        DataError: neither the batches nor the caller define the length of an epoch.
        SpecError: the mode does not exist.
    """

    def __init__(
        self,
        programs: Programs,
        batches: Batches,
        *,
        model: keras.Model,
        steps_per_epoch: int | None,
        epochs: range,
        steps: int | None,
        callbacks: Sequence[keras.callbacks.Callback],
        verbose: str | int,
        execution: str | Execution,
        updates_per_call: int | None,
    ) -> None:
        players = programs.players
        self._programs, self._batches, self._model = programs, batches, model
        self._parts, self._schedule = players.assembly.all_parts, players.recipe.schedule
        self._per_epoch = steps_per_epoch or self._iterations_per_epoch(steps)
        self._first_epoch = epochs.start
        self._start = players.done
        self._end = self._start + (len(epochs) * self._per_epoch if steps is None else steps)
        self._keeps_epochs = steps is None or self._schedule.unit == "epochs"
        if not any(isinstance(callback, FiniteNumbers) for callback in callbacks):
            callbacks = [FiniteNumbers(players), *callbacks]  # first, so that no other callback sees a NaN
        self._update_callbacks = [callback for callback in callbacks if isinstance(callback, UpdateCallback)]
        self._history = keras.callbacks.History()
        self._callbacks = keras.callbacks.CallbackList(
            [*callbacks, self._history],
            add_progbar=verbose not in (0, "0"),
            model=model,
            verbose=1 if verbose == "auto" else verbose,
            epochs=epochs.stop if steps is None else self._first_epoch + -(-steps // self._per_epoch),
            steps=self._per_epoch,
        )
        each_update = any(wants_each_update(callback) for callback in callbacks)
        self._tells_batches = each_update or verbose not in (0, "0")
        self._execution = choose_execution(
            programs,
            batches,
            iterations=self._end - self._start,
            mode=execution,
            updates_per_call=1 if each_update and updates_per_call is None else updates_per_call,
        )

    def _iterations_per_epoch(self, steps: int | None) -> int:
        batches = self._batches.per_epoch
        if batches is None:
            if steps is None:
                raise DataError("the pipeline does not know its length; pass steps_per_epoch or steps")
            batches = steps
        return max(1, batches // self._schedule.phase(0).batches)

    def run(self) -> keras.callbacks.History:
        """Trains to the end or until a callback stops it, and returns the history."""
        with Feed(self._batches) as feed:
            return self._run(feed)

    def _run(self, feed: Feed) -> keras.callbacks.History:
        model, callbacks = self._model, self._callbacks
        model.stop_training = False
        self._programs.execution = self._execution
        callbacks.on_train_begin()
        epoch, iteration = -1, self._start
        logs: dict[str, list[Array]] = {}
        while iteration < self._end and not model.stop_training:
            if self._epoch_of(iteration) != epoch:
                epoch = self._epoch_of(iteration)
                logs = {}
                callbacks.on_epoch_begin(self._first_epoch + epoch)
            stop = self._next_stop(iteration)
            for name, values in self._call(feed, iteration, stop).items():
                logs.setdefault(name, []).append(values)
            iteration = stop
            ended = self._epoch_of(iteration) != epoch
            if ended or iteration == self._end or model.stop_training:
                callbacks.on_epoch_end(self._first_epoch + epoch, means(_joined(logs)))
        callbacks.on_train_end(means(_joined(logs)))
        return self._history

    def _epoch_of(self, iteration: int) -> int:
        """The epoch that an iteration belongs to, counted from the first of this fit."""
        return (iteration - self._start) // self._per_epoch

    def _next_stop(self, iteration: int) -> int:
        limit = min(self._end, iteration + self._execution.updates_per_call)
        if self._keeps_epochs:
            limit = min(limit, self._start + (self._epoch_of(iteration) + 1) * self._per_epoch)
        if self._schedule.unit == "epochs":  # the schedule's epochs count from the first fit, not from this one
            limit = min(limit, (iteration // self._per_epoch + 1) * self._per_epoch)
        return next_stop(iteration, self._update_callbacks, limit)

    def _request(self, iteration: int, stop: int) -> Request:
        """The function that runs the iterations from `iteration` to `stop`, and the batches that it needs."""
        phase = self._schedule.phase(iteration // self._per_epoch)
        function = self._programs.function_for(phase, self._execution, iteration)
        return function, iteration * phase.batches, (stop - iteration) * phase.batches

    def _call(self, feed: Feed, iteration: int, stop: int) -> dict[str, Array]:
        """Runs the iterations from `iteration` to `stop` in one compiled call and notifies the callbacks."""
        place = (iteration - self._start) % self._per_epoch
        if self._tells_batches:
            self._callbacks.on_train_batch_begin(place)
        request = self._request(iteration, stop)
        prepared = feed.take(*request)
        if stop < self._end:
            feed.ask_ahead(*self._request(stop, self._next_stop(stop)))
        with attributed_to_parts(self._parts):
            logs = request[0].run(prepared)
        self._programs.execution = request[0].execution
        for callback in self._update_callbacks:
            callback.on_updates(iteration, logs)
        for callback in self._update_callbacks:
            if callback.every and stop % callback.every == 0:
                callback.on_iteration(stop)
        if self._tells_batches:
            self._callbacks.on_train_batch_end(min(place + stop - iteration, self._per_epoch) - 1, means(logs))
        return logs


def _joined(logs: dict[str, list[Array]]) -> dict[str, Any]:
    return {name: np.concatenate(values) for name, values in logs.items()}
