"""Translation from pairs: pix2pix and, on other data, super-resolution, inpainting or colourisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
from attrs import validators

from ganreg import AssemblyError, DataError, DataSpec, Game, NetworkSpec, joined, parameter
from ganreg_games.distances import mean_absolute

if TYPE_CHECKING:
    import tensorflow as tf

    from ganreg import Assembly, GameStep


@attrs.frozen(kw_only=True)
class Translation(Game):
    """A translator G makes each sample y from its source x; the discriminator judges both together (pix2pix).

    Isola et al., arXiv:1611.07004, equations 1 to 4. With the weight λ, G minimises the loss's generator part and::

        λ · E |y - G(x)|

    where the mean is over all values of a sample. D judges y joined with x, and G(x) joined with x, along the last
    axis. In the paper's settings noise enters only as dropout in G.

    If sources have another size than samples, as in super-resolution (SRGAN, arXiv:1609.04802), D judges samples alone.

    Raises:
        AssemblyError: when it is assembled, if `sees_source` is true and a source cannot be joined with a sample.
    """

    distance: float = parameter(
        100.0, "weight of the mean absolute distance to the true sample", validators.ge(0), search=(1.0, 1000.0, "log")
    )
    sees_source: bool | None = parameter(None, "whether D sees each sample's source; none: if it has the sample's size")

    roles: ClassVar[Mapping[str, str]] = {"generator": "translator", "discriminator": "discriminator"}
    needs: ClassVar[Sequence[str]] = ("pairs",)
    generator_terms: ClassVar[Sequence[str]] = ("distance",)

    def networks(self, assembly: Assembly) -> Mapping[str, NetworkSpec]:
        """A translator and a discriminator."""
        data = assembly.data
        return {
            "generator": NetworkSpec("generator", data.without_source, source=data.source),
            "discriminator": NetworkSpec("discriminator", self._judged(data)),
        }

    def _judged(self, data: DataSpec) -> DataSpec:
        alone = data.without_source
        if data.source is None or self.sees_source is False:
            return alone
        try:
            return alone.joined(data.source)
        except DataError as error:
            if self.sees_source:
                raise AssemblyError(f"game translation: {error}; use translation:sees_source=false") from error
            return alone

    def real(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The true sample, joined with its source."""
        return self._with_source(game_step.real, game_step)

    def fake(self, judge: str, game_step: GameStep) -> tf.Tensor:
        """The translation of the source, joined with the source."""
        return self._with_source(game_step.run("generator", game_step.source), game_step)

    def _with_source(self, samples: tf.Tensor, game_step: GameStep) -> tf.Tensor:
        source = game_step.source
        assert source is not None  # noqa: S101 - the game needs pairs
        sees = samples.shape[1:-1] == source.shape[1:-1] if self.sees_source is None else self.sees_source
        return joined(samples, source) if sees else samples

    def term(self, name: str, game_step: GameStep) -> tf.Tensor:
        """The weighted distance to the true sample."""
        return self.distance * mean_absolute(game_step.real, game_step.run("generator", game_step.source))
