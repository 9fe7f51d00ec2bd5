"""The game step: one update of one player as a game sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow as tf

from ganreg.contract.memo import Computed, Memo
from ganreg.contract.numbers import RandomNumbers
from ganreg.contract.outputs import Output
from ganreg.errors import AssemblyError

Run = Callable[[tf.Tensor, "tf.Tensor | None"], tf.Tensor]
"""Runs a network that is not a discriminator in training mode: maps inputs and labels to samples."""

Discriminate = Callable[[tf.Tensor, "tf.Tensor | None"], Output]
"""Runs a discriminator in training mode: maps samples and labels to its output."""


class GameStep:
    """One update of one player before any discriminator has judged anything. B is the batch size.

    Networks run through it, each on each tensor at most once: what a match, a distance and a cycle ask for is a single
    forward pass.

    Args:
        networks: every network that is not a discriminator, by name.
        player: see the attribute.
        real: see the attribute.
        labels: see the attribute. Defaults to `None`.
        source: see the attribute. Defaults to `None`.
        iteration: see the attribute. Defaults to 0.
        numbers: the random numbers of a component by its label.
        latents: the latents, for tests. Defaults to drawing them when they are first used.

    Attributes:
        player: `"discriminator"`, `"generator"`, or `"both"` where both are updated at the same point.
        real: real samples, `[B, *shape]`.
        labels: the classes of the real samples, int32 `[B]`, or `None`.
        source: the sources, `[B, *source.shape]`, or `None`; those of `real` in the same order if the data are paired.
        iteration: the number of iterations of the schedule that are done, an integer scalar.
        draw_latents: draws latents of a given number; assigned by the engine.
        judges: every discriminator, by name; assigned by the engine.
    """

    def __init__(
        self,
        networks: Mapping[str, Run],
        *,
        player: str,
        real: tf.Tensor,
        numbers: Callable[[str], RandomNumbers],
        labels: tf.Tensor | None = None,
        source: tf.Tensor | None = None,
        iteration: tf.Tensor | int = 0,
        latents: tf.Tensor | None = None,
    ) -> None:
        self.player, self.real, self.labels, self.source = player, real, labels, source
        self.iteration = iteration
        self.draw_latents: Callable[[int | tf.Tensor], tf.Tensor] = _without_latents
        self.judges: Mapping[str, Discriminate] = {}
        self._networks, self._numbers = networks, numbers
        self._memo = Memo({} if latents is None else {"latents": latents})

    @property
    def batch_size(self) -> int | tf.Tensor:
        """The number of real samples, B."""
        return self.real.shape[0] if self.real.shape[0] is not None else tf.shape(self.real)[0]

    @property
    def latents(self) -> tf.Tensor:
        """The latents of the generated samples, `[B, latent_dim]`.

        Raises:
            AssemblyError: samples are made from other samples in this game.
        """
        return self.once("latents", lambda: self.draw_latents(self.batch_size))

    def run(self, network: str, inputs: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        """Runs a network in training mode; running it on the same tensors again costs nothing.

        Args:
            network: the name of a network that is not a discriminator.
            inputs: latents or samples, `[B, ...]`.
            labels: int32 `[B]`, for a conditional network. Defaults to the step's labels.

        Returns:
            Samples `[B, ...]`, float32.
        """
        labels = self.labels if labels is None else labels
        # The inputs are stored with the output; a freed tensor's id could otherwise become that of another.
        key = ("run", network, id(inputs), id(labels))
        return self.once(key, lambda: (self._networks[network](inputs, labels), inputs, labels))[0]

    def judge(self, network: str, samples: tf.Tensor, labels: tf.Tensor | None = None) -> Output:
        """Runs a discriminator on samples, as its match does: in training mode, after transformations of its input.

        Running it on the same tensors again, or on those that its match has shown it, costs nothing.

        Args:
            network: the name of a discriminator.
            samples: `[B, ...]`.
            labels: int32 `[B]`, for a conditional discriminator. Defaults to the step's labels.

        Returns:
            Its logits `[B, ...]` and features.
        """
        labels = self.labels if labels is None else labels
        key = ("judge", network, id(samples), id(labels))
        return self.once(key, lambda: (self.judges[network](samples, labels), samples, labels))[0]

    def once(self, key: Any, compute: Callable[[], Computed]) -> Computed:
        """Returns what is computed under a key, and computes it when it is first asked for.

        Args:
            key: any hashable value.
            compute: computes the value.
        """
        return self._memo.once(key, compute)

    def normal(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Draws standard normal numbers, float32, determined by the seed and the update.

        Args:
            shape: the shape of the numbers.
            axis: the axis of the samples, along which devices share a batch. Defaults to the first axis.
        """
        return self._numbers("game").normal(shape, axis)

    def uniform(self, shape: Sequence[int | tf.Tensor], axis: int = 0) -> tf.Tensor:
        """Draws numbers uniformly from [0, 1), float32, determined by the seed and the update.

        Args:
            shape: the shape of the numbers.
            axis: the axis of the samples, as for `normal`. Defaults to the first axis.
        """
        return self._numbers("game").uniform(shape, axis)

    def fork(self) -> GameStep:
        """Returns a copy that shares what is computed so far and keeps new tensors to itself.

        The engine needs this for the branches of conditionals, whose tensors do not exist outside the branch.
        """
        branch = self._copy()
        branch._memo = self._memo.fork()
        return branch

    def given(self, *, latents: tf.Tensor, labels: tf.Tensor | None) -> GameStep:
        """Returns a copy with other latents and labels, which shares nothing that is computed.

        Args:
            latents: `[B, latent_dim]`.
            labels: int32 `[B]`, or `None`.
        """
        other = self._copy()
        other.labels, other._memo = labels, Memo({"latents": latents})
        return other

    def _copy(self) -> GameStep:
        copy = object.__new__(type(self))
        copy.__dict__ |= self.__dict__
        return copy


def _without_latents(count: int | tf.Tensor) -> tf.Tensor:
    raise AssemblyError("there are no latents in a game in which samples are made from other samples")
