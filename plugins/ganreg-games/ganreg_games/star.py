"""Translation between all classes of the data by a single translator: StarGAN."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import Game, NetworkSpec, Problem, parameter
from ganreg.lazy import tf
from ganreg_games.distances import mean_absolute

if TYPE_CHECKING:
    from ganreg import Assembly, GameStep


@attrs.frozen(kw_only=True)
class Star(Game):
    """One translator G turns a sample x of class c into one of class c', and back (StarGAN).

    Choi et al., arXiv:1711.09020, equations 1 and 4. With the weight λ, G minimises the loss's generator part and::

        λ · E |x - G(G(x, c'), c)|

    where the mean is over all values of a sample. The classes c' are those of the batch's other samples, so that they
    are as frequent as in the data. What makes translations belong to c' is the regularizer `auxiliary-classifier`
    (equations 2 and 3) or a conditional discriminator.
    """

    cycle: float = parameter(
        10.0, "weight of the distance after both translations", validators.ge(0), search=(1.0, 100.0, "log")
    )

    roles: ClassVar[Mapping[str, str]] = {"generator": "translator", "discriminator": "discriminator"}
    needs: ClassVar[Sequence[str]] = ("labels",)
    sees_batch: ClassVar[bool] = True
    generator_terms: ClassVar[Sequence[str]] = ("cycle",)

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A translator and a discriminator."""
        data = assembly.data.without_source
        return {
            "generator": NetworkSpec("generator", data, source=data),
            "discriminator": NetworkSpec("discriminator", data),
        }

    def check(self, assembly: Assembly) -> Iterable[Problem]:
        """Refuses a translator that does not take labels."""
        if not assembly.generator.conditional:
            name = assembly.parts["generator"].spec.name
            yield Problem(
                "error",
                f"game star needs a translator that takes the wanted class, but '{name}' is not conditional",
                f"use -g {name}:conditional=true",
            )

    def fake_labels(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The classes into which the samples are translated."""
        return game_step.once("wanted classes", lambda: tf.roll(game_step.labels, 1, axis=0))

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The samples, translated into other classes."""
        return game_step.run("generator", game_step.real, self.fake_labels(judge, game_step))

    def term(self, name: str, game_step: GameStep) -> tf.Tensor:
        """The weighted distance after both translations."""
        again = game_step.run("generator", self.fake("discriminator", game_step), game_step.labels)
        return self.cycle * mean_absolute(again, game_step.real)
