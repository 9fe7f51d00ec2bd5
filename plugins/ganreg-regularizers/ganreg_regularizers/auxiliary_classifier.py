"""The auxiliary classifier of ACGAN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import DataSpec, Problem, Regularizer, parameter
from ganreg.lazy import keras, tf
from ganreg_regularizers.heads import deepest_feature, output_named, outputs_of, with_output

if TYPE_CHECKING:
    from ganreg import Assembly, Step


@attrs.frozen(kw_only=True)
class AuxiliaryClassifier(Regularizer):
    """Trains D to predict classes, and G to generate samples of the given class (ACGAN, arXiv:1610.09585, section 4).

    A linear softmax layer on D's deepest hidden activation gives P(c | x); its logits are D's output `"class_logits"`,
    `[B, num_classes]`. With the labels c of the real samples, which the generated samples share::

        D:  weight · discriminator_weight · mean over the batch of (-log P(c | x) - log P(c | G(z, c)))
        G:  weight · generator_weight · mean over the batch of -log P(c | G(z, c))

    This is -L_C of the paper, where all weights are 1. `fakes=false` drops D's term for generated samples, as some
    implementations do. The generator must be conditional; D need not be, and is not in the paper.
    """

    judges_labels: ClassVar[bool] = True
    needs_output_per_sample: ClassVar[bool] = True

    weight: float = parameter(
        1.0, "multiplies the cross entropies of both players", validators.ge(0.0), search=(0.1, 10.0, "log")
    )
    discriminator_weight: float = parameter(1.0, "multiplies D's cross entropy", validators.ge(0.0))
    generator_weight: float = parameter(1.0, "multiplies G's cross entropy", validators.ge(0.0))
    fakes: bool = parameter(
        True, "D also learns the classes of generated samples, as in the paper", validators.instance_of(bool)
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses data without labels, an unconditional generator, and a second classifier."""
        if assembly.data.num_classes is None:
            yield Problem(
                "error",
                f"auxiliary-classifier predicts the classes of samples, but the data ({assembly.data}) has no labels",
                "use data with labels, or leave auxiliary-classifier out",
            )
        elif not assembly.generator.conditional:
            name = assembly.parts["generator"].spec.name
            yield Problem(
                "error",
                f"auxiliary-classifier needs a conditional generator, but generator '{name}' takes no labels",
                f"use -g {name}:conditional=true",
            )
        if sum(isinstance(regularizer, AuxiliaryClassifier) for regularizer in assembly.regularizers) > 1:
            yield Problem("error", "auxiliary-classifier is given twice", "leave one of them out")

    def wrap_discriminator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the discriminator with the output `"class_logits"`.

        Raises:
            AssemblyError: the discriminator returns no features, or is not a functional Keras model.
        """
        hidden = deepest_feature(outputs_of(model, "auxiliary-classifier"), "class")
        dtype = keras.config.dtype_policy().variable_dtype
        logits = keras.layers.Dense(data.num_classes, name="class_logits", dtype=dtype)(hidden)
        return with_output(model, "class_logits", logits)

    def discriminator_penalty(self, step: Step) -> tf.Tensor:
        """Returns D's weighted cross entropies, `[B]`."""
        entropy = _cross_entropy(step.real_output.outputs, step.labels)
        if self.fakes:
            entropy += _cross_entropy(step.fake_output.outputs, step.fake_labels)
        return self.weight * self.discriminator_weight * entropy

    def generator_penalty(self, step: Step) -> tf.Tensor:
        """Returns G's weighted cross entropy, `[B]`."""
        entropy = _cross_entropy(step.fake_output.outputs, step.fake_labels)
        return self.weight * self.generator_weight * entropy


def _cross_entropy(outputs: Mapping[str, tf.Tensor], labels: tf.Tensor | None) -> tf.Tensor:
    logits = output_named(outputs, "class_logits", "auxiliary-classifier")
    if logits.dtype.size < tf.float32.size:
        logits = tf.cast(logits, tf.float32)
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
