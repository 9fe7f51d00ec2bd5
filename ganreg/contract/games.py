"""The base class of games. B is the batch size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs

from ganreg.contract.implementation import Implementation
from ganreg.contract.network_spec import NetworkSpec

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg.contract.assembly import Assembly
    from ganreg.contract.game_step import GameStep

NEEDS = ("source", "pairs", "labels")
"""What a game can need of the data: sources, a source for each sample, classes."""


@attrs.frozen(kw_only=True)
class Game(Implementation):
    """Which networks there are, and what each discriminator is shown as real and as fake.

    In every game there are two players: all discriminators, which one optimizer updates, and all other networks, which
    the other optimizer updates. Each discriminator plays a *match*. The loss and every regularizer are applied in each
    match, and see it as a game of two networks; a player's objective is the sum over all matches and the game's own
    terms.

    The class itself is the usual game of one generator against one discriminator.

    Attributes:
        roles: the kind of component that fills each role. A recipe names one component for each role, and several
            networks can have the same role.
        defaults: the spec texts of components for roles other than `"generator"` and `"discriminator"`.
        makes: the name of the network whose outputs are the samples that metrics, sample grids and `generate` show.
        makes_real: whether what a discriminator is shown as real depends on the generator's player too, which is then
            trained to have it classified as fake.
        needs: what the data must have: any of `"source"`, `"pairs"` and `"labels"`.
        generator_terms: the names of the terms that the game adds to the generator's objective, logged as
            `generator/NAME`.
        discriminator_terms: likewise for the discriminator's objective.
    """

    roles: ClassVar[Mapping[str, str]] = {"generator": "generator", "discriminator": "discriminator"}
    defaults: ClassVar[Mapping[str, str]] = {}
    makes: ClassVar[str] = "generator"
    makes_real: ClassVar[bool] = False
    needs: ClassVar[Sequence[str]] = ()
    generator_terms: ClassVar[Sequence[str]] = ()
    discriminator_terms: ClassVar[Sequence[str]] = ()

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """Returns the description of every network by its name, which logs, checkpoints and messages use.

        Args:
            assembly: the components and the `data`, which have what the game `needs`.
        """
        data = assembly.data.without_source
        return {"generator": NetworkSpec("generator", data), "discriminator": NetworkSpec("discriminator", data)}

    def real(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """Returns the samples that a discriminator is shown as real, `[B, ...]`. Defaults to `game_step.real`.

        Args:
            judge: the discriminator's name.
            game_step: the update.
        """
        return game_step.real

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """Returns the samples that a discriminator is shown as fake, `[B, ...]`.

        Defaults to what the network `"generator"` makes from `game_step.latents`.

        Args:
            judge: the discriminator's name.
            game_step: the update.
        """
        return game_step.run("generator", game_step.latents)

    def fake_labels(self, judge: str, game_step: GameStep) -> tf.Tensor | None:
        """Returns the classes that the fake samples should have, int32 `[B]`. Defaults to `game_step.labels`.

        Args:
            judge: the discriminator's name.
            game_step: the update.
        """
        return game_step.labels

    def term(self, name: str, game_step: GameStep) -> tf.Tensor:
        """Returns one of the game's own terms: a scalar or `[B]`.

        Args:
            name: one of `generator_terms` or `discriminator_terms`.
            game_step: the update.
        """
        raise NotImplementedError(f"{type(self).__name__} must define term(name, game_step)")
