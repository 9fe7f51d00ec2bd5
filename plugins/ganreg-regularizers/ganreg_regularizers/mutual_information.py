"""The mutual information of InfoGAN."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, Regularizer, parameter
from ganreg.lazy import keras, ops, tf
from ganreg_regularizers.heads import deepest_feature, output_named, outputs_of, with_output

if TYPE_CHECKING:
    from ganreg import Assembly, Step

_NARROWEST, _WIDEST = -7.0, 7.0
"""Bounds of log σ, beyond which a float32 density is meaningless and its gradients overflow."""


def _are_classes(_: object, attribute: attrs.Attribute[object], value: object) -> None:
    sizes = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(size, int) and size >= 2 for size in sizes):
        raise ValueError(f"'{attribute.name}' must be integers of at least 2, got {value!r}")


@attrs.frozen(kw_only=True)
class MutualInformation(Regularizer):
    """Makes codes in the latents recoverable from the samples (InfoGAN, arXiv:1606.03657, equations 5 and 6).

    The last columns of the latents become codes c: a one-hot vector for each entry of `categories`, with all classes
    equally likely, then `continuous` numbers uniform in [-1, 1). A hidden layer and a linear one on D's deepest hidden
    activation give Q(c | x), D's output `"codes"`. Both players add, averaged over the batch::

        weight · mean of -log Q(c | G(z, c)),
        -log Q = Σ cross entropy of each category
               + continuous_weight · Σ ½·log 2π + log σ + ½·((c - μ)/σ)²

    This is -L_I up to the codes' entropy, a constant. The weights are 1 as in the authors' code; the paper recommends a
    smaller one for continuous codes where their term would dominate the loss. μ and log σ of a continuous code are
    learned; `deviation` fixes σ, at 1 in the authors' code for MNIST. log σ is kept in -7..7.

    The defaults are the paper's codes for MNIST: one of 10 classes, and two numbers. Sampling draws random codes too.
    Since codes replace part of the latents, `latent_dim` must exceed their number.
    """

    needs_output_per_sample: ClassVar[bool] = True

    weight: float = parameter(
        1.0, "multiplies the bound (the paper's λ)", validators.ge(0.0), search=(0.1, 10.0, "log")
    )
    categories: int | tuple[int, ...] = parameter(
        (10,), "number of classes of each categorical code, or of the only one", _are_classes
    )
    continuous: int = parameter(2, "number of continuous codes", validators.ge(0))
    continuous_weight: float = parameter(1.0, "multiplies the term of the continuous codes", validators.ge(0.0))
    deviation: float | None = parameter(
        None, "standard deviation σ of the continuous codes; none learns it", validators.optional(validators.gt(0.0))
    )
    width: int = parameter(128, "units of Q's hidden layer", validators.ge(1))

    @property
    def category_sizes(self) -> tuple[int, ...]:
        """The number of classes of each categorical code."""
        return self.categories if isinstance(self.categories, tuple) else (self.categories,)

    @property
    def codes(self) -> int:
        """The number of columns of the latents that are codes."""
        return sum(self.category_sizes) + self.continuous

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses latents without room for the codes, an empty set of codes, and a second `mutual-information`."""
        latent_dim, name = assembly.generator.latent_dim, assembly.parts["generator"].spec.name
        if not self.codes:
            yield Problem("error", "mutual-information has no codes", "set categories=(10,) or continuous=2")
        if latent_dim <= self.codes:
            yield Problem(
                "error",
                f"mutual-information replaces {self.codes} of the latents with codes, but generator '{name}' has only "
                f"{latent_dim}",
                f"use -g {name}:latent_dim={self.codes + 62}, or fewer codes",
            )
        if sum(isinstance(regularizer, MutualInformation) for regularizer in assembly.regularizers) > 1:
            yield Problem("error", "mutual-information is given twice", "give it once, with all the codes")

    def transform_latents(self, latents: tf.Tensor, step: Step) -> tf.Tensor:
        """Returns the latents, `[B, latent_dim]`, with codes in their last columns."""
        count = ops.shape(latents)[0]
        columns = [latents[:, : -self.codes]]
        for classes in self.category_sizes:
            drawn = tf.cast(step.uniform((count,)) * classes, tf.int32)
            columns.append(tf.one_hot(drawn, classes, dtype=latents.dtype))
        if self.continuous:
            columns.append(tf.cast(2.0 * step.uniform((count, self.continuous)) - 1.0, latents.dtype))
        return tf.concat(columns, axis=1)

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with the output `"codes"`: logits of categories, then each μ, then each log σ.

        Raises:
            AssemblyError: the discriminator returns no features, or is not a functional Keras model.
        """
        dtype = keras.config.dtype_policy().variable_dtype
        hidden = deepest_feature(outputs_of(model, "mutual-information"), "codes")
        hidden = keras.layers.Dense(self.width, name="codes_hidden", dtype=dtype)(hidden)
        hidden = keras.layers.LeakyReLU(negative_slope=0.2, name="codes_activation", dtype=dtype)(hidden)
        numbers = self.codes + (self.continuous if self.deviation is None else 0)
        return with_output(model, "codes", keras.layers.Dense(numbers, name="codes", dtype=dtype)(hidden))

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the weighted -log Q, `[B]`, by which Q and D learn to recover the codes."""
        return self._penalty(step)

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns the weighted -log Q, `[B]`, by which G learns to express the codes."""
        return self._penalty(step)

    def _penalty(self, step: Step) -> tf.Tensor:
        predicted = output_named(step.fake_output.outputs, "codes", "mutual-information")
        if predicted.dtype.size < tf.float32.size:
            predicted = tf.cast(predicted, tf.float32)
        codes = tf.cast(step.latents[:, -self.codes :], predicted.dtype)
        total, place = 0.0, 0
        for classes in self.category_sizes:
            chosen = slice(place, place + classes)
            total += tf.nn.softmax_cross_entropy_with_logits(labels=codes[:, chosen], logits=predicted[:, chosen])
            place += classes
        if self.continuous:
            total += self.continuous_weight * self._surprise(codes[:, place:], predicted[:, place:])
        return self.weight * total

    def _surprise(self, codes: tf.Tensor, predicted: tf.Tensor) -> tf.Tensor:
        """Returns -log of the normal density of the continuous codes, `[B]`."""
        mean = predicted[:, : self.continuous]
        if self.deviation is None:
            log_deviation = tf.clip_by_value(predicted[:, self.continuous :], _NARROWEST, _WIDEST)
        else:
            log_deviation = tf.fill(tf.shape(mean), tf.cast(math.log(self.deviation), mean.dtype))
        distance = (codes - mean) * tf.exp(-log_deviation)
        return tf.reduce_sum(0.5 * math.log(2 * math.pi) + log_deviation + 0.5 * tf.square(distance), axis=1)
