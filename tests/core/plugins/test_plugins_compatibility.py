"""Which ganreg a plugin requires, and the errors if another one is installed."""

from __future__ import annotations

import pytest

import ganreg
from ganreg import PluginError
from ganreg.plugins.compatibility import refuse_incompatible
from ganreg.plugins.installed import EntryPoint


@pytest.mark.parametrize(
    "requirement",
    [
        "ganreg",
        "ganreg>=0.3",
        "ganreg >= 0.3.1",
        "Ganreg (>=0.1)",
        "ganreg[standard]>=0.1,<0.4",
        "ganreg~=0.3.0",
        "ganreg==0.3.*",
        'ganreg>=9; extra == "later"',
        "ganreg-losses>=9",
        "attrs>=99",
    ],
)
def test_requirements_that_the_installed_ganreg_meets(requirement):
    refuse_incompatible("acme-gan", ["attrs", requirement], "0.3.1")


@pytest.mark.parametrize("requirement", ["ganreg<0.3", "ganreg>=0.1,<0.3", "ganreg==0.2.*", "ganreg!=0.3.1"])
def test_a_plugin_that_is_too_old_must_be_upgraded(requirement):
    with pytest.raises(PluginError, match=r"^needs ganreg[^ ]*, this is 0.3.1: pip install -U acme-gan$"):
        refuse_incompatible("acme-gan", [requirement], "0.3.1")


@pytest.mark.parametrize(
    "requirement", ["ganreg>=0.4", "ganreg>=0.3.2,<0.9", "ganreg~=1.0", "ganreg==0.4.*", "ganreg>0.3.1"]
)
def test_a_plugin_that_is_too_new_needs_another_ganreg(requirement):
    with pytest.raises(PluginError, match=r'^needs (ganreg[^ ]*), this is 0.3.1: pip install -U "\1"$'):
        refuse_incompatible("acme-gan", [requirement], "0.3.1")


@pytest.mark.parametrize(("version", "meets"), [("0.4.0.dev1", False), ("0.4.1.dev1", True), ("0.4", True)])
def test_a_development_release_comes_before_its_release(version, meets):
    if meets:
        refuse_incompatible("acme-gan", ["ganreg>=0.4.0"], version)
    else:
        with pytest.raises(PluginError, match=r"needs ganreg>=0\.4\.0, this is 0.4.0.dev1"):
            refuse_incompatible("acme-gan", ["ganreg>=0.4.0"], version)


def test_an_incompatible_plugin_is_not_imported(make_registry):
    def load():
        raise AssertionError("imported")

    point = EntryPoint("acme", "acme-gan", "1.0", load, ("ganreg<0.0.1",))

    (plugin,) = make_registry(point).plugins

    assert plugin.status == "failed"
    assert plugin.error == f"needs ganreg<0.0.1, this is {ganreg.__version__}: pip install -U acme-gan"


def test_a_malformed_requirement_fails_its_plugin(make_registry):
    (plugin,) = make_registry(EntryPoint("acme", "acme-gan", "1.0", lambda: None, ("ganreg ~ 1",))).plugins

    assert plugin.status == "failed"
    assert plugin.error.startswith("InvalidRequirement: ")
