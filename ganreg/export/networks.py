"""A trained network as others use it: in float32, with named inputs, in the units of the data."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import keras

from ganreg.contract.assembly import Assembly
from ganreg.engine.networks import build, inputs_of
from ganreg.engine.own_range import in_own_range
from ganreg.engine.players import Players
from ganreg.engine.precision import FULL
from ganreg.errors import SpecError, did_you_mean


def exportable(players: Players, name: str | None = None, *, average: bool = True) -> keras.Model:
    """Returns a network for other programs.

    Its inputs are called `latents` (or `source`) and `labels`. Samples and sources are in the data's own range, and
    everything is computed in float32, whatever the precision of the training.

    Args:
        players: the players.
        name: the network's name in the game. Defaults to the one that makes the game's samples.
        average: whether to return the moving average of the network. Defaults to `True`.

    Raises:
        SpecError: there is no such network, or it makes no samples.
    """
    assembly = players.assembly
    name = assembly.game.makes if name is None else name
    _refuse_other_names(assembly, name)
    network = (players.average_networks if average else players.networks)[name]
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(FULL)
    try:
        return _with_ports(_in_full_precision(network, assembly, name), assembly, name)
    finally:
        keras.config.set_dtype_policy(before)


def _with_ports(network: keras.Model, assembly: Assembly, name: str) -> keras.Model:
    """The network with named inputs, between the data's own ranges."""
    place = assembly.networks[name]
    symbolic = inputs_of(assembly, name)
    symbolic = symbolic if isinstance(symbolic, list) else [symbolic]
    called = ("latents" if place.source is None else "source", "labels")
    inputs = [
        keras.Input(one.shape[1:], dtype=one.dtype, name=word) for one, word in zip(symbolic, called, strict=False)
    ]
    made = in_own_range(network, symbolic, place.data, place.source)(inputs if len(inputs) > 1 else inputs[0])
    samples = keras.layers.Identity(dtype=FULL, name="samples")(made)
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], samples, name=name)


def _refuse_other_names(assembly: Assembly, name: str) -> None:
    if name in assembly.judges:
        raise SpecError(
            f"'{name}' makes no samples; export it with Keras: gan.networks['{name}'].export(...), or choose from "
            f"{', '.join(assembly.makers)}"
        )
    if name not in assembly.makers:
        raise SpecError(f"there is no network '{name}'; {did_you_mean(name, list(assembly.makers))}")


def _in_full_precision(network: keras.Model, assembly: Assembly, name: str) -> keras.Model:
    """The network itself if it computes in float32; otherwise a copy that does."""
    layers: Sequence[keras.layers.Layer] = list(network._flatten_layers())  # Keras has no public way to nested layers
    if all(layer.compute_dtype in (None, FULL) for layer in layers):
        return network
    recipe = attrs.evolve(assembly.recipe, precision="float32")
    copy = build(attrs.evolve(assembly, recipe=recipe, restored=True), name)
    copy.set_weights(network.get_weights())
    return copy
