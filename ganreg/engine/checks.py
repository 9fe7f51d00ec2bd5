"""What the core itself knows not to fit in an assembly; components add their own by `check`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator

from ganreg.contract.assembly import Assembly
from ganreg.contract.implementation import Problem, overrides
from ganreg.engine.attribution import attributed
from ganreg.errors import AssemblyError, GanregWarning


def problems(assembly: Assembly) -> Iterator[Problem]:
    """Yields what does not fit in an assembly: what the core knows, then what each component's `check` finds.

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
            f"use data with labels, or {who} {name}:conditional=false",
        )
    elif discriminator and not generator:
        name = assembly.parts["generator"].spec.name
        yield Problem(
            "error",
            f"the discriminator judges samples by their labels, which generator '{name}' does not get",
            f"use -g {name}:conditional=true",
        )
    elif generator and not discriminator and not any(part.judges_labels for part in assembly.regularizers):
        name, judge = (assembly.parts[who].spec.name for who in ("generator", "discriminator"))
        yield Problem(
            "warning",
            f"generator '{name}' gets labels that the discriminator never checks, and will ignore them",
            f"use -d {judge}:conditional=true",
        )


def _check_slope(assembly: Assembly) -> Iterator[Problem]:
    bounded = assembly.loss.bounds_slope or any(part.bounds_slope for part in assembly.regularizers)
    if not bounded:
        name = assembly.parts["loss"].spec.name
        yield Problem(
            "warning",
            f"loss '{name}' needs a discriminator of bounded slope, and nothing here bounds it",
            "add a regularizer that does, such as -r wgan-gp",
        )


def _check_energy(assembly: Assembly) -> Iterator[Problem]:
    if assembly.loss.needs_energy and not assembly.discriminator.gives_energy:
        name = assembly.parts["loss"].spec.name
        yield Problem(
            "warning",
            f"loss '{name}' needs a discriminator that gives an energy, or its logits grow without bound",
            "use -d autoencoder",
        )


def _check_lazy_penalties(assembly: Assembly) -> Iterator[Problem]:
    for part in assembly.regularizer_parts:
        penalises = any(
            overrides(part.implementation, f"{player}_penalty") for player in ("discriminator", "generator")
        )
        if part.implementation.every > 1 and not penalises:
            yield Problem(
                "error",
                f"regularizer '{part.spec.name}' has no penalty to apply each {part.implementation.every}-th update",
                "leave 'every' out",
            )


def check_batch_statistics(assembly: Assembly, *, normalizes_batch: bool) -> Iterator[Problem]:
    """Yields an error for each regularizer that a discriminator with batch statistics makes wrong."""
    for part in assembly.regularizer_parts:
        if part.implementation.needs_independent_samples and normalizes_batch:
            name = assembly.parts["discriminator"].spec.name
            yield Problem(
                "error",
                f"regularizer '{part.spec.name}' needs each sample's own gradient, "
                f"but discriminator '{name}' normalises over the batch",
                f"use -d {name}:norm=layer or norm=none",
            )


def report(found: Iterable[Problem]) -> None:
    """Warns of each warning, and refuses at the first error.

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
