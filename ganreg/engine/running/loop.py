"""The training loop: takes batches, runs compiled calls, and invokes callbacks at their iterations."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from ganreg.contract.assembly import Assembly
from ganreg.contract.callbacks import UpdateCallback
from ganreg.data.arrays import Array
from ganreg.data.batches import Batches
from ganreg.engine.attribution import attributed_to_parts
from ganreg.engine.forks import refuse_fork
from ganreg.engine.numbers import FiniteNumbers
from ganreg.engine.running.callbacks import means, next_stop
from ganreg.engine.running.choice import choose_execution
from ganreg.engine.running.counts import optional, verbosity
from ganreg.engine.running.course import Course
from ganreg.engine.running.evaluation import Validation
from ganreg.engine.running.execution import Execution
from ganreg.engine.running.feeding import Feed, Request
from ganreg.engine.running.keras_callbacks import (
    flattened,
    prepare,
    sees_batches,
    sees_epochs,
    terminates,
    wants_each_update,
)
from ganreg.engine.running.programs import Programs
from ganreg.engine.running.views import callback_list
from ganreg.errors import DataError, NumericalError
from ganreg.shown import displayed, in_notebook

_log = logging.getLogger("ganreg")


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
        verbose: as in Keras; with `"auto"`, a notebook shows live progress instead of Keras's bar.
        execution: `"auto"`, a mode, or an exact execution.
        updates_per_call: the number of iterations in one compiled call, or `None` to choose it.
        validation: the evaluation at the end of epochs, or `None`.
        refuse_unsaveable: raises an error for an assembly that cannot be saved as a whole. Defaults to no check.

    Raises:
        DataError: neither the batches nor the caller define the length of an epoch.
        SpecError: a number is out of bounds, the mode does not exist, or a callback cannot do what it is for.
        AssemblyError: a player has no trainable weights, or its optimizer does not know one.
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
        callbacks: Any,
        verbose: str | int,
        execution: str | Execution,
        updates_per_call: int | None,
        validation: Validation | None = None,
        refuse_unsaveable: Callable[[Assembly], object] = lambda assembly: None,
    ) -> None:
        refuse_fork()
        players = programs.players
        steps, steps_per_epoch = optional("steps", steps), optional("steps_per_epoch", steps_per_epoch, 1)
        updates_per_call = optional("updates_per_call", updates_per_call, 1)
        callbacks, verbose = flattened(callbacks), verbosity(verbose)
        prepare(callbacks, players, validates=validation is not None, refuse_unsaveable=refuse_unsaveable)
        programs.refresh()
        self._programs, self._batches, self._model, self._validation = programs, batches, model, validation
        self._players, self._parts, self._schedule = players, players.assembly.all_parts, players.recipe.schedule
        per_epoch = steps_per_epoch or self._iterations_per_epoch(steps)
        length = len(epochs) * per_epoch if steps is None else steps
        self._course = Course(players.done, per_epoch, length, epochs.start)
        self._terminates = terminates(callbacks)
        if verbose == "auto" and in_notebook():
            course, verbose = self._course, 0
            callbacks.append(displayed("progress:LiveProgress", model, course.start, course.end, lambda: self._last))
        if not any(isinstance(callback, FiniteNumbers) for callback in callbacks):
            callbacks = [FiniteNumbers(players), *callbacks]  # first, so that no other callback sees a NaN
        self._update_callbacks = [callback for callback in callbacks if isinstance(callback, UpdateCallback)]
        self._callbacks = callback_list(
            callbacks, model, players, verbose=verbose, history=True, epochs=self._course.epochs, steps=per_epoch
        )
        everyone = self._callbacks.callbacks
        others = [callback for callback in everyone if not isinstance(callback, UpdateCallback)]
        self._tells_batches = any(map(sees_batches, others))
        self._keeps_epochs = (
            steps is None
            or self._schedule.unit == "epochs"
            or validation is not None
            or any(map(sees_epochs, everyone))
        )
        each_update = any(map(wants_each_update, everyone))
        self._execution = choose_execution(
            programs,
            batches,
            iterations=length,
            mode=execution,
            updates_per_call=1 if each_update and updates_per_call is None else updates_per_call,
        )
        self._epoch: int | None = None
        self._logs: dict[str, list[Array]] = {}
        self._last: dict[str, float] = {}

    def _iterations_per_epoch(self, steps: int | None) -> int:
        batches = self._batches.per_epoch
        if batches is None:
            if steps is None:
                raise DataError("the pipeline does not know its length; pass steps_per_epoch or steps")
            batches = steps * self._schedule.phase(0).batches
        return max(1, batches // self._schedule.phase(0).batches)

    def run(self) -> keras.callbacks.History:
        """Trains to the end or until a callback stops it, and returns the history."""
        # The shares of the classes in a pipeline are counted as it is read.
        seen = self._players.classes.count if self._batches.labels is None else None
        with Feed(self._batches, seen) as feed:
            return self._run(feed)

    def _run(self, feed: Feed) -> keras.callbacks.History:
        model, course = self._model, self._course
        model.stop_training, model._initial_epoch = False, None
        self._programs.execution = self._execution
        self._callbacks.on_train_begin()
        self._rejoin()
        iteration = self._players.done
        while iteration < course.end and not model.stop_training:
            self._begin_epoch(iteration)
            stop = self._next_stop(iteration)
            self._keep(iteration, self._call(feed, iteration, stop))
            iteration = self._followed(stop)
        self._end_epoch()
        self._callbacks.on_train_end(self._last)
        return next(one for one in self._callbacks.callbacks if isinstance(one, keras.callbacks.History))

    def _rejoin(self) -> None:
        """Continues where weights come from that a callback has loaded at the beginning, as `BackupAndRestore` does."""
        course, done = self._course, self._players.done
        epoch = self._model._initial_epoch  # set by the callback, which Keras reads here too
        if epoch is not None and done != course.start:
            course.rejoin(epoch, self._players.epoch_began)
        elif done != course.start:
            course.move(done - course.start)

    def _followed(self, stop: int) -> int:
        """The number of iterations that are done, which is another one where a callback has loaded weights."""
        done = self._players.done if self._keeps_epochs or self._tells_batches else stop
        if done != stop:
            self._course.move(done - stop)
        return done

    def _begin_epoch(self, iteration: int) -> None:
        if self._epoch is None:
            self._epoch, self._logs = self._course.epoch_of(iteration), {}
            self._players.epoch_began = iteration - self._course.place_of(iteration)
            self._callbacks.on_epoch_begin(self._epoch)

    def _end_epoch(self) -> None:
        """Ends the present epoch, if one has begun."""
        if self._epoch is None:
            return
        epoch, logs = self._epoch, means(_joined(self._logs))
        if self._validation is not None and self._validation.is_due(epoch):
            logs |= self._validation.run(self._callbacks)
        self._epoch, self._last = None, logs
        self._players.epoch_began += self._course.per_epoch  # what is saved now belongs to the next epoch
        self._callbacks.on_epoch_end(epoch, logs)

    def _keep(self, iteration: int, logs: dict[str, Array]) -> None:
        """Adds the logs of a call to those of its epoch; a call may also end several epochs."""
        count, done = len(next(iter(logs.values()))), 0
        while done < count:
            self._begin_epoch(iteration + done)
            complete = self._course.end_of_epoch(iteration + done)
            rows = slice(done, min(count, complete - iteration))
            for name, values in logs.items():
                self._logs.setdefault(name, []).append(values[rows])
            done = rows.stop
            if iteration + done == complete:
                self._end_epoch()

    def _next_stop(self, iteration: int) -> int:
        course = self._course
        limit = min(course.end, iteration + self._execution.updates_per_call)
        if self._keeps_epochs:
            limit = min(limit, course.end_of_epoch(iteration))
        if self._schedule.unit == "epochs":  # the schedule's epochs count from the first fit, not from this one
            limit = min(limit, (iteration // course.per_epoch + 1) * course.per_epoch)
        return next_stop(iteration, self._update_callbacks, limit)

    def _request(self, iteration: int, stop: int) -> Request:
        """The function that runs the iterations from `iteration` to `stop`, and the batches that it needs."""
        phase = self._schedule.phase(iteration // self._course.per_epoch)
        function = self._programs.function_for(phase, self._execution, iteration)
        return function, iteration * phase.batches, (stop - iteration) * phase.batches

    def _call(self, feed: Feed, iteration: int, stop: int) -> dict[str, Array]:
        """Runs the iterations from `iteration` to `stop` in one compiled call and notifies the callbacks."""
        place = self._course.place_of(iteration)
        if self._tells_batches:
            self._callbacks.on_train_batch_begin(place)
        request = self._request(iteration, stop)
        prepared = feed.take(*request)
        if stop < self._course.end:
            feed.ask_ahead(*self._request(stop, self._next_stop(stop)))
        with attributed_to_parts(self._parts):
            logs = request[0].run(prepared)
        self._programs.execution = request[0].execution
        if self._model.train_function is not request[0].compiled:
            self._model.train_function = request[0].compiled  # where Keras's callbacks look for the graph
        self._notify(iteration, stop, logs)
        if self._tells_batches:
            last = min(place + stop - iteration, self._course.per_epoch) - 1
            self._callbacks.on_train_batch_end(last, means(logs))
        return logs

    def _notify(self, iteration: int, stop: int, logs: dict[str, Array]) -> None:
        """Hands the logs of a call to the update callbacks."""
        try:
            for callback in self._update_callbacks:
                callback.on_updates(iteration, logs)
        except NumericalError as error:
            if not self._terminates:
                raise
            _log.warning("TerminateOnNaN ends the training: %s", error)
            self._model.stop_training = True
            others = [one for one in self._callbacks.callbacks if not isinstance(one, FiniteNumbers)]
            self._callbacks.callbacks = others  # those would raise the same error again at the end
            return
        for callback in self._update_callbacks:
            if callback.every and stop % callback.every == 0:
                callback.on_iteration(stop)


def _joined(logs: dict[str, list[Array]]) -> dict[str, Any]:
    return {name: np.concatenate(values) for name, values in logs.items()}
