"""Diagnosing a training: one function for each finding, from the evidence to plain words and what to try.

Each looks at the logs and the samples, never at which components take part. All require their signs to last, because
a healthy training shows each of them for a while.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ganreg.engine.advice import clipped, more_steps, other_rate
from ganreg.engine.health.column_findings import ignored_labels, missing_category, swallowed_column
from ganreg.engine.health.evidence import Evidence, Snapshot
from ganreg.engine.health.finding import Finding, lasting
from ganreg.engine.health.source_findings import copied_source, ignored_source
from ganreg.engine.players import Players
from ganreg.engine.remedies import DIVERGENCE, MODE_COLLAPSE, STRONG_DISCRIMINATOR, alternatives, remedies

POOR = 0.3
"""The energy distance above which samples are poor."""
_COLLAPSED_SPREAD = 0.05
"""The share of the real samples' variance below which all generated samples are nearly the same."""
_MISSING = 0.35
"""Modes are missing where nothing like this share of the real samples is generated."""
_OUTSIDE = 3.0
"""Samples lie outside the data beyond this distance from the real samples' mean, in units of the real samples' own."""
_ALWAYS = 0.98
"""The accuracy above which a discriminator makes too few mistakes to teach the generator anything."""
_GUESSING = 0.03
"""The discriminator guesses where its mean accuracy is within this distance of one half."""
_GROWN = 1000.0
"""A loss or a gradient grows without bound where it is this many times what it was at first."""
_BLOWN_UP = 8.0
"""The generator's steps are too large where the norm of its weights is this many times what it was at first."""
_LAGGING = 0.1
"""The moving average may have diverged where it is this far from the generator's weights."""
_WORTH = 0.85
"""An energy distance that has fallen to this share of what it was is still getting better."""
_LOWER, _HIGHER = 0.2, 2.0
"""What a hint multiplies a learning rate by."""


def constant_data(iteration: int) -> Finding:
    """All real samples are the same."""
    return Finding(
        iteration,
        "constant-data",
        "all real samples are the same, so there is only one point to learn",
        "check the dataset for a wrong column, a blank folder, or a scale that rounds everything to one value",
    )


def not_finite_samples(iteration: int) -> Finding:
    """Samples hold NaN or infinity."""
    return Finding(
        iteration,
        "samples-not-finite",
        "generated samples hold NaN or infinity, although the losses are finite",
        "a layer's running statistics may have overflowed; lower both learning rates, or use another normalisation",
    )


def unstable_generator(evidence: Evidence, players: Players) -> Finding | None:
    """The samples lie outside the data, or change faster than the discriminator can correct them."""
    snapshots = lasting(evidence)
    if not snapshots:
        return None
    if all(_is_outside(snapshot) for snapshot in snapshots):
        seen = "the samples lie far outside the data"
    elif all(_is_outside(snapshot) or _is_blown_up(snapshot) for snapshot in snapshots):
        seen = f"the samples change abruptly, and the generator's weights have grown {snapshots[-1].growth:.0f}-fold"
    else:
        return None
    return Finding(
        evidence.iteration,
        "generator-unstable",
        f"{seen}; the generator's learning rate is probably too high",
        f"try {other_rate(players, 'generator', _LOWER)}, or {clipped('generator')}",
    )


def mode_collapse(evidence: Evidence, _: Players) -> Finding | None:
    """The samples are nearly all the same, or whole regions of the data are missing among them."""
    snapshots = lasting(evidence)
    if not snapshots or any(_is_outside(snapshot) for snapshot in snapshots) or _improves(evidence):
        return None
    if not all(_is_collapsed(snapshot) for snapshot in snapshots):
        return None
    spread = max(snapshot.samples.spread for snapshot in snapshots if snapshot.samples)
    missing = min(snapshot.samples.missing for snapshot in snapshots if snapshot.samples)
    seen = (
        f"the samples have {spread:.1%} of the real samples' variance"
        if spread < _COLLAPSED_SPREAD
        else f"nothing like {missing:.0%} of the real samples is generated"
    )
    return Finding(
        evidence.iteration,
        "mode-collapse",
        f"{seen}: the generator has collapsed to part of the data",
        f"try {alternatives([*remedies(MODE_COLLAPSE), 'a larger --batch-size'])}",
    )


def too_strong_discriminator(evidence: Evidence, players: Players) -> Finding | None:
    """The discriminator classifies all samples correctly while they stay poor."""
    snapshots = lasting(evidence)
    accuracies = _accuracies(snapshots)
    if (
        not accuracies
        or not all(_is_poor(snapshot) or _is_collapsed(snapshot) for snapshot in snapshots)
        or _improves(evidence)
    ):
        return None
    if min(min(pair) for pair in accuracies) < _ALWAYS:
        return None
    options = [other_rate(players, "discriminator", _LOWER), more_steps(players, "generator")]
    options += remedies(STRONG_DISCRIMINATOR)
    return Finding(
        evidence.iteration,
        "discriminator-too-strong",
        "the discriminator classifies every real and generated sample correctly, and the samples stay poor: the "
        "generator learns almost nothing from it",
        f"try {alternatives(options)}",
    )


def junk_feedback(evidence: Evidence, players: Players) -> Finding | None:
    """The discriminator guesses, although the samples are poor."""
    snapshots = lasting(evidence)
    accuracies = _accuracies(snapshots)
    if not accuracies or not all(map(_is_poor, snapshots)) or all(map(_is_collapsed, snapshots)) or _improves(evidence):
        return None
    if max(abs(sum(pair) / 2 - 0.5) for pair in accuracies) > _GUESSING:
        return None
    return Finding(
        evidence.iteration,
        "junk-feedback",
        "the discriminator guesses (it is right half of the time) although the samples are poor, so the generator "
        "follows noise",
        f"try {other_rate(players, 'discriminator', _HIGHER)}, {more_steps(players, 'discriminator')}, "
        "weaker regularizers, or a larger discriminator",
    )


def growth(evidence: Evidence, players: Players) -> Finding | None:
    """A loss or a gradient has grown by orders of magnitude, and still grows."""
    snapshots = evidence.snapshots
    if len(snapshots) < 10:
        return None
    for player in ("discriminator", "generator"):
        for name, called in ((f"{player}_gradient_norm", "gradient"), (f"{player}_loss", "loss")):
            values = np.array([snapshot.logs[name] for snapshot in snapshots if name in snapshot.logs])
            if len(values) < 10:
                continue
            before, now = float(np.median(values[:5])), values[-3:]
            if now.min() > _GROWN * max(before, 1e-2) and now[-1] >= 0.5 * values.max():
                options = [other_rate(players, player, _LOWER), clipped(player), *remedies(DIVERGENCE)]
                return Finding(
                    evidence.iteration,
                    f"{player}-diverging",
                    f"the {player}'s {called} has grown from {before:.2g} to {now[-1]:.2g}, and still grows",
                    f"try {alternatives(options)}",
                )
    return None


def lagging_average(evidence: Evidence, players: Players) -> Finding | None:
    """The moving average's samples are poor where the generator's own are not."""
    snapshots = lasting(evidence)
    if not snapshots or not all(snapshot.last and snapshot.samples and _is_lagging(snapshot) for snapshot in snapshots):
        return None
    decay = players.recipe.ema_decay
    return Finding(
        evidence.iteration,
        "average-diverged",
        "the moving average of the generator has diverged from it: its samples are poor while the generator's own are "
        "good",
        f"try a shorter average, --set ema_decay={1 - 10 * (1 - decay) if decay > 0.9 else 0:.4g}, "
        f"or {other_rate(players, 'generator', _LOWER)}",
    )


def findings(evidence: Evidence, players: Players) -> list[Finding]:
    """Everything that can be said now."""
    for explains_the_rest in (unstable_generator, lagging_average, copied_source, ignored_source):
        found = explains_the_rest(evidence, players)
        if found is not None:
            return [found]
    collapsed = mode_collapse(evidence, players)
    others = (
        too_strong_discriminator(evidence, players),
        collapsed,
        junk_feedback(evidence, players),
        growth(evidence, players),
    )
    same = collapsed is not None and all(map(_is_constant, lasting(evidence)))
    parts = () if same else (swallowed_column, missing_category, ignored_labels)
    return [found for found in (*others, *(of(evidence, players) for of in parts)) if found is not None]


def suspects_average(snapshot: Snapshot) -> bool:
    """Whether the generator's own samples should be compared with those of the moving average."""
    return _is_poor(snapshot) and snapshot.lag > _LAGGING


def _is_poor(snapshot: Snapshot) -> bool:
    return snapshot.samples is not None and snapshot.samples.distance > POOR


def _is_outside(snapshot: Snapshot) -> bool:
    samples = snapshot.samples
    return samples is not None and (samples.spread > _OUTSIDE**2 or samples.offset > _OUTSIDE)


def _is_blown_up(snapshot: Snapshot) -> bool:
    """Whether the generator's weights have grown more than a good generator's ever do."""
    if snapshot.samples is None or snapshot.growth < _BLOWN_UP:
        return False
    return snapshot.movement > 1.0 or snapshot.samples.distance > POOR / 3


def _is_collapsed(snapshot: Snapshot) -> bool:
    samples = snapshot.samples
    return samples is not None and (_is_constant(snapshot) or samples.missing > _MISSING)


def _is_constant(snapshot: Snapshot) -> bool:
    """Whether all generated samples are nearly the same, which explains what is wrong with their parts."""
    return snapshot.samples is not None and snapshot.samples.spread < _COLLAPSED_SPREAD


def _is_lagging(snapshot: Snapshot) -> bool:
    return (
        snapshot.last is not None
        and snapshot.samples is not None
        and _is_poor(snapshot)
        and snapshot.last.distance < 0.3 * snapshot.samples.distance
    )


def _improves(evidence: Evidence) -> bool:
    """Whether the samples still approach the data: the last third of the snapshots against the third before."""
    distances = [snapshot.samples.distance for snapshot in evidence.snapshots if snapshot.samples]
    third = len(distances) // 3
    if third == 0:
        return True
    return float(np.median(distances[-third:])) < _WORTH * float(np.median(distances[-2 * third : -third]))


def _accuracies(snapshots: Sequence[Snapshot]) -> list[tuple[float, float]]:
    """The discriminator's accuracies on real and generated samples; none where some snapshot lacks them."""
    found = [
        (snapshot.logs["real_accuracy"], snapshot.logs["fake_accuracy"])
        for snapshot in snapshots
        if "real_accuracy" in snapshot.logs and "fake_accuracy" in snapshot.logs
    ]
    return found if len(found) == len(snapshots) else []
