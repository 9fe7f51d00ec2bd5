"""The hooks: one for each kind, each documented, with the arguments that a plugin may ask for."""

import inspect

import pytest

from ganreg.contract.kinds import KINDS
from ganreg.plugins import hooks

HOOKS = {name: hook for name, hook in vars(hooks).items() if name.startswith("ganreg_")}


def test_each_kind_has_a_hook_without_arguments():
    for kind in KINDS.values():
        assert list(inspect.signature(HOOKS[kind.hook]).parameters) == []


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_is_documented(name):
    assert len(inspect.getdoc(HOOKS[name]).split()) >= 5


@pytest.mark.parametrize(("name", "arguments"), [("ganreg_callbacks", ["run"]), ("ganreg_commands", ["cli"])])
def test_what_other_hooks_are_given(name, arguments):
    assert list(inspect.signature(HOOKS[name]).parameters) == arguments
