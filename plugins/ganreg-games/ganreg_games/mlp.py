"""Dense layers from samples to samples."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from attrs import validators
from ganreg_networks.labels import append_labels, label_input, label_problems
from ganreg_networks.layers import bounded, refuse

from ganreg import DataSpec, Problem, Translator, parameter
from ganreg.lazy import keras

_are_widths = validators.deep_iterable(
    validators.and_(validators.instance_of(int), validators.ge(1)), validators.instance_of(tuple)
)


@attrs.frozen(kw_only=True)
class MlpTranslator(Translator):
    """Dense layers from a flattened sample to a sample of any other shape.

    Each hidden layer is dense and followed by a ReLU. The output layer is linear if the target is unbounded, as latents
    are; if it has a `value_range`, a tanh scaled to that range follows. A conditional network reads the sample with the
    one-hot label appended (arXiv:1411.1784, section 3.2).

    Shapes: samples `[B, *source.shape]` (and labels `[B]`) to samples `[B, *target.shape]`.

    Raises:
        AssemblyError: by `build`, if the network is conditional and the target has no classes.
    """

    widths: tuple[int, ...] = parameter(
        (128, 128),
        "units of each hidden layer, from first to last",
        _are_widths,
        search=[(64, 64), (128, 128), (256, 256), (128, 128, 128)],
    )

    def build(self, source: DataSpec, target: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(target))
        inputs = samples = keras.Input(source.shape, name="samples")
        hidden = keras.layers.Flatten()(samples)
        if self.conditional:
            inputs = [samples, labels := label_input()]
            hidden = append_labels(hidden, labels, target)
        for width in self.widths:
            hidden = keras.layers.Dense(width, activation="relu")(hidden)
        made = keras.layers.Reshape(target.shape)(keras.layers.Dense(target.size)(hidden))
        return keras.Model(inputs, bounded(made, target), name="translator")

    def _problems(self, target: DataSpec) -> Iterator[Problem]:
        return label_problems("translator mlp", self.conditional, target)
