"""`ganreg check`."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import attrs
import click

from ganreg.cli.kinds import naming, singular
from ganreg.cli.plugin_files import plugin_option
from ganreg.cli.state import State
from ganreg.cli.streams import echo, echo_json
from ganreg.cli.tables import echo_table
from ganreg.cli.tensorflow import import_quietly, nothing_on_stderr
from ganreg.contract.kinds import KINDS
from ganreg.errors import SpecError, UnknownComponentError, did_you_mean
from ganreg.plugins.installed import normalized
from ganreg.plugins.registry import Entry, Registry

if TYPE_CHECKING:
    from ganreg.testing.check import Result

_STATUSES = ("passed", "skipped", "failed")


@click.command()
@click.argument("what", nargs=-1, required=True, metavar="DISTRIBUTION|KIND NAME")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.option("-v", "--verbose", is_flag=True, help="Show every check, and the traceback of each failure.")
@click.option(
    "--expected-failure",
    "expected",
    multiple=True,
    metavar="CHECK=REASON",
    help="Expect this check to fail, for this reason; repeatable. It then does not affect the exit code.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Check N components of a distribution at a time.",
)
@plugin_option
@click.pass_obj
def check(
    state: State, what: tuple[str, ...], as_json: bool, verbose: bool, expected: tuple[str, ...], processes: int
) -> int:
    """Check that components meet the engine's contract.

    Give a DISTRIBUTION to check all of its components, or the KIND and NAME of one component. NAME may include
    hyperparameters: ganreg check dataset csv:path=table.csv. Checks that do not apply are skipped. The exit code is 1
    if a check fails.
    """
    reasons = _reasons(expected)
    with redirect_stdout(sys.stderr):  # stdout is for the answer, even if a component prints
        if len(what) == 1:
            entries = _offered_by(what[0], state.registry)
            _prepare(entry.kind for entry in entries)
            results = _results_of_all(entries, processes, state.registry, reasons)
        elif len(what) == 2:
            kind = singular(what[0], state.registry, "check")
            results = _results_of_one(kind, what[1], state.registry, reasons)
        else:
            raise click.UsageError(f"give a distribution, or a kind and a name, not {len(what)} words")
    if as_json:
        echo_json({"counts": _counts(results), "results": [attrs.asdict(one) for one in results]})
    else:
        _echo_results(results, verbose=verbose, each=verbose or len(what) == 2)
    return 1 if any(result.status == "failed" for result in results) else 0


def _prepare(kinds: Iterable[str]) -> None:
    """Start TensorFlow, except if only datasets and metrics are checked, which do not need it."""
    if not set(kinds) <= {"dataset", "metric"}:
        with nothing_on_stderr():
            from ganreg.testing.devices import divide_processor

            divide_processor()
        import_quietly()


def _reasons(expected: Iterable[str]) -> dict[str, str]:
    reasons = {}
    for text in expected:
        name, equals, reason = (part.strip() for part in text.partition("="))
        if not equals or not name or not reason:
            raise SpecError(f"--expected-failure {text!r} must be CHECK=REASON, such as compiles-by-xla='calls numpy'")
        reasons[name] = reason
    return reasons


def _offered_by(distribution: str, registry: Registry) -> list[Entry]:
    if distribution.lower() in {spelling for kind in KINDS.values() for spelling in (kind.name, kind.plural)}:
        kind = singular(distribution)
        raise click.UsageError(f"give the name of {KINDS[kind].article} {kind} too, or a distribution")
    entries = [
        entry for entry in registry.entries() if normalized(entry.plugin.distribution) == normalized(distribution)
    ]
    if not entries and (commands := naming(distribution, registry, "check")):
        raise click.UsageError(f"'{distribution}' is the name of a component, not a distribution; try {commands}")
    if not entries:
        known = sorted({entry.plugin.distribution for entry in registry.entries()})
        message = f"no distribution '{distribution}' offers components; {did_you_mean(distribution, known)}"
        raise UnknownComponentError(message, kind="", name=distribution, known=known)
    return entries


def _results_of_all(
    entries: Sequence[Entry], processes: int, registry: Registry, reasons: dict[str, str]
) -> list[Result]:
    from ganreg.testing.batch import check_components

    results: list[Result] = []
    coming = check_components(entries, processes=processes, expected_failures=reasons, known=registry)
    for number, some in enumerate(coming, start=1):
        counts = _summary(_counts(some))
        echo(f"{number} of {len(entries)}: {some[0].kind} {some[0].component}: {counts}", err=True)
        results += some
    return results


def _results_of_one(kind: str, name: str, registry: Registry, reasons: dict[str, str]) -> list[Result]:
    from ganreg.testing.subject import subject_of

    subject = subject_of(kind, name, known=registry)  # refuses an unknown name before TensorFlow is loaded
    _prepare([kind])
    from ganreg.testing.conformance import check_component

    return [one.result for one in check_component(subject, expected_failures=reasons)]


def _counts(results: Iterable[Result]) -> dict[str, int]:
    counts = Counter(result.status for result in results)
    return {status: counts[status] for status in (*_STATUSES, "expected-failure")}  # type: ignore[index]


def _summary(counts: dict[str, int]) -> str:
    text = ", ".join(f"{counts[status]} {status}" for status in _STATUSES)
    expected = counts["expected-failure"]
    return text + f", {expected} expected failure{'s' * (expected != 1)}" * bool(expected)


def _echo_results(results: Sequence[Result], *, verbose: bool, each: bool) -> None:
    shown = [result for result in results if each or result.status in ("failed", "expected-failure")]
    if shown:
        table = [("COMPONENT", "CHECK", "RESULT", "REASON")]
        table += [(f"{one.kind} {one.component}", one.check, one.status, one.reason) for one in shown]
        begin = int(len({row[0] for row in table[1:]}) == 1)  # the name of a single component need not be in each row
        echo_table(table[0][begin:], [row[begin:] for row in table[1:]])
    for result in shown:
        if verbose and result.details:
            echo(f"\n{result.kind} {result.component}, {result.check}:")
            echo(textwrap.indent(result.details, "  "), nl=False)
    echo(_summary(_counts(results)))
