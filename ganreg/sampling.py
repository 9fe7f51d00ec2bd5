"""What makes samples from a trained GAN: generating, walking through latents, inverting, translating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from ganreg.contract.assembly import Assembly
from ganreg.data.arrays import Array
from ganreg.data.classes import LabelShares
from ganreg.data.ranges import to_own_range
from ganreg.engine.inversion import Inversion, invert
from ganreg.engine.players import Players
from ganreg.engine.walks import Walk, walk
from ganreg.engine.wishes import columns_of, draw_rows


class Sampling:
    """The methods of a GAN that make samples; none of them changes a variable."""

    players: Players
    assembly: Assembly
    average_generator: keras.Model

    def call(self, latents: Any, labels: Any = None, training: bool = False) -> tf.Tensor:
        """Turns latents into samples with the moving average of the generator.

        Args:
            latents: `[B, latent_dim]`, or a list of latents and labels, as in `predict([latents, labels])`.
            labels: classes `[B]`, for a conditional generator.
            training: whether layers run in training mode. Defaults to `False`.

        Returns:
            Samples `[B, *shape]`, in the data's own range.
        """
        inputs = latents if labels is None else [latents, labels]
        return to_own_range(self.average_generator(inputs, training=training), self.assembly.data.value_range)

    def generate(
        self,
        count: int | None = None,
        *,
        seed: int | None = None,
        labels: Any = None,
        label_shares: LabelShares = "data",
        average: bool = True,
        latents: Any = None,
        truncation: float | None = None,
    ) -> Array:
        """Generates samples.

        Args:
            count: the number of samples. Defaults to 16, or to the number of latents.
            seed: the random seed; the same seed and weights give the same samples. Defaults to a fresh seed.
            labels: a class or `[count]` classes, by number or by name, for a conditional generator. Defaults to random
                classes.
            label_shares: how random classes are drawn: `"data"` (the default) as often as they occur in the training
                samples, or `"uniform"`.
            average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.
            latents: the latents, `[count, latent_dim]`. Defaults to drawing them, as `draw_latents` does.
            truncation: makes fewer but more typical samples. For a generator with a mapping network, such as `style`,
                at least 0: how far styles are from their mean (that of their class, if it is conditional), as a share
                of their own distance; 0 gives the mean, and 1 changes nothing. For others, above 0: the bounds of the
                normal distribution that latents are drawn from. Defaults to no truncation.

        Returns:
            The samples, float32 `[count, *shape]`.

        Raises:
            DataError: the count is not a positive integer; the labels are out of range, of the wrong number, or given
                to an unconditional generator; latents have another shape or are not finite; the truncation is out of
                bounds; an argument would have no effect; or there are no latents in this game.
        """
        return self.players.generate(
            count,
            seed=seed,
            labels=labels,
            label_shares=label_shares,
            average=average,
            latents=latents,
            truncation=truncation,
        )

    def draw_latents(self, count: int, *, seed: int | None = None, truncation: float | None = None) -> Array:
        """Draws the latents of the samples that `generate(count, seed=seed, truncation=truncation)` returns.

        Args:
            count: the number of latents.
            seed: the random seed, as for `generate`. Defaults to a fresh seed.
            truncation: as for `generate`; the truncation of styles leaves latents as they are.

        Returns:
            float32 `[count, latent_dim]`.

        Raises:
            DataError: the count or the truncation is out of bounds, or there are no latents in this game.
        """
        return self.players.from_latents().draw(count, seed, truncation)

    def walk(
        self,
        seeds: Sequence[int],
        *,
        frames: int = 60,
        closed: bool = False,
        labels: Any = None,
        truncation: float | None = None,
        average: bool = True,
    ) -> Walk:
        """Walks through the latents from the sample of one seed to that of the next.

        At each seed the sample is that of `generate(1, seed=seed)`. In between, normal latents are interpolated along
        great circles, which keep them as probable as they are, and others along straight lines.

        Args:
            seeds: at least two seeds.
            frames: the number of samples, those of the seeds included. Defaults to 60.
            closed: whether to return to the first seed, so that the last frame precedes the first one. Defaults to
                `False`.
            labels: a class, or one for each seed, for a conditional generator; each frame has that of the nearest seed.
                Defaults to the classes that the seeds give.
            truncation: as for `generate`.
            average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

        Returns:
            `samples` `[frames, *shape]`, their `latents` and `labels`, and `stops`, the frame of each seed.

        Raises:
            DataError: there are too few seeds or frames, a value is out of bounds, or there are no latents in this
                game.
        """
        source = self.players.from_latents(average)
        return walk(source, seeds, frames=frames, closed=closed, labels=labels, truncation=truncation)

    def invert(
        self,
        x: Any,
        *,
        labels: Any = None,
        steps: int = 300,
        starts: int = 4,
        learning_rate: float = 0.1,
        seed: int = 0,
        average: bool = True,
    ) -> Inversion:
        """Finds latents from which the generator makes given samples, as nearly as it can.

        Adam minimises the mean squared difference between the generator's sample and the given one, both in -1..1 if
        the data have a range, from several random starts whose samples are near it; the learning rate falls to 0 along
        a cosine. Of all latents on the way the best are returned.

        Args:
            x: samples `[N, *shape]`; uint8 images are scaled to the range of the data.
            labels: a class or `[N]` classes, which a conditional generator needs.
            steps: the number of steps from each start. Defaults to 300.
            starts: the number of starts for each sample. Defaults to 4.
            learning_rate: that of the first step. Defaults to 0.1.
            seed: the random seed of the starts. Defaults to 0.
            average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

        Returns:
            `latents` `[N, latent_dim]`, the `samples` that they give, their `distances` from `x`, and their `labels`.

        Raises:
            DataError: the samples or labels do not fit, a number is out of bounds, or there are no latents in this
                game.
        """
        source = self.players.from_latents(average)
        return invert(source, x, labels=labels, steps=steps, starts=starts, learning_rate=learning_rate, seed=seed)

    def draw_labels(self, count: int, *, seed: int, label_shares: LabelShares = "data") -> Array | None:
        """Draws the classes of the samples that `generate(count, seed=seed)` returns.

        Args:
            count: the number of samples.
            seed: the random seed, as for `generate`.
            label_shares: as for `generate`. Defaults to `"data"`.

        Returns:
            int32 `[count]`, or `None` if the generator is not conditional.
        """
        return self.players.draw_labels(count, seed=seed, label_shares=label_shares)

    def rows(
        self, count: int = 16, where: Any = (), *, seed: int | None = None, average: bool = True
    ) -> Mapping[str, Sequence[Any]]:
        """Generates rows of a table, as its file would have them, all of which satisfy what is wished.

        A wish compares a column with a value by `=`, `!=`, `<`, `<=`, `>` or `>=`: `"fraud=yes"`, `"age>=40"`,
        `"when<2024-01-31"`, or `"income="` for a missing value. A wish for a class that the generator was trained on,
        of the label or of a condition, is passed to the generator; rows that do not satisfy the others are left out and
        replaced.

        Args:
            count: the number of rows. Defaults to 16.
            where: a wish or several. Defaults to none.
            seed: the random seed; the same seed and weights give the same rows. Defaults to a fresh seed.
            average: whether to use the moving average of the generator instead of its last iterate. Defaults to `True`.

        Returns:
            The values by the name of the column.

        Raises:
            DataError: the samples are not rows of a table, there is no such column or category, or too few of up to
                200 times as many rows satisfy the wishes.
        """
        made = draw_rows(self.players, count, where, seed=seed, average=average)
        return columns_of(self.players, made)

    def translate(self, inputs: Any, *, network: str | None = None, labels: Any = None, average: bool = True) -> Array:
        """Makes samples from other samples with a translator or an encoder.

        Args:
            inputs: samples `[N, *source.shape]` in the range of the sources, or uint8.
            network: the name of a network that makes samples from samples. Defaults to the one that makes the game's
                samples.
            labels: a class or `[N]` classes, for a conditional network. Defaults to random classes.
            average: whether to use the moving average of the network instead of its last iterate. Defaults to `True`.

        Returns:
            float32, one sample for each input.

        Raises:
            DataError: there is no such network, or the inputs or labels do not fit it.
        """
        return self.players.translate(inputs, network=network, labels=labels, average=average)

    def pairs(self, count: int = 16, *, seed: int) -> tuple[Array, Array | None]:
        """Draws the sources from which `generate(count, seed=seed)` makes its samples, and their true samples.

        Args:
            count: the number of sources. Defaults to 16.
            seed: the random seed, as for `generate`.

        Returns:
            float32 `[count, *source.shape]` and float32 `[count, *shape]`, or `None` instead of the latter if the data
            are not paired.

        Raises:
            DataError: samples are generated from latents in this game, or there are no data.
        """
        return self.players.pairs(count, seed=seed)
