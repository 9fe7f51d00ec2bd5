"""Walks through the latents: from the sample of one seed to that of the next."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.data.arrays import Array
from ganreg.engine.from_latents import FromLatents
from ganreg.engine.sampling import Sampler, refuse_uncountable
from ganreg.errors import DataError

_PARALLEL = 1e-6
"""The angle in radians below which two latents count as parallel, or opposite."""


@attrs.frozen(eq=False)
class Walk:
    """The frames of a walk.

    Attributes:
        samples: float32 `[frames, *shape]`.
        latents: what they are made from, float32 `[frames, latent_dim]`.
        labels: their classes, int32 `[frames]`; `None` if the generator is not conditional.
        stops: the frame of each seed.
    """

    samples: Array
    latents: Array
    labels: Array | None
    stops: tuple[int, ...]

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.samples)


def walk(
    source: FromLatents,
    seeds: Sequence[int],
    *,
    frames: int,
    closed: bool,
    labels: Any,
    truncation: float | None,
) -> Walk:
    """Walks from seed to seed; see `GAN.walk`."""
    seeds = _checked_seeds(seeds)
    stops = stops_of(len(seeds), frames, closed=closed)
    at_stops = np.concatenate([source.draw(1, seed, truncation) for seed in seeds])
    latents = path(at_stops, stops, frames, closed=closed, spherical=source.latents.stay_normal)
    classes = _labels(source.sampler, seeds, labels)
    nearest = _nearest(stops, frames, closed=closed)
    every = None if classes is None else classes[nearest]
    samples = source.made_from(latents, every, truncation)
    for place, stop in enumerate(stops):  # in a batch of another size, the last bits may differ
        one = None if classes is None else classes[place : place + 1]
        samples[stop] = source.made_from(at_stops[place : place + 1], one, truncation)[0]
    return Walk(samples, latents, every, stops)


def _checked_seeds(seeds: Any) -> Sequence[int]:
    listed = [seeds] if np.ndim(seeds) == 0 else list(seeds)
    if any(isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0 for seed in listed):
        raise DataError(f"the seeds of a walk must be whole numbers of at least 0, got {listed!r}")
    if len(listed) < 2:
        raise DataError("a walk needs at least two seeds, from one of which it leads to the other")
    return [int(seed) for seed in listed]


def _labels(sampler: Sampler, seeds: Sequence[int], labels: Any) -> Array | None:
    """The class at each seed: that of the sample which the seed alone gives, if no other is chosen."""
    drawn = [sampler.draw_labels(1, seed) for seed in seeds]
    if labels is None and drawn[0] is not None:
        labels = np.concatenate([one for one in drawn if one is not None])
    return sampler.checked_labels(len(seeds), labels)


def stops_of(seeds: int, frames: int, *, closed: bool) -> tuple[int, ...]:
    """The frame of each seed, as evenly spaced as whole numbers allow.

    Args:
        seeds: the number of seeds.
        frames: the number of frames. The last one is the last seed's or, in a closed walk, the one before the first.
        closed: whether the walk returns to the first seed.

    Raises:
        DataError: there are fewer frames than seeds.
    """
    refuse_uncountable(frames, "frames")
    if frames < seeds:
        raise DataError(f"a walk through {seeds} seeds needs at least {seeds} frames, got {frames}")
    last, parts = (frames, seeds) if closed else (frames - 1, seeds - 1)
    return tuple(round(place * last / parts) for place in range(seeds))


def _legs(stops: Sequence[int], frames: int, *, closed: bool) -> list[tuple[int, int, int]]:
    """From which frame to which each leg leads, and the place of the seed where it ends."""
    legs = [(start, end, place + 1) for place, (start, end) in enumerate(itertools.pairwise(stops))]
    return [*legs, (stops[-1], frames, 0)] if closed else legs


def path(latents: Array, stops: Sequence[int], frames: int, *, closed: bool, spherical: bool) -> Array:
    """Interpolates latents.

    Args:
        latents: the latents at the stops, float32 `[stops, latent_dim]`; they are kept exactly.
        stops: the frame of each.
        frames: the number of frames.
        closed: whether the walk returns to the first.
        spherical: whether to interpolate along great circles, where straight lines would lead through improbable
            latents near 0.

    Returns:
        float32 `[frames, latent_dim]`.
    """
    way = np.empty((frames, latents.shape[1]), np.float32)
    for place, (start, end, goal) in enumerate(_legs(stops, frames, closed=closed)):
        shares = np.arange(end - start) / (end - start)
        way[start:end] = (slerp if spherical else lerp)(latents[place], latents[goal], shares)
    for stop, latent in zip(stops, latents, strict=True):
        way[stop] = latent
    return way


def lerp(first: Array, second: Array, shares: Array) -> Array:
    """Interpolates two vectors along a straight line; float64 `[shares, size]`."""
    weights = np.asarray(shares, np.float64)[:, np.newaxis]
    mixed: Array = (1.0 - weights) * first.astype(np.float64) + weights * second.astype(np.float64)
    return mixed


def slerp(first: Array, second: Array, shares: Array) -> Array:
    """Interpolates two vectors along a great circle (White 2016, arXiv:1609.04468); float64 `[shares, size]`.

    The direction turns evenly, and the length changes evenly. Vectors that are parallel, opposite or 0 have no such
    circle, and are interpolated along a straight line.
    """
    ends = [vector.astype(np.float64) for vector in (first, second)]
    lengths = [float(np.linalg.norm(vector)) for vector in ends]
    if min(lengths) == 0.0:
        return lerp(first, second, shares)
    directions = [vector / length for vector, length in zip(ends, lengths, strict=True)]
    angle = float(np.arccos(np.clip(directions[0] @ directions[1], -1.0, 1.0)))
    if angle < _PARALLEL or np.pi - angle < _PARALLEL:
        return lerp(first, second, shares)
    weights = np.asarray(shares, np.float64)[:, np.newaxis]
    turned = (np.sin((1 - weights) * angle) * directions[0] + np.sin(weights * angle) * directions[1]) / np.sin(angle)
    mixed: Array = ((1 - weights) * lengths[0] + weights * lengths[1]) * turned
    return mixed


def _nearest(stops: Sequence[int], frames: int, *, closed: bool) -> Array:
    """The place of the seed that is nearest to each frame."""
    of = np.zeros(frames, np.int64)
    for place, (start, end, goal) in enumerate(_legs(stops, frames, closed=closed)):
        middle = start + (end - start + 1) // 2
        of[start:middle], of[middle:end] = place, goal
    of[list(stops)] = np.arange(len(stops))
    return of
