"""The list of all checks."""

import pkgutil

import pytest

from ganreg.contract.kinds import KINDS
from ganreg.testing import checks
from ganreg.testing.checks import all_checks, checks_of


def test_every_module_contributes_checks():
    used = {check.prove.__module__ for check in all_checks()}
    assert used == {f"{checks.__name__}.{module.name}" for module in pkgutil.iter_modules(checks.__path__)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_checks_of_a_kind_have_unique_names(kind):
    names = [check.name for check in checks_of(kind)]
    assert names
    assert len(set(names)) == len(names)
    assert all(kind in check.kinds for check in checks_of(kind))


@pytest.mark.parametrize("check", all_checks(), ids=lambda check: check.name)
def test_a_check_describes_what_it_proves_in_one_line(check):
    assert 10 < len(check.proves) <= 110
    assert "\n" not in check.proves
    assert check.prove.__doc__
