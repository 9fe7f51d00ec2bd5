"""The residual networks of WGAN-GP (arXiv:1704.00028) and SNGAN (arXiv:1802.05957)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import attrs
from attrs import validators

from ganreg import DataSpec, Discriminator, Generator, Problem, parameter
from ganreg_networks.images import image_problems, widths_of
from ganreg_networks.labels import append_labels, label_input, label_problems, one_hot
from ganreg_networks.layers import activated, bounded, normalized, refuse
from ganreg_networks.residual import convolved, discriminator_block, first_block, generator_block, project

if TYPE_CHECKING:
    import keras

    from ganreg import Assembly

GeneratorNorm = Literal["batch", "none"]
DiscriminatorNorm = Literal["none", "layer"]
Pooling = Literal["sum", "mean"]


@attrs.frozen(kw_only=True)
class ResnetGenerator(Generator):
    """Residual blocks from latents to a square image (Miyato et al., arXiv:1802.05957, appendix B.4, tables 4 and 5).

    A dense layer projects the latents to the coarsest maps, such as 7x7 for an image of 28x28 and 4x4 for 32x32. Each
    block normalizes, passes a ReLU, doubles the side by repeating pixels and convolves 3x3, then does so again at the
    same side; what skips it is repeated and convolved 1x1. Norm, ReLU and a last convolution make the image, which
    passes a tanh, scaled to the data's `value_range`, or nothing where that is `None`.

    A conditional network has conditional batch normalization: each class has its own scales and shifts
    (arXiv:1610.07629, as in arXiv:1802.05637). With `norm="none"` it reads the one-hot label behind the latents.

    The paper's networks are `width=256, max_width=256` for 32x32, `width=64, max_width=1024` for 128x128; the
    default is for two CPU cores.

    Shapes: latents `[B, latent_dim]` (and labels `[B]`) to images `[B, H, H, C]`, H divisible by 4.

    Raises:
        AssemblyError: from `build`, for samples of another shape, or conditional on data without classes.
    """

    called: ClassVar[str] = "resnet"

    latent_dim: int = parameter(128, "numbers in one latent vector", validators.ge(1))
    width: int = parameter(32, "channels of the finest maps; each coarser has twice as many", validators.ge(1))
    max_width: int = parameter(256, "most channels that any map has", validators.ge(1))
    norm: GeneratorNorm = parameter(
        "batch", "normalizes each layer's input before its ReLU", validators.in_(get_args(GeneratorNorm))
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras
        from keras import layers

        refuse(self._shape_problems(data))
        refuse(label_problems(f"generator {self.called}", self.conditional, data))
        inputs = vectors = latents = keras.Input((self.latent_dim,), name="latents")
        classes = None
        if self.conditional:
            inputs = [latents, labels := label_input()]
            if self.norm == "batch":
                classes = one_hot(labels, data)
            else:
                vectors = append_labels(latents, labels, data)
        widths = widths_of(data.shape[0], self.width, self.max_width)
        side = data.shape[0] >> len(widths)
        maps = layers.Dense(side * side * widths[-1], kernel_initializer="glorot_uniform")(vectors)
        hidden = layers.Reshape((side, side, widths[-1]))(maps)
        for width in reversed(widths):
            side *= 2
            hidden = self._after_block(generator_block(hidden, width, self.norm, classes), side, data)
        hidden = activated(normalized(hidden, self.norm), "relu")
        image = convolved(hidden, data.shape[-1], gain=1.0)
        return keras.Model(inputs, bounded(image, data), name="generator")

    def _after_block(self, hidden: keras.KerasTensor, side: int, data: DataSpec) -> keras.KerasTensor:
        """What follows the block that made maps of this side."""
        return hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems(f"generator {self.called}", data)


@attrs.frozen(kw_only=True)
class ResnetDiscriminator(Discriminator):
    """Residual blocks from a square image to one logit (Miyato et al., arXiv:1802.05957, appendix B.4, table 5).

    The first block convolves 3x3, passes a ReLU, convolves again and halves the side by averaging; what skips it is
    averaged and convolved 1x1. Each next block passes a ReLU before either convolution. One block at the coarsest
    side does not halve it. A ReLU and the sum over all pixels follow, which a linear layer reads. What leaves a
    block is one of the features, the last of them that sum. A conditional network adds the inner product of that
    sum with an embedding of the label to the logit (projection, arXiv:1802.05637, equation 4).

    The paper's networks are `width=128, max_width=128` for 32x32, where they halve the side but twice and end with
    two blocks that do not; and `width=64, max_width=1024` for 128x128. Nothing is normalized, as they rely on
    spectral normalization, without which the sum makes the first logits large; `norm="layer"` and `pooling="mean"`
    are WGAN-GP's (arXiv:1704.00028, appendix).

    Shapes: images `[B, H, H, C]`, H divisible by 4 (and labels `[B]`), to logits `[B, 1]`, features `[B, h, h, width]`
    and the last of them `[B, F]`.

    Raises:
        AssemblyError: from `build`, for samples of another shape, or conditional on data without classes.
    """

    called: ClassVar[str] = "resnet"

    width: int = parameter(32, "channels of the finest maps; each coarser has twice as many", validators.ge(1))
    max_width: int = parameter(256, "most channels that any map has", validators.ge(1))
    norm: DiscriminatorNorm = parameter(
        "none",
        "normalizes each layer's input before its ReLU, but in the first block",
        validators.in_(get_args(DiscriminatorNorm)),
    )
    pooling: Pooling = parameter(
        "sum",
        "what the last maps become: SNGAN's sum of their pixels, or WGAN-GP's mean",
        validators.in_(get_args(Pooling)),
    )

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Yields an error where the samples are no fitting images."""
        return self._shape_problems(assembly.data)

    def build(self, data: DataSpec) -> keras.Model:
        """Builds the network; see the class."""
        import keras
        from keras import layers

        refuse(self._shape_problems(data))
        refuse(label_problems(f"discriminator {self.called}", self.conditional, data))
        inputs = images = keras.Input(data.shape, name="samples")
        widths = widths_of(data.shape[0], self.width, self.max_width)
        hidden = self._after_block(first_block(images, widths[0]), data.shape[0] // 2, data)
        features = [hidden]
        for width in widths[1:]:
            hidden = discriminator_block(hidden, width, self.norm, halve=True)
            hidden = self._after_block(hidden, hidden.shape[1], data)
            features.append(hidden)
        hidden = activated(discriminator_block(hidden, widths[-1], self.norm, halve=False), "relu")
        pooled = layers.GlobalAveragePooling2D()(hidden)
        if self.pooling == "sum":
            pooled = layers.Rescaling(float(hidden.shape[1] * hidden.shape[2]))(pooled)
        features.append(pooled)
        logits = layers.Dense(1, name="linear" if self.conditional else "logits")(features[-1])
        if self.conditional:
            inputs = [images, labels := label_input()]
            logits = project(logits, features[-1], one_hot(labels, data))
        return keras.Model(inputs, {"logits": logits, "features": tuple(features)}, name="discriminator")

    def _after_block(self, hidden: keras.KerasTensor, side: int, data: DataSpec) -> keras.KerasTensor:
        """What follows the block that made maps of this side."""
        return hidden

    def _shape_problems(self, data: DataSpec) -> Iterator[Problem]:
        yield from image_problems(f"discriminator {self.called}", data)
