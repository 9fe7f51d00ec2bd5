"""A GAN that is assembled in a moment, for tests."""

from __future__ import annotations

from typing import Any

from ganreg.contract.recipes import Recipe
from ganreg.data.spec import DataSpec
from ganreg.engine.checks import problems, report
from ganreg.engine.resolving import resolve
from ganreg.gan import GAN
from ganreg.testing.reference import ReferenceDiscriminator, ReferenceGenerator, ReferenceLoss


class TinyGan(GAN):
    """Two dense networks of a few units; called with components, another of these with them in it."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """As every `GAN` where it is given latents; otherwise `tiny_gan` with the options."""
        return super().__call__(*arguments, **options) if arguments else tiny_gan(**options)


def tiny_gan(
    *,
    generator: Any = None,
    discriminator: Any = None,
    loss: Any = None,
    regularizers: Any = (),
    data: DataSpec | None = None,
    **settings: Any,
) -> TinyGan:
    """Assembles a GAN of the components that are given and of reference components for the rest.

    Args:
        generator: a name, spec text or an implementation; two dense layers unless given.
        discriminator: likewise.
        loss: likewise; cross entropy unless given.
        regularizers: any number of them.
        data: what one sample looks like; points in the plane unless given. Where it has classes, the reference
            networks take labels.
        **settings: further fields of a `Recipe`; `batch_size` is 8 and `ema_decay` 0 unless given.

    Raises:
        GanregError: as `ganreg.assemble`.
    """
    data = data or DataSpec((2,))
    labelled = data.num_classes is not None
    components = {
        "generator": generator or ReferenceGenerator(conditional=labelled),
        "discriminator": discriminator or ReferenceDiscriminator(conditional=labelled),
        "loss": loss or ReferenceLoss(),
    }
    recipe = Recipe(**({"batch_size": 8, "ema_decay": 0.0} | settings))
    assembly = resolve(recipe, data=data, components=components, regularizers=regularizers)
    report(problems(assembly))
    return TinyGan(assembly)
