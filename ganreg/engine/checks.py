"""Problems in an assembly that the core itself can see; components add their own in `check`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator

from ganreg.contract.assembly import Assembly
from ganreg.contract.implementation import Problem
from ganreg.contract.kinds import KINDS
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
    for part in assembly.all_parts:
        with attributed(part.origin, "check"):
            yield from part.implementation.check(assembly)


def _core_problems(assembly: Assembly) -> Iterator[Problem]:
    yield from _check_labels(assembly)
    yield from _check_slope(assembly)
    yield from _check_energy(assembly)
    yield from _check_lazy_penalties(assembly)
    yield from check_batch_statistics(assembly, normalizes_batch=assembly.discriminator.normalizes_batch)


def _check_labels(assembly: Assembly) -> Iterator[Problem]:
    generator, discriminator = assembly.generator.conditional, assembly.discriminator.conditional
    if (generator or discriminator) and assembly.data.num_classes is None:
        who = "generator" if generator else "discriminator"
        name = assembly.parts[who].spec.name
        yield Problem(
            "error",
            f"{who} '{name}' is conditional, but the data have no labels",
            f"use data with labels, or {KINDS[who].options[0]} {name}:conditional=false",
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
    if assembly.loss.needs_energy and not assembly.discriminator.gives_energy:
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
