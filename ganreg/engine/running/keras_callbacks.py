"""Keras's own callbacks in the training of a GAN: which can act, and what each needs. What cannot is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import keras

from ganreg.contract.assembly import Assembly
from ganreg.contract.callbacks import UpdateCallback
from ganreg.engine.loss_scaling import without_loss_scaling
from ganreg.engine.players import Players
from ganreg.engine.running.views import RATES, acts_on, player_of
from ganreg.errors import SpecError, did_you_mean

_CHANGES_RATES = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)
_SAVES = (keras.callbacks.ModelCheckpoint, keras.callbacks.BackupAndRestore)
_BATCH_METHODS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
_EPOCH_METHODS = ("on_epoch_begin", "on_epoch_end")
_REFUSED = {
    "SwapEMAWeights": "it swaps averages that Keras's optimizers keep, but a GAN keeps its own (recipe: ema_decay): "
    "generate, predict and save use gan.average_generator",
    "OrbaxCheckpoint": "it saves one optimizer only; use ModelCheckpoint, BackupAndRestore, or ganreg.train, whose "
    "run folder holds checkpoints",
}
"""Callbacks that cannot do what they promise, and what to use instead."""


def flattened(callbacks: Any) -> list[keras.callbacks.Callback]:
    """Returns callbacks as a list.

    Args:
        callbacks: a callback, a list of them, a `CallbackList`, or `None`.

    Raises:
        SpecError: something else is among them.
    """
    if isinstance(callbacks, keras.callbacks.CallbackList):
        callbacks = callbacks.callbacks
    if callbacks is None:
        return []
    found = []
    for one in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        if isinstance(one, (list, tuple, keras.callbacks.CallbackList)):
            found += flattened(one)
        elif isinstance(one, keras.callbacks.Callback):
            found.append(one)
        else:
            raise SpecError(f"callbacks must be Keras callbacks, got {one!r}")
    return found


def wants_each_update(callback: keras.callbacks.Callback) -> bool:
    """Whether a plain Keras callback does something at each batch, so that a call may run only one iteration."""
    if isinstance(callback, UpdateCallback):
        return False
    if type(callback) in _SAVES:
        return bool(callback.save_freq != "epoch")
    if type(callback) is keras.callbacks.TensorBoard:
        every_batch = callback.update_freq != "epoch" or callback.write_steps_per_second or callback._should_trace
        return bool(every_batch)
    if isinstance(callback, (keras.callbacks.ProgbarLogger, keras.callbacks.TerminateOnNaN)):
        return False
    return _does_something(callback, _BATCH_METHODS)


def sees_batches(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback does something when it hears of a batch, be it of one iteration or of several."""
    return _does_something(callback, _BATCH_METHODS)


def sees_epochs(callback: keras.callbacks.Callback) -> bool:
    """Whether a callback looks at the model at the beginning or at the end of an epoch."""
    return type(callback) is not keras.callbacks.History and _does_something(callback, _EPOCH_METHODS)


def _does_something(callback: keras.callbacks.Callback, methods: Collection[str]) -> bool:
    """Whether one of the methods is its own, by its class or, as in a `LambdaCallback`, by itself."""
    return any(
        getattr(getattr(callback, name), "__func__", None) is not getattr(keras.callbacks.Callback, name)
        for name in methods
    )


def terminates(callbacks: Sequence[keras.callbacks.Callback]) -> bool:
    """Whether a `TerminateOnNaN` ends the training quietly instead of with an error."""
    found = [one for one in callbacks if isinstance(one, keras.callbacks.TerminateOnNaN)]
    return bool(found) and not any(getattr(one, "raise_error", False) for one in found)


def prepare(
    callbacks: Sequence[keras.callbacks.Callback],
    players: Players,
    *,
    validates: bool,
    refuse_unsaveable: Callable[[Assembly], object],
) -> None:
    """Checks that every callback can do what it is for, before anything is trained.

    A callback that monitors a value with the mode `"auto"` gets the direction of that value, which Keras does not know.

    Args:
        callbacks: the callbacks, in order.
        players: the players.
        validates: whether the training has validation data.
        refuse_unsaveable: raises an error for an assembly that cannot be saved as a whole.

    Raises:
        SpecError: a callback cannot do what it is for, or monitors a value that there is not.
        RunError: a callback would save the whole GAN, which has a component that no plugin offers.
    """
    known = [*players.log_names]
    known += [f"val_{name}" for name in players.updates.log_names] if validates else []
    adds_values = False
    for callback in callbacks:
        name = type(callback).__name__
        if name in _REFUSED and isinstance(callback, getattr(keras.callbacks, name, ())):
            raise SpecError(f"the callback {name} cannot be used with a GAN: {_REFUSED[name]}")
        if isinstance(callback, _CHANGES_RATES):
            _refuse_schedules(callback, players)
        if isinstance(callback, RATES):
            known += [f"learning_rate_{player}" for player in acts_on(callback)]
        if isinstance(callback, keras.callbacks.ModelCheckpoint) and not callback.save_weights_only:
            _refuse_other_files(callback)
            refuse_unsaveable(players.assembly)
        if not adds_values:
            _check_monitor(callback, known)
        _settle_mode(callback)
        # A callback of the user's own may write further values into the logs, which later ones monitor.
        adds_values = adds_values or _may_add_values(callback)


def _refuse_schedules(callback: keras.callbacks.Callback, players: Players) -> None:
    for player in acts_on(callback):
        config = without_loss_scaling(players.player(player).optimizer).get_config()
        if isinstance(config["learning_rate"], dict):
            other = "generator" if player == "discriminator" else "discriminator"
            rest = "" if player_of(callback) else f", or leave that player out: ganreg.for_player(callback, '{other}')"
            raise SpecError(
                f"{type(callback).__name__} sets the learning rate, but the {player}'s optimizer follows a schedule "
                f"of its own; assemble the GAN with learning_rate_decay='none' and a constant rate{rest}"
            )


def _refuse_other_files(callback: keras.callbacks.Callback) -> None:
    if not callback.filepath.endswith(".keras"):
        raise SpecError(
            f"ModelCheckpoint cannot save a GAN as {callback.filepath}; end the name in .keras, "
            "or in .weights.h5 with save_weights_only=True"
        )


def _may_add_values(callback: keras.callbacks.Callback) -> bool:
    of_keras = type(callback).__module__.partition(".")[0] == "keras"
    own = not of_keras or isinstance(callback, keras.callbacks.LambdaCallback)
    return own and not isinstance(callback, UpdateCallback) and _does_something(callback, ("on_epoch_end",))


def _check_monitor(callback: keras.callbacks.Callback, known: Sequence[str]) -> None:
    monitor = getattr(callback, "monitor", None)
    saves_all = isinstance(callback, keras.callbacks.ModelCheckpoint) and not callback.save_best_only
    if type(callback).__module__.partition(".")[0] != "keras" or not isinstance(monitor, str) or saves_all:
        return
    if monitor not in known:
        no_data = monitor.startswith("val_") and not any(name.startswith("val_") for name in known)
        needs = "; values of validation data need validation_data= or validation_split=" if no_data else ""
        raise SpecError(
            f"{type(callback).__name__} monitors '{monitor}', which is not logged; "
            f"{did_you_mean(monitor, known)}{needs}"
        )


def _settle_mode(callback: keras.callbacks.Callback) -> None:
    if isinstance(getattr(callback, "monitor", None), str) and getattr(callback, "mode", None) == "auto":
        callback.mode = "max" if callback.monitor.endswith("_accuracy") else "min"
