"""The table of kinds: a row, a hook and a base class each."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import ganreg
from ganreg import Component, Recipe
from ganreg.contract.implementation import Implementation
from ganreg.contract.kinds import IMPLEMENTED, KINDS, kind_of_class, option_for
from ganreg.plugins import hooks


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_has_a_hook_and_a_public_base_class(kind):
    assert getattr(ganreg, kind.base.__name__) is kind.base
    hook = getattr(hooks, kind.hook)
    assert not inspect.signature(hook).parameters
    assert f"ganreg.{kind.base.__name__}" in hook.__doc__ or kind.name == "recipe"


def test_each_hook_without_arguments_has_a_kind():
    offering = {
        name
        for name, hook in vars(hooks).items()
        if name.startswith("ganreg_") and not inspect.signature(hook).parameters
    }

    assert offering == {kind.hook for kind in KINDS.values()}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_names_are_those_of_english(kind):
    endings = {"loss": "losses"}

    assert kind.plural == endings.get(kind.name, f"{kind.name}s")
    assert (kind.article == "an") == (kind.name[0] in "aeiou")
    assert all(option.startswith("-") for option in kind.options)


def test_only_recipes_have_no_implementation():
    assert set(KINDS) - set(IMPLEMENTED) == {"recipe"}
    assert {kind.record for kind in KINDS.values()} == {Component, Recipe}
    assert all(issubclass(kind.base, Implementation) for kind in IMPLEMENTED.values())


def test_the_kind_of_a_class():
    class Mine(ganreg.Extractor):
        pass

    assert kind_of_class(Mine) is KINDS["extractor"]
    assert kind_of_class(int) is None


@pytest.mark.parametrize(
    ("role", "words"), [("generator", "-g x"), ("discriminator", "-d x"), ("loss", "-l x"), ("net", "--network net=x")]
)
def test_the_option_for_a_role_of_a_game(role, words):
    assert option_for(role, "x") == words


def test_each_can_be_written_from_a_template():
    templates = Path(ganreg.__file__).parent / "scaffolding" / "templates" / "kinds"

    assert {folder.name for folder in templates.iterdir()} == set(IMPLEMENTED)


def test_the_table_loads_nothing_heavy():
    code = "import sys, ganreg.contract.kinds; print({'numpy', 'tensorflow', 'keras'} & set(sys.modules))"

    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "set()"
