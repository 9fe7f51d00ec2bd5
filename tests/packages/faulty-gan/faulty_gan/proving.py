"""Which checks of ganreg the planted faults prove: the tests of each module of checks use this."""

from __future__ import annotations

import pytest

from faulty_gan import FAULTS
from faulty_gan.fault import Fault
from ganreg.testing import Result, check_component
from ganreg.testing.checks import all_checks
from ganreg.testing.subject import subject_of

_MODULES = {
    (kind, check.name): check.prove.__module__.rpartition(".")[2] for check in all_checks() for kind in check.kinds
}
"""The module of each check, by kind of component and name: a name can belong to several kinds."""


def faults_of(module: str) -> list[object]:
    """The faults for the checks of a module of `ganreg.testing.checks`, as parameters of a test."""
    kinds = [subject_of(fault.component).kind for fault in FAULTS]
    return [
        pytest.param(fault, marks=[pytest.mark.slow] * fault.slow, id=f"{kind}-{fault}")
        for fault, kind in zip(FAULTS, kinds, strict=True)
        if _MODULES[kind, fault.check] == module
    ]


def result_of(fault: Fault) -> Result:
    """The result of the check that must find the fault."""
    (check,) = [check for check in check_component(fault.component) if check.name == fault.check]
    return check.result


def failed_checks(fault: Fault) -> set[str]:
    """The names of all checks that the faulty component fails."""
    return {check.name for check in check_component(fault.component) if check.status == "failed"}


def unproved_checks(module: str) -> set[str]:
    """The names of the checks of a module for which there is no fault."""
    proved = {fault.check for fault in FAULTS if _MODULES[subject_of(fault.component).kind, fault.check] == module}
    return {name for (_, name), owner in _MODULES.items() if owner == module} - proved
