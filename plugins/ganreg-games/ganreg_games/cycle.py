"""Translation both ways without pairs: CycleGAN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Game, NetworkSpec, Problem, parameter
from ganreg_games.distances import mean_absolute

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Assembly, GameStep


@attrs.frozen(kw_only=True)
class Cycle(Game):
    """Two translators, each the other's inverse, and a discriminator for each side (CycleGAN).

    Zhu et al., arXiv:1703.10593, equations 1 to 3. G translates sources x into samples y, F (`inverse`) samples into
    sources. With the weights λ and μ, both minimise their losses' generator parts and::

        λ · (E |F(G(x)) - x| + E |G(F(y)) - y|)          cycle
        μ · (E |G(y) - y| + E |F(x) - x|)                identity (section 5.2)

    where means are over all values of a sample. The paper uses λ = 10 and, for paintings, μ = 5.
    """

    cycle: float = parameter(
        10.0, "weight of the distance after both translations", validators.ge(0), search=(1.0, 100.0, "log")
    )
    identity: float = parameter(
        0.0,
        "weight of the distance between a sample and its translation into its own kind",
        validators.ge(0),
        search=[0.0, 1.0, 5.0],
    )

    roles: ClassVar[Mapping[str, str]] = {"generator": "translator", "discriminator": "discriminator"}
    needs: ClassVar[Sequence[str]] = ("source",)

    @property
    def generator_terms(self) -> Sequence[str]:  # type: ignore[override]
        """The term `identity` only where it has a weight, since it costs two passes."""
        return ("cycle", "identity") if self.identity else ("cycle",)

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A translator and a discriminator for each direction."""
        target, source = assembly.data.without_source, assembly.data.source
        assert source is not None  # noqa: S101 - the game needs sources
        return {
            "generator": NetworkSpec("generator", target, source=source),
            "inverse": NetworkSpec("generator", source, source=target),
            "discriminator": NetworkSpec("discriminator", target),
            "source-discriminator": NetworkSpec("discriminator", source, judges="inverse"),
        }

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses an identity term between samples and sources of different shapes."""
        source = assembly.data.source
        if self.identity and source is not None and source.shape != assembly.data.shape:
            yield Problem(
                "error",
                f"game cycle compares samples of shape {assembly.data.shape} with sources of shape {source.shape}",
                "use cycle:identity=0",
            )

    def real(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The samples, or the sources."""
        return game_step.real if judge == "discriminator" else game_step.source

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The translations of the sources, or those of the samples."""
        if judge == "discriminator":
            return game_step.run("generator", game_step.source)
        return game_step.run("inverse", game_step.real)

    def term(self, name: str, game_step: GameStep) -> tf.Tensor:
        """One of the weighted distances."""
        source, real = game_step.source, game_step.real
        if name == "cycle":
            source_again = game_step.run("inverse", game_step.run("generator", source))
            real_again = game_step.run("generator", game_step.run("inverse", real))
            return self.cycle * (mean_absolute(source_again, source) + mean_absolute(real_again, real))
        same_real, same_source = game_step.run("generator", real), game_step.run("inverse", source)
        return self.identity * (mean_absolute(same_real, real) + mean_absolute(same_source, source))
