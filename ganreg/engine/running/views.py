"""What callbacks see of a model: those that change learning rates see both players' optimizers, or one player's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import keras
import numpy as np
import tensorflow as tf

from ganreg.engine.loss_scaling import without_loss_scaling
from ganreg.engine.objectives import PLAYERS
from ganreg.engine.players import Players
from ganreg.errors import SpecError, did_you_mean

AnyCallback = TypeVar("AnyCallback", bound=keras.callbacks.Callback)

RATES = (
    keras.callbacks.LearningRateScheduler,
    keras.callbacks.ReduceLROnPlateau,
    keras.callbacks.TensorBoard,
)
"""Keras's callbacks that act on, or log, the learning rate of `model.optimizer`."""

_PLAYER = "ganreg_player"
_OF_KERAS = {
    value
    for value in vars(keras.callbacks).values()
    if isinstance(value, type) and value is not keras.callbacks.Callback
}


def for_player(callback: AnyCallback, player: str) -> AnyCallback:
    """Makes a Keras callback act on the optimizer of one player instead of both.

    `LearningRateScheduler` and `ReduceLROnPlateau` then change the rate of that player only, `TensorBoard` logs it
    alone, and a callback of your own finds the player's optimizer as `self.model.optimizer`.

    Args:
        callback: the callback, which is changed.
        player: `"generator"` or `"discriminator"`.

    Returns:
        The same callback.

    Raises:
        SpecError: there is no such player, or the callback does not act on an optimizer.

    >>> halving = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    >>> for_player(halving, "discriminator") is halving
    True
    """
    if player not in PLAYERS:
        raise SpecError(f"there is no player {player!r}; {did_you_mean(str(player), PLAYERS)}")
    if type(callback) in _OF_KERAS and not isinstance(callback, (*RATES, keras.callbacks.LambdaCallback)):
        raise SpecError(f"{type(callback).__name__} does not act on an optimizer, so it cannot be for one player")
    setattr(callback, _PLAYER, player)
    return callback


def player_of(callback: keras.callbacks.Callback) -> str | None:
    """The player that a callback was made for by `for_player`, or `None`."""
    player: str | None = getattr(callback, _PLAYER, None)
    return player


def acts_on(callback: keras.callbacks.Callback) -> Sequence[str]:
    """The players whose learning rates a callback reads or changes; none for one that does neither."""
    player = player_of(callback)
    if player is not None:
        return (player,)
    return tuple(reversed(PLAYERS)) if isinstance(callback, RATES) else ()


def seen_by(callback: keras.callbacks.Callback, model: Any, players: Players) -> Any:
    """The model as a callback sees it: the model itself, unless the callback acts on optimizers.

    Args:
        callback: the callback.
        model: the model.
        players: the model's players.
    """
    player = player_of(callback)
    if not isinstance(callback, RATES):
        return model if player is None else ModelView(model, optimizer=players.player(player).optimizer)
    named = {name: without_loss_scaling(players.player(name).optimizer) for name in acts_on(callback)}
    replaced: dict[str, Any] = {"optimizer": OptimizersView(named, players.iterations)}
    if isinstance(callback, keras.callbacks.TensorBoard):
        averages = {f"average_{name}": average.target for name, average in players.averages.items()}
        replaced["layers"] = [NetworkView(network, name) for name, network in {**players.networks, **averages}.items()]
    return ModelView(model, **replaced)


def callback_list(
    callbacks: Sequence[keras.callbacks.Callback],
    model: Any,
    players: Players,
    *,
    verbose: str | int,
    history: bool = False,
    **params: Any,
) -> keras.callbacks.CallbackList:
    """Arranges callbacks as Keras does, each with its own view of the model.

    Args:
        callbacks: the callbacks.
        model: the model.
        players: the model's players.
        verbose: as in Keras; adds a progress bar unless it is 0.
        history: whether to add a `History`. Defaults to `False`.
        **params: the parameters of every callback, such as `epochs` and `steps`.
    """
    made = keras.callbacks.CallbackList(
        list(callbacks),
        add_history=history,
        add_progbar=verbose not in (0, "0"),
        verbose=1 if verbose == "auto" else verbose,
        **params,
    )
    for callback in made.callbacks:
        callback.set_model(seen_by(callback, model, players))
    return made


def network_named(players: Players, layers: Sequence[Any], name: Any, index: Any) -> keras.Model:
    """Returns a network by its name in the game or by its place among the layers; see `GAN.get_layer`."""
    averages = {f"average_{one}": network for one, network in players.average_networks.items()}
    networks = {**averages, **players.networks}
    if (name is None) == (index is None):
        raise SpecError("get_layer takes either a name or an index")
    if name is not None:
        if name not in networks:
            raise SpecError(
                f"there is no network {name!r}; {did_you_mean(str(name), networks)} "
                "(layers are inside the networks: gan.generator.get_layer(...))"
            )
        return networks[name]
    if index not in range(len(layers)):
        raise SpecError(f"index must be from 0 to {len(layers) - 1}, got {index!r}")
    return layers[index]


def trained_networks(model: Any, players: Players) -> ModelView:
    """A model that consists of the networks that are trained, each under its name in the game, for `summary`."""
    networks = players.networks
    weights = {id(one): one for network in networks.values() for one in network.weights}
    trainable = {id(one): one for network in networks.values() for one in network.trainable_weights}
    lists = {
        "weights": list(weights.values()),
        "variables": list(weights.values()),
        "trainable_weights": list(trainable.values()),
        "trainable_variables": list(trainable.values()),
        "non_trainable_weights": [one for key, one in weights.items() if key not in trainable],
        "non_trainable_variables": [one for key, one in weights.items() if key not in trainable],
    }
    layers = [ModelView(network, name=name) for name, network in networks.items()]
    return ModelView(model, layers=layers, optimizer=None, **lists)


class ModelView:
    """A model with some attributes replaced; everything else, assignments included, is the model's own.

    Args:
        model: the model.
        **replaced: the other values.
    """

    def __init__(self, model: Any, **replaced: Any) -> None:
        self.__dict__.update(_model=model, _replaced=replaced)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """The model's class, so that `isinstance` says what it would say of the model."""
        return type(self.__dict__["_model"])

    def __getattr__(self, name: str) -> Any:
        replaced = self.__dict__["_replaced"]
        return replaced[name] if name in replaced else getattr(self.__dict__["_model"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_model"], name, value)

    def __call__(self, *arguments: Any, **settings: Any) -> Any:
        """Calls the model."""
        return self.__dict__["_model"](*arguments, **settings)


class NetworkView:
    """A network under its name in the game, so that logged weights of two networks never share a name."""

    def __init__(self, network: keras.Model, name: str) -> None:
        self.name, self._network = name, network

    @property
    def weights(self) -> list[NamedArray]:
        """The values of the weights, named after the network."""
        return [NamedArray.of(weight.numpy(), f"{self.name}/{weight.path}") for weight in self._network.weights]


class NamedArray(np.ndarray):
    """An array with the path of the weight that it is the value of."""

    path = ""

    @classmethod
    def of(cls, values: Any, path: str) -> NamedArray:
        """Names an array."""
        named = np.asarray(values).view(cls)
        named.path = path
        return named


class OptimizersView:
    """Several optimizers as one object, as Keras's callbacks handle them since 3.15: by `optimizers`.

    For callbacks that know a single `learning_rate`, it is the first optimizer's; assigning it multiplies all rates by
    the same factor.

    Args:
        named: the optimizers by the names under which their rates are logged, such as `learning_rate_generator`.
        iterations: the number of iterations that are done.
    """

    name = "players"

    def __init__(self, named: Mapping[str, keras.optimizers.Optimizer], iterations: tf.Variable) -> None:
        self.optimizers = [OptimizerView(optimizer, name) for name, optimizer in named.items()]
        self.iterations = iterations

    @property
    def learning_rate(self) -> Any:
        """The first optimizer's learning rate."""
        return self.optimizers[0].learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        factor = float(rate) / float(np.asarray(self.learning_rate))
        for optimizer in self.optimizers[1:]:
            optimizer.learning_rate = float(np.asarray(optimizer.learning_rate)) * factor
        self.optimizers[0].learning_rate = rate


class OptimizerView:
    """An optimizer under another name; everything else, assignments included, is its own."""

    def __init__(self, optimizer: keras.optimizers.Optimizer, name: str) -> None:
        self.__dict__.update(_optimizer=optimizer, name=name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_optimizer"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_optimizer"], name, value)
