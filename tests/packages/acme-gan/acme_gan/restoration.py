"""A game that restores samples from their sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Game, NetworkSpec, parameter
from ganreg.lazy import ops, tf

if TYPE_CHECKING:
    from ganreg import Assembly, GameStep


@attrs.frozen(kw_only=True)
class Restoration(Game):
    """A translator G restores samples y from sources x; with the weight w, G also minimises w · mean (y - G(x))²."""

    weight: float = parameter(10.0, "weight of the squared distance to the true sample", validators.ge(0))

    roles: ClassVar[Mapping[str, str]] = {"generator": "translator", "discriminator": "discriminator"}
    needs: ClassVar[Sequence[str]] = ("pairs",)
    generator_terms: ClassVar[Sequence[str]] = ("distance",)

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A translator, and a discriminator of what it makes."""
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=assembly.data.source),
            "discriminator": NetworkSpec("discriminator", data),
        }

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The restored samples."""
        return game_step.run("generator", game_step.source)

    def term(self, name: str, game_step: GameStep) -> tf.Tensor:
        """The weighted distance."""
        return self.weight * ops.mean(ops.square(game_step.real - game_step.run("generator", game_step.source)))
