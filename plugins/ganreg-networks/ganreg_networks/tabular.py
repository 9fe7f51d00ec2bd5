"""The generator of CTGAN, for rows of a table."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from attrs import validators

from ganreg import DataSpec, Generator, Problem, parameter
from ganreg.lazy import keras, lazy_module
from ganreg_networks.labels import append_labels, label_input, label_problems, one_hot
from ganreg_networks.layers import Norm, activated, bounded, normalized, refuse

tabular_layers = lazy_module("ganreg_networks.tabular_layers")

_are_widths = validators.deep_iterable(
    validators.and_(validators.instance_of(int), validators.ge(1)), validators.instance_of(tuple)
)


@attrs.frozen(kw_only=True)
class TabularGenerator(Generator):
    """CTGAN's generator of rows of a table (Xu et al. 2019, arXiv:1907.00503, section 4.4).

    Each hidden layer is dense, followed by batch normalisation and ReLU, and its output is concatenated with its
    input::

        h_0 = latents (and label),    h_i = relu(norm(dense(h_i-1))) ⊕ h_i-1

    A linear layer on the last one gives a value for each value of a sample. What becomes of it is decided by the
    blocks of the data: a one-hot block becomes a Gumbel-softmax of the given temperature, a number a tanh. Data without
    blocks are all numbers, which have no tanh if the data have no range.

    Two things differ from the paper. The noise of the Gumbel-softmax is a function of the latents, so that a generator
    has no random state and the same latents give the same row. And where the classes are conditions, the block of the
    wished condition is set to the wished category, instead of penalising its distance from it: no row can miss its
    condition, and there is no penalty to weigh against the loss.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to samples `[B, *data.shape]`.

    Raises:
        AssemblyError: by `build`, if the network is conditional and the data has no classes, or if samples with blocks
            are not vectors.
    """

    latent_dim: int = parameter(128, "dimension of the latents", validators.ge(1), search=(16, 256, "log"))
    widths: tuple[int, ...] = parameter(
        (256, 256),
        "units of each hidden layer, from first to last",
        _are_widths,
        search=[(128, 128), (256, 256), (512, 512)],
    )
    norm: Norm = parameter("batch", "normalisation before each activation")
    temperature: float = parameter(
        0.2, "temperature of the Gumbel-softmax", validators.gt(0.0), search=(0.1, 1.0, "log")
    )

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network that the class describes."""
        refuse(self._problems(data))
        inputs = hidden = latents = keras.Input((self.latent_dim,), name="latents")
        labels = None
        if self.conditional:
            inputs = [latents, labels := label_input()]
            hidden = append_labels(latents, labels, data)
        for width in self.widths:
            dense = keras.layers.Dense(width, use_bias=self.norm == "none")
            added = activated(normalized(dense(hidden), self.norm), "relu")
            hidden = keras.layers.Concatenate()([added, hidden])
        values = keras.layers.Dense(data.size)(hidden)
        if not data.blocks:
            return keras.Model(inputs, bounded(keras.layers.Reshape(data.shape)(values), data), name="generator")
        samples = self._chosen(latents, values, data)
        if labels is not None and data.conditions:
            conditions = data.conditional_on
            place = tabular_layers.Conditioned(
                [(start, block.size) for start, block in zip(conditions.starts, conditions.blocks, strict=True)],
                value_range=data.value_range or (0.0, 1.0),
                name="conditioned",
            )
            samples = place([samples, one_hot(labels, data)])
        return keras.Model(inputs, samples, name="generator")

    def _chosen(self, latents: keras.KerasTensor, values: keras.KerasTensor, data: DataSpec) -> keras.KerasTensor:
        """Applies the activation of each block."""
        noise = tabular_layers.GumbelNoise(data.size, name="noise")(latents)
        activation = tabular_layers.BlockActivation(
            [(block.size, block.one_hot) for block in data.blocks],
            temperature=self.temperature,
            value_range=data.value_range,
            name="blocks",
        )
        return activation([values, noise])

    def _problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from label_problems("generator tabular", self.conditional, data)
        if data.blocks and len(data.shape) != 1:
            yield Problem(
                "error",
                f"generator tabular makes vectors where samples have blocks, but these have shape {data.shape}",
                "use another generator, such as mlp",
            )
