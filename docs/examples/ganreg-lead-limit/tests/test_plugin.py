"""What ganreg finds in the installed package, and what its checks say of each component."""

import ganreg
import pytest
from ganreg.testing import parametrize_with_checks

COMPONENTS = [
    ("regularizer", "lead-limit"),
]


@pytest.mark.parametrize(("kind", "name"), COMPONENTS)
def test_it_is_listed(kind, name):
    entry = ganreg.registry().find(kind, name)

    assert entry.plugin.distribution == "ganreg-lead-limit"


@parametrize_with_checks(COMPONENTS)
def test_it_passes_the_checks_of_ganreg(check):
    check()
