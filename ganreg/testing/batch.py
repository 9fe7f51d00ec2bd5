"""Checks many components, in other processes if wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ganreg.errors import SpecError, did_you_mean
from ganreg.plugins.registry import Entry, Registry
from ganreg.testing.check import Result
from ganreg.testing.checks import checks_of
from ganreg.testing.conformance import check_component
from ganreg.testing.processes import in_processes
from ganreg.testing.subject import Subject, subject_of

_COMPONENTS_A_PROCESS = 8


def check_components(
    entries: Sequence[Entry],
    *,
    processes: int = 1,
    expected_failures: Mapping[str, str] | None = None,
    known: Registry | None = None,
) -> Iterator[list[Result]]:
    """Yields the results of each component of a registry, as they come.

    Args:
        entries: the components.
        processes: how many processes check components at the same time. With 1, the default, all components are checked
            in this process and in their order; the processes otherwise started know only installed plugins.
        expected_failures: by name of a check, the reason why it is expected to fail.
        known: the registry that the entries are from. Defaults to that of the installed plugins.

    Raises:
        SpecError: an expected failure names a check that does not exist.
    """
    expected = expected_failures or {}
    names = {check.name for entry in entries for check in checks_of(entry.kind)}
    for wrong in expected.keys() - names:
        raise SpecError(f"none of these has a check '{wrong}'; {did_you_mean(wrong, names)}")
    if processes == 1:
        for entry in entries:
            yield _results(subject_of(entry, known=known), expected)
        return
    components = [(entry.kind, entry.qualified_name) for entry in entries]
    check = partial(_named_results, expected=expected)
    for (kind, name), results in in_processes(check, components, processes=processes, lot=_COMPONENTS_A_PROCESS):
        yield results or [Result(kind, name, "whole-component", "failed", "its process died: killed, or crashed")]


def _results(subject: Subject, expected: Mapping[str, str]) -> list[Result]:
    names = {check.name for check in checks_of(subject.kind)}
    own = {name: reason for name, reason in expected.items() if name in names}
    return [check.result for check in check_component(subject, expected_failures=own)]


def _named_results(component: tuple[str, str], *, expected: Mapping[str, str]) -> list[Result]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return _results(subject_of(*component), expected)
