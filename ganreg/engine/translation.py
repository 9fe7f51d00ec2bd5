"""Making samples from given samples, pictures of other sizes than those of the training included."""

from __future__ import annotations

from typing import Any

import attrs
import keras
import numpy as np

from ganreg.contract.assembly import Assembly
from ganreg.data.arrays import Array, as_samples
from ganreg.data.fitting import shaped
from ganreg.data.ranges import refuse_out_of_range, to_network_range
from ganreg.data.spec import DataSpec
from ganreg.engine.networks import build
from ganreg.engine.sampling import Sampler
from ganreg.errors import AssemblyError, DataError, PluginError

_SIZES = 8
"""The number of sizes whose networks are kept; each takes a moment to build and some megabytes."""
_MULTIPLES = (1, 2, 4, 8, 16, 32, 64)
"""Numbers of which a network may need the sides of a picture to be multiples."""


class Translation:
    """Translates samples with one network, in inference mode.

    Args:
        assembly: the components.
        name: the network's name in the game.
        network: the network with the weights to use.
    """

    def __init__(self, assembly: Assembly, name: str, network: keras.Model) -> None:
        self._assembly, self._name, self._network = assembly, name, network
        place = assembly.networks[name]
        if place.source is None:
            raise ValueError(f"network '{name}' has no source")
        self._source, self._target = place.source, place.data
        self._own = self._sampler(network)
        self._others: dict[tuple[int, int], tuple[keras.Model, Sampler]] = {}

    def _sampler(self, network: keras.Model) -> Sampler:
        conditional = self._assembly.part_of(self._name).implementation.conditional
        return Sampler(network, self._target, conditional=conditional, classes=self._assembly.classes)

    def __call__(self, inputs: Any, labels: Any = None) -> Array:
        """Translates samples; see `GAN.translate`.

        Pictures of another size are padded by reflection to a size that the network can take, and their translations
        are cropped.

        Args:
            inputs: `[N, *source.shape]`, or pictures `[N, h, w, channels]`.
            labels: a class, or `[N]` classes, for a conditional network.

        Raises:
            DataError: the inputs do not fit the network.
        """
        samples = as_samples(inputs, "inputs")
        pictures = self._source.is_image and samples.ndim == 4 and samples.shape[-1] == self._source.shape[-1]
        if not pictures or samples.shape[1:] == self._source.shape:
            samples = shaped(samples, self._source, "inputs")
        if samples.dtype != np.uint8:
            refuse_out_of_range(samples, self._source.value_range, "inputs")
        samples = to_network_range(samples, self._source.value_range)
        if samples.shape[1:] == self._source.shape:
            return self._own.made_from(samples, labels)
        return self._of_other_size(samples, labels)

    def _of_other_size(self, pictures: Array, labels: Any) -> Array:
        height, width = pictures.shape[1:3]
        refusal: Exception | None = None
        for multiple in _MULTIPLES:
            sides = (height + -height % multiple, width + -width % multiple)
            try:
                sampler = self._resized(sides)
            except (AssemblyError, PluginError) as error:
                refusal = error
                continue
            padding = [(0, 0), (0, sides[0] - height), (0, sides[1] - width), (0, 0)]
            made = sampler.made_from(np.pad(pictures, padding, mode="symmetric"), labels)
            scale = [of // side for of, side in zip(self._target.shape[:2], self._source.shape[:2], strict=True)]
            return made[:, : height * scale[0], : width * scale[1]]
        raise DataError(f"network '{self._name}' cannot take pictures of {height}x{width}: {refusal}")

    def _resized(self, sides: tuple[int, int]) -> Sampler:
        """The same network for pictures of other sides, with its current weights."""
        if sides not in self._others:
            place = self._assembly.networks[self._name]
            scaled = attrs.evolve(
                place,
                source=_with_sides(self._source, sides),
                data=_with_sides(
                    self._target,
                    tuple(
                        side * of // own
                        for side, of, own in zip(sides, self._target.shape, self._source.shape, strict=False)
                    ),
                ),
            )
            networks = {**self._assembly.networks, self._name: scaled}
            network = build(attrs.evolve(self._assembly, networks=networks), self._name)
            if [one.shape for one in network.variables] != [one.shape for one in self._network.variables]:
                height, width = self._source.shape[:2]
                raise DataError(f"network '{self._name}' only takes pictures of {height}x{width}; resize them")
            if len(self._others) >= _SIZES:
                del self._others[next(iter(self._others))]
            self._others[sides] = network, self._sampler(network)
        network, sampler = self._others[sides]
        network.set_weights(self._network.get_weights())
        return sampler


def _with_sides(data: DataSpec, sides: tuple[int, ...]) -> DataSpec:
    return attrs.evolve(data, shape=(*sides, data.shape[-1]))
