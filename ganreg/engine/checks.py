"""Problems in an assembly that the core itself can see; components add their own in `check`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.implementation import Problem
from ganreg.contract.kinds import KINDS, option_for
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import unstructure
from ganreg.engine.attribution import attributed
from ganreg.engine.remedies import MISSING_ENERGY, UNBOUNDED_SLOPE, alternatives, remedies
from ganreg.errors import AssemblyError, GanregWarning


def problems(assembly: Assembly) -> Iterator[Problem]:
    """Yields the problems of an assembly: those that the core sees, then those that each component's `check` finds.

    Raises:
        PluginError: a component's `check` failed.
    """
    yield from _core_problems(assembly)
    without_latents = [part for part in assembly.regularizer_parts if _lacks_latents(assembly, part)]
    for part in without_latents:
        name, game = part.spec.name, assembly.game_part.origin
        yield Problem(
            "error",
            f"regularizer '{name}' uses latents, but {game} makes samples from other samples",
            f"leave {name} out",
        )
    for part in assembly.all_parts:
        if part not in without_latents:
            with attributed(part.origin, "check"):
                yield from _own_problems(part, assembly)


def _own_problems(part: Part, assembly: Assembly) -> Iterator[Problem]:
    """The problems that a component finds, in each of the places that it has in the game."""
    if part is assembly.game_part:
        yield from part.implementation.check(assembly)
        return
    own = [name for name in assembly.networks if assembly.part_of(name) is part]
    seen = []
    for network in own or assembly.judges:
        for problem in part.implementation.check(assembly.seen_by(network)):
            if problem not in seen:
                seen.append(problem)
                yield problem


def _lacks_latents(assembly: Assembly, part: Part) -> bool:
    """Whether a regularizer uses latents, but the samples of some match are not made from latents."""
    uses = part.implementation.needs_latents or "transform_latents" in part.overrides
    makers = {assembly.networks[judge].judges for judge in assembly.judges}
    return uses and any(assembly.kind_of(maker) != "generator" for maker in makers)


def _core_problems(assembly: Assembly) -> Iterator[Problem]:
    yield from _check_game(assembly)
    yield from _check_labels(assembly)
    yield from _check_slope(assembly)
    yield from _check_energy(assembly)
    yield from _check_lazy_penalties(assembly)
    yield from check_batch_statistics(assembly, normalizes_batch=assembly.discriminator.normalizes_batch)


def _check_game(assembly: Assembly) -> Iterator[Problem]:
    game, origin = assembly.game, assembly.game_part.origin
    if game.makes_real and assembly.loss.needs_energy:
        name = assembly.parts["loss"].spec.name
        yield Problem(
            "error",
            f"{origin} needs a loss with two sides, because it trains a network to have real samples classified as "
            f"generated, but loss '{name}' only lowers the energies of real samples",
            "use a loss of logits (see `ganreg list loss`)",
        )
    terms = {*game.generator_terms, *game.discriminator_terms}
    for part in assembly.regularizer_parts:
        if part.label in terms:
            yield Problem(
                "error",
                f"regularizer '{part.spec.name}' and a term of {origin} have the same name in the logs",
                f"leave {part.spec.name} out",
            )
        if "discriminator_fake" in part.overrides and assembly.schedule.mode == "simultaneous":
            yield Problem(
                "error",
                f"regularizer '{part.spec.name}' shows the discriminator other samples than those that the generator "
                "is trained on, but in a simultaneous schedule both players use the same ones",
                "use an alternating schedule (--schedule alternating)",
            )


def _check_labels(assembly: Assembly) -> Iterator[Problem]:
    generator, discriminator = assembly.generator.conditional, assembly.discriminator.conditional
    if "source" in assembly.game.needs and not assembly.data.paired:
        for role in assembly.game.roles:
            part = assembly.parts[role]
            if part.implementation.conditional:
                name = part.spec.name
                yield Problem(
                    "error",
                    f"{role} '{name}' takes the labels of samples, which unpaired sources do not have",
                    f"use {option_for(role, name)}:conditional=false",
                )
        return
    if (generator or discriminator) and assembly.data.num_classes is None:
        who = "generator" if generator else "discriminator"
        name = assembly.parts[who].spec.name
        yield Problem(
            "error",
            f"{who} '{name}' is conditional, but the data have no labels",
            f"use data with labels, or {option_for(who, name)}:conditional=false",
        )
    elif discriminator and not generator:
        name = assembly.parts["generator"].spec.name
        yield Problem(
            "error",
            f"the discriminator takes class labels, but generator '{name}' does not",
            f"use -g {name}:conditional=true",
        )
    elif generator and not discriminator and not any(part.judges_labels for part in assembly.regularizers):
        name, other = (assembly.parts[who].spec.name for who in ("generator", "discriminator"))
        yield Problem(
            "warning",
            f"generator '{name}' takes class labels that the discriminator never checks, so it will ignore them",
            f"use -d {other}:conditional=true",
        )


def _check_slope(assembly: Assembly) -> Iterator[Problem]:
    bounded = assembly.loss.bounds_slope or any(part.bounds_slope for part in assembly.regularizers)
    if not bounded:
        name = assembly.parts["loss"].spec.name
        examples = alternatives(remedies(UNBOUNDED_SLOPE))
        yield Problem(
            "warning",
            f"loss '{name}' needs a discriminator of bounded slope, but no component here bounds it",
            "add a regularizer that does" + (f", such as {examples}" if examples else ""),
        )


def _check_energy(assembly: Assembly) -> Iterator[Problem]:
    refused = assembly.game.makes_real  # by _check_game
    if assembly.loss.needs_energy and not assembly.discriminator.gives_energy and not refused:
        name = assembly.parts["loss"].spec.name
        examples = alternatives(remedies(MISSING_ENERGY))
        yield Problem(
            "warning",
            f"loss '{name}' needs a discriminator whose logits are minus an energy, or they grow without bound",
            f"use {examples or 'a discriminator that gives an energy'}",
        )


def _check_lazy_penalties(assembly: Assembly) -> Iterator[Problem]:
    for part in assembly.regularizer_parts:
        penalises = bool(part.overrides & {"discriminator_penalty", "generator_penalty"})
        if part.implementation.every > 1 and not penalises:
            yield Problem(
                "error",
                f"regularizer '{part.spec.name}' has no penalty, so every={part.implementation.every} has no effect",
                "leave 'every' out",
            )


def check_batch_statistics(assembly: Assembly, *, normalizes_batch: bool) -> Iterator[Problem]:
    """Yields an error for each regularizer whose result is wrong with a discriminator that has batch statistics."""
    for part in assembly.regularizer_parts:
        if part.implementation.needs_independent_samples and normalizes_batch:
            name = assembly.parts["discriminator"].spec.name
            yield Problem(
                "error",
                f"regularizer '{part.spec.name}' needs the gradient of each sample on its own, "
                f"but discriminator '{name}' normalises over the batch",
                f"use {_without_batch_statistics(assembly) or 'a discriminator without batch normalisation'}",
            )


def _without_batch_statistics(assembly: Assembly) -> str:
    """The option for the same discriminator without batch statistics; empty where it has no such setting."""
    other = assembly.discriminator.without_batch_statistics()
    if other is None:
        return ""
    now, then = unstructure(assembly.discriminator), unstructure(other)
    changed = {name: value for name, value in then.items() if value != now[name]}
    option = KINDS["discriminator"].options[0]
    return f"{option} {Spec(assembly.parts['discriminator'].spec.name, changed)}"


def report(found: Iterable[Problem]) -> None:
    """Warns about each warning, and refuses the assembly if there are errors.

    Raises:
        AssemblyError: with every error's message and hint.
    """
    errors = []
    for problem in found:
        if problem.severity == "error":
            errors.append(str(problem))
        else:
            warnings.warn(str(problem), GanregWarning, stacklevel=3)
    if errors:
        raise AssemblyError("; ".join(dict.fromkeys(errors)))
