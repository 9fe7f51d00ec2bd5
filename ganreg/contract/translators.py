"""The base class of translators. B is the batch size, `shape` is `DataSpec.shape`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from ganreg.contract.implementation import Implementation
from ganreg.contract.parameters import parameter
from ganreg.data.spec import DataSpec

if TYPE_CHECKING:
    import keras


@attrs.frozen(kw_only=True)
class Translator(Implementation):
    """Turns samples into other samples: images into images or, as an encoder, samples into latents.

    Attributes:
        conditional: whether the network takes labels in addition to the samples. `None` means that it does if the data
            have labels; the assembly decides this before `build`. Defaults to `False`.
    """

    conditional: bool | None = parameter(
        False, "whether it takes class labels as a second input; none: if the data have labels"
    )

    def build(self, source: DataSpec, target: DataSpec) -> keras.Model:
        """Builds the network.

        Args:
            source: the description of one sample that it is given.
            target: the description of one sample that it makes.

        Returns:
            A model from samples `[B, *source.shape]` (if conditional, from a list of samples and labels `[B]`, which
            are among `target.num_classes` classes) to samples `[B, *target.shape]`, which are within
            `target.value_range` unless that is `None`.
        """
        raise NotImplementedError(f"{type(self).__name__} must define build(source, target)")
