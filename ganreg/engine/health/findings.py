"""What can be wrong with a training: one function a finding, from the evidence to plain words and what to try.

Each judges by what is logged and by the samples, never by which components take part. All want their signs to last,
because a healthy training shows each of them for a while. Importable without TensorFlow.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from ganreg.engine.advice import clipped, more_steps, other_rate
from ganreg.engine.health.evidence import Evidence, Look

if TYPE_CHECKING:
    from ganreg.engine.gan import GAN

POOR = 0.3
"""The energy distance from which on samples are poor, however they look."""
_COLLAPSED_SPREAD = 0.05
"""The share of the reals' variance below which the samples are all but one."""
_MISSING = 0.35
"""The share of the reals that nothing like is generated of, from which on modes are missing."""
_OUTSIDE = 3.0
"""How far from the reals' mean samples are outside of them altogether, in units of the reals' own distance."""
_ALWAYS = 0.98
"""The accuracy from which on a discriminator makes no mistakes that would teach the generator."""
_GUESSING = 0.03
"""How near to a half the accuracies' mean is where the discriminator guesses."""
_GROWN = 1000.0
"""How many times the beginning's a loss or a gradient is where it grows without bound."""
_BLOWN_UP = 8.0
"""How many times its beginning's the norm of the generator's weights is where its steps are too large."""
_LAGGING = 0.1
"""How far from the generator's weights their average is where it may be another generator."""
_SHARE = 0.15
"""The share of the training over which signs must last."""
_LEAST = 3
"""Pictures that must show them."""
_AFTER = 0.3
"""The share of the training before which samples may be poor."""
_WORTH = 0.85
"""An energy distance that has fallen to this share of what it was is still getting better."""
_LOWER, _HIGHER = 0.2, 2.0
"""What a hint multiplies a learning rate by."""


@attrs.frozen
class Finding:
    """Something that goes wrong.

    Attributes:
        iteration: iterations done when it was found.
        name: kebab-case.
        message: what was seen, in plain words.
        hint: what to try.
    """

    iteration: int
    name: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.name} after {self.iteration} updates: {self.message}; {self.hint}"


def constant_data(iteration: int) -> Finding:
    """All real samples are the same."""
    return Finding(
        iteration,
        "constant-data",
        "all real samples are the same, so that there is nothing to learn but one point",
        "look at the data set: the wrong column, a blank folder, or a scale that rounds everything to one value",
    )


def not_finite_samples(iteration: int) -> Finding:
    """Samples hold NaN or infinity."""
    return Finding(
        iteration,
        "samples-not-finite",
        "generated samples hold NaN or infinity, although the losses are finite",
        "a layer's running statistics may have overflowed: lower both learning rates, or use another normalization",
    )


def unstable_generator(evidence: Evidence, gan: GAN) -> Finding | None:
    """The samples are outside of the data altogether, or jump about faster than they could be corrected."""
    looks = _lasting(evidence)
    if not looks:
        return None
    if all(_is_outside(look) for look in looks):
        seen = "the samples are far outside of the data"
    elif all(_is_outside(look) or _is_blown_up(look) for look in looks):
        seen = f"the samples jump about, and the generator's weights have grown {looks[-1].growth:.0f}-fold"
    else:
        return None
    return Finding(
        evidence.iteration,
        "generator-unstable",
        f"{seen}; the generator's learning rate is probably too high",
        f"try {other_rate(gan, 'generator', _LOWER)}, or {clipped('generator')}",
    )


def mode_collapse(evidence: Evidence, _: GAN) -> Finding | None:
    """The samples are all but one, or whole regions of the data are missing among them."""
    looks = _lasting(evidence)
    if not looks or any(_is_outside(look) for look in looks) or _improves(evidence):
        return None
    if not all(_is_collapsed(look) for look in looks):
        return None
    spread = max(look.samples.spread for look in looks if look.samples)
    missing = min(look.samples.missing for look in looks if look.samples)
    seen = (
        f"the samples have {spread:.1%} of the real samples' variance"
        if spread < _COLLAPSED_SPREAD
        else f"nothing like {missing:.0%} of the real samples is generated"
    )
    return Finding(
        evidence.iteration,
        "mode-collapse",
        f"{seen}: the generator has collapsed to a part of the data",
        "try -r r1 or -r r1 -r r2, -l relativistic-paired, -r packing, or a larger --batch-size",
    )


def too_strong_discriminator(evidence: Evidence, gan: GAN) -> Finding | None:
    """The discriminator tells all samples rightly while they stay poor."""
    looks = _lasting(evidence)
    accuracies = _accuracies(looks)
    if not accuracies or not all(_is_poor(look) or _is_collapsed(look) for look in looks) or _improves(evidence):
        return None
    if min(min(pair) for pair in accuracies) < _ALWAYS:
        return None
    return Finding(
        evidence.iteration,
        "discriminator-too-strong",
        "the discriminator tells every real and every generated sample rightly, and the samples stay poor: the "
        "generator learns next to nothing from it",
        f"try {other_rate(gan, 'discriminator', _LOWER)}, {more_steps(gan, 'generator')}, -r r1, or -r instance-noise",
    )


def junk_feedback(evidence: Evidence, gan: GAN) -> Finding | None:
    """The discriminator guesses, although the samples are poor."""
    looks = _lasting(evidence)
    accuracies = _accuracies(looks)
    if not accuracies or not all(map(_is_poor, looks)) or all(map(_is_collapsed, looks)) or _improves(evidence):
        return None
    if max(abs(sum(pair) / 2 - 0.5) for pair in accuracies) > _GUESSING:
        return None
    return Finding(
        evidence.iteration,
        "junk-feedback",
        "the discriminator guesses (it is right half of the time) although the samples are poor: the generator "
        "follows noise",
        f"try {other_rate(gan, 'discriminator', _HIGHER)}, {more_steps(gan, 'discriminator')}, weaker regularizers, "
        "or a larger discriminator",
    )


def growth(evidence: Evidence, gan: GAN) -> Finding | None:
    """A loss or a gradient has grown by orders of magnitude, and still grows."""
    looks = evidence.looks
    if len(looks) < 10:
        return None
    for player in ("discriminator", "generator"):
        for name, called in ((f"{player}_gradient_norm", "gradient"), (f"{player}_loss", "loss")):
            values = np.array([look.logs[name] for look in looks if name in look.logs])
            if len(values) < 10:
                continue
            before, now = float(np.median(values[:5])), values[-3:]
            if now.min() > _GROWN * max(before, 1e-2) and now[-1] >= 0.5 * values.max():
                return Finding(
                    evidence.iteration,
                    f"{player}-diverging",
                    f"the {player}'s {called} has grown from {before:.2g} to {now[-1]:.2g}, and still grows",
                    f"try {other_rate(gan, player, _LOWER)}, {clipped(player)}, or -r r1",
                )
    return None


def lagging_average(evidence: Evidence, gan: GAN) -> Finding | None:
    """The moving average's samples are poor where the generator's own are not."""
    looks = _lasting(evidence)
    if not looks or not all(look.last and look.samples and _is_lagging(look) for look in looks):
        return None
    decay = gan.recipe.ema_decay
    return Finding(
        evidence.iteration,
        "average-diverged",
        "the moving average's samples are poor while the generator's own are good: what it averages over changes too "
        "much",
        f"try a shorter average, --set ema_decay={1 - 10 * (1 - decay) if decay > 0.9 else 0:.4g}, "
        f"or {other_rate(gan, 'generator', _LOWER)}",
    )


def findings(evidence: Evidence, gan: GAN) -> list[Finding]:
    """Everything that can be said now."""
    for explains_the_rest in (unstable_generator, lagging_average):
        found = explains_the_rest(evidence, gan)
        if found is not None:
            return [found]
    others = (too_strong_discriminator(evidence, gan), mode_collapse(evidence, gan), junk_feedback(evidence, gan))
    return [found for found in (*others, growth(evidence, gan)) if found is not None]


def suspects_average(look: Look) -> bool:
    """Whether the generator's own samples are worth a look beside the average's."""
    return _is_poor(look) and look.lag > _LAGGING


def _lasting(evidence: Evidence) -> Sequence[Look]:
    """The pictures that must all show what is found; none while it is too early."""
    if evidence.iteration < _AFTER * evidence.steps:
        return ()
    return evidence.recent(_SHARE, _LEAST)


def _is_poor(look: Look) -> bool:
    return look.samples is not None and look.samples.distance > POOR


def _is_outside(look: Look) -> bool:
    samples = look.samples
    return samples is not None and (samples.spread > _OUTSIDE**2 or samples.offset > _OUTSIDE)


def _is_blown_up(look: Look) -> bool:
    """Whether the generator's weights have grown as a good generator's never do."""
    if look.samples is None or look.growth < _BLOWN_UP:
        return False
    return look.movement > 1.0 or look.samples.distance > POOR / 3


def _is_collapsed(look: Look) -> bool:
    samples = look.samples
    return samples is not None and (samples.spread < _COLLAPSED_SPREAD or samples.missing > _MISSING)


def _is_lagging(look: Look) -> bool:
    return (
        look.last is not None
        and look.samples is not None
        and _is_poor(look)
        and look.last.distance < 0.3 * look.samples.distance
    )


def _improves(evidence: Evidence) -> bool:
    """Whether the samples come nearer to the data: the last third of the pictures against the third before."""
    distances = [look.samples.distance for look in evidence.looks if look.samples]
    third = len(distances) // 3
    if third == 0:
        return True
    return float(np.median(distances[-third:])) < _WORTH * float(np.median(distances[-2 * third : -third]))


def _accuracies(looks: Sequence[Look]) -> list[tuple[float, float]]:
    """The discriminator's accuracies on reals and on fakes; none where some look lacks them."""
    found = [
        (look.logs["real_accuracy"], look.logs["fake_accuracy"])
        for look in looks
        if "real_accuracy" in look.logs and "fake_accuracy" in look.logs
    ]
    return found if len(found) == len(looks) else []
