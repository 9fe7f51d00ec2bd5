"""Virtual batch normalisation."""

from __future__ import annotations

from typing import ClassVar

import attrs
from attrs import validators

from ganreg import AssemblyError, DataSpec, Regularizer, parameter
from ganreg.lazy import keras, lazy_module

virtual_batch_norm_layers = lazy_module("ganreg_regularizers.virtual_batch_norm_layers")


@attrs.frozen(kw_only=True)
class VirtualBatchNorm(Regularizer):
    """Normalises G with a fixed reference batch, which makes samples independent (arXiv:1606.03498, section 3.5).

    Replaces each `BatchNormalization` of G. With μ and q the means of an activation and of its square over R reference
    samples, and m and m₂ those over the positions of the sample x itself::

        μ_x = (R·μ + m) / (R + 1),    q_x = (R·q + m₂) / (R + 1)
        γ · (x - μ_x) / √(q_x - μ_x² + ε) + β

    The reference latents, standard normal, are drawn when G is built and are saved with it; with labels their classes
    alternate. They pass through G along with each batch, and are normalised by their own μ and q: R more samples per
    pass, which is why the paper uses it in G only. Training and sampling compute the same function.
    """

    needs_latents: ClassVar[bool] = True

    reference_samples: int = parameter(64, "samples in the reference batch", validators.ge(2))

    def wrap_generator(self, model: keras.Model, data: DataSpec) -> keras.Model:
        """Returns the generator with its batch normalisation replaced.

        Raises:
            AssemblyError: it has no batch normalisation, or is not a functional Keras model.
        """
        replaced = []

        def replace(layer: keras.layers.Layer) -> keras.layers.Layer:
            if not isinstance(layer, keras.layers.BatchNormalization):
                return layer
            replaced.append(layer)
            return virtual_batch_norm_layers.VirtualBatchNormalization.like(layer, self.reference_samples)

        if not hasattr(model, "inputs") or not model.inputs:
            raise AssemblyError("virtual-batch-norm needs a generator that is a functional Keras model")
        normalizing = keras.models.clone_model(model, clone_function=replace, recursive=True)
        if not replaced:
            raise AssemblyError(
                "virtual-batch-norm replaces batch normalisation, but the generator has none; use a generator that has "
                "some, or leave virtual-batch-norm out"
            )
        latents, *labels = inputs = [
            keras.Input(tensor.shape[1:], dtype=tensor.dtype, name=tensor.name) for tensor in model.inputs
        ]
        joined = [virtual_batch_norm_layers.ReferenceLatents(self.reference_samples, name="reference_latents")(latents)]
        for classes in labels:
            layer = virtual_batch_norm_layers.ReferenceLabels(
                self.reference_samples, data.num_classes or 1, name="reference_labels"
            )
            joined.append(layer(classes))
        samples = normalizing(joined if labels else joined[0])
        samples = virtual_batch_norm_layers.WithoutReferences(self.reference_samples, name="without_references")(
            samples
        )
        return keras.Model(inputs if labels else latents, samples, name=model.name)
