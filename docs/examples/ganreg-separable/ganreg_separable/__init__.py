"""A generator and its discriminator for ganreg, as a separate package offers them."""

from __future__ import annotations

from ganreg import Component, hookimpl

PAPER = "arXiv:1610.02357"


@hookimpl
def ganreg_generators() -> list[Component]:
    """Offers the generator."""
    return [
        Component(
            "separable",
            "ganreg_separable.generator:SeparableGenerator",
            "depthwise separable convolutions, for images",
            paper=PAPER,
        )
    ]


@hookimpl
def ganreg_discriminators() -> list[Component]:
    """Offers the discriminator."""
    return [
        Component(
            "separable",
            "ganreg_separable.discriminator:SeparableDiscriminator",
            "depthwise separable convolutions, for images",
            paper=PAPER,
        )
    ]
