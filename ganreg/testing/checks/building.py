"""Checks that a component fits any data, or refuses it with advice."""

from __future__ import annotations

from ganreg.testing.bench import Bench, benches
from ganreg.testing.check import PLAYED, check
from ganreg.testing.failures import CheckFailure, require
from ganreg.testing.subject import Subject
from ganreg.texts import text_of


@check(*PLAYED, proves="it can be built for points and images, with or without labels, or says why not")
def fits_or_refuses(subject: Subject) -> None:
    """Assembles it with reference components for all data: it must build, or `check` must yield problems with hints."""
    subject.instance  # noqa: B018 - raises NotApplicableError if it cannot be created
    every = [_is_built(bench) for bench in benches(subject)]
    if not any(every):
        raise CheckFailure(f"it refuses all {len(every)} kinds of data: {_first_refusal(subject)}")


def _is_built(bench: Bench) -> bool:
    found = bench.problems()
    for problem in found:
        require(problem.hint.strip(), f"on {bench.setting} it says '{problem.message}' without a hint")
    if any(problem.severity == "error" for problem in found):
        return False
    try:
        bench.gan()
    except Exception as error:
        reason = text_of(error)
        raise CheckFailure(
            f"on {bench.setting} it cannot be built, but `check` reports no problem: {type(error).__name__}: {reason}"
        ) from error
    return True


def _first_refusal(subject: Subject) -> str:
    return next(str(problem) for bench in benches(subject) for problem in bench.refusals())
