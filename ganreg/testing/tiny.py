"""A small GAN for tests, which is assembled quickly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ganreg.contract.games import Game
from ganreg.contract.recipes import Recipe
from ganreg.data.spec import DataSpec
from ganreg.engine.checks import problems, report
from ganreg.engine.resolving import resolve
from ganreg.gan import GAN
from ganreg.plugins.registry import registry
from ganreg.testing.reference import ReferenceLoss, networks_for


class TinyGan(GAN):
    """Small dense networks; calling it with components creates another one that contains them."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Calls the GAN on latents if they are given; otherwise calls `tiny_gan` with the options."""
        return super().__call__(*arguments, **options) if arguments else tiny_gan(**options)


def tiny_gan(
    *,
    generator: Any = None,
    discriminator: Any = None,
    loss: Any = None,
    regularizers: Any = (),
    game: Any = None,
    networks: Mapping[str, Any] | None = None,
    data: DataSpec | None = None,
    **settings: Any,
) -> TinyGan:
    """Assembles a GAN from the given components and reference components for the others.

    Args:
        generator: a name, spec text or an implementation. Defaults to two dense layers.
        discriminator: likewise.
        loss: likewise. Defaults to cross entropy.
        regularizers: any number of regularizers.
        game: a name, spec text or an implementation. Defaults to the usual game.
        networks: components in the game's other roles, by role. Defaults to dense networks.
        data: the description of one sample. Defaults to points in the plane. If it has classes, the reference networks
            are conditional.
        **settings: further fields of a `Recipe`. `batch_size` defaults to 8 and `ema_decay` to 0.

    Raises:
        GanregError: as `ganreg.assemble`.
    """
    data = data or DataSpec((2,))
    played = registry().part("game", game).implementation if game is not None else Game()
    chosen = {"generator": generator, "discriminator": discriminator, "loss": loss, "game": game, **(networks or {})}
    given = {role: component for role, component in chosen.items() if component is not None}
    components = {**networks_for(played, data), "loss": ReferenceLoss(), **given}
    recipe = Recipe(**({"batch_size": 8, "ema_decay": 0.0} | settings))
    assembly = resolve(recipe, data=data, components=components, regularizers=regularizers)
    report(problems(assembly))
    return TinyGan(assembly)
