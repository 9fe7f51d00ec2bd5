"""How the plugin offers its games, networks, regularizers and recipes, and what they have in common."""

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from importlib import resources

import attrs
import ganreg_games
import pytest

import ganreg
from ganreg import DataSpec

OFFERED = {
    "game": list(ganreg_games.ganreg_games()),
    "translator": list(ganreg_games.ganreg_translators()),
    "regularizer": list(ganreg_games.ganreg_regularizers()),
}
BASES = {"game": ganreg.Game, "translator": ganreg.Translator, "regularizer": ganreg.Regularizer}
NAMES = [(kind, component.name) for kind, components in OFFERED.items() for component in components]
SOURCES = {
    module.name: inspect.getsource(importlib.import_module(f"ganreg_games.{module.name}"))
    for module in pkgutil.iter_modules(ganreg_games.__path__)
}


def defined(base):
    """The package's classes of a kind, as `"module:Class"`."""
    modules = [importlib.import_module(f"ganreg_games.{name}") for name in SOURCES]
    return {
        f"{cls.__module__}:{name}"
        for module in modules
        for name, cls in vars(module).items()
        if isinstance(cls, type) and issubclass(cls, base) and cls.__module__ == module.__name__
    }


@pytest.mark.parametrize("kind", OFFERED)
def test_every_component_of_the_package_is_offered_once(kind):
    implementations = [component.implementation for component in OFFERED[kind]]

    assert sorted(implementations) == sorted(defined(BASES[kind]))
    assert len({component.name for component in OFFERED[kind]}) == len(implementations)


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_the_registry_creates_each_and_its_fields_explain_themselves(kind, name):
    component = ganreg.create(kind, name)

    assert isinstance(component, BASES[kind])
    assert all(field.metadata["help"] for field in attrs.fields(type(component)))


@pytest.mark.parametrize("kind", OFFERED)
def test_summaries_fit_one_line_of_a_listing(kind):
    assert all(0 < len(component.summary) <= 52 for component in OFFERED[kind])


def test_the_default_translator_takes_and_makes_samples_of_any_shape():
    (default,) = [component.name for component in OFFERED["translator"] if component.default]
    shapes = [(1,), (5, 7), (9, 10, 3), (4, 4, 4, 1)]

    for source, target in zip(shapes, reversed(shapes), strict=True):
        assert ganreg.create("translator", default).build(DataSpec(source), DataSpec(target))


def test_recipes_name_components_that_exist_and_a_game():
    known = ganreg.registry()

    for recipe in ganreg_games.ganreg_recipes():
        assert ("game", recipe.game) in known.named_components(recipe)
        for kind, spec in known.named_components(recipe):
            assert known.create(kind, spec)


def test_modules_of_components_load_neither_keras_nor_tensorflow():
    modules = sorted({component.implementation.split(":")[0] for listed in OFFERED.values() for component in listed})
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras', 'numpy'}} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() in {"set()", "{'numpy'}"}


@pytest.mark.parametrize("module", SOURCES)
def test_functions_import_nothing(module):
    functions = [node for node in ast.walk(ast.parse(SOURCES[module])) if isinstance(node, ast.FunctionDef)]

    assert not [node for each in functions for node in ast.walk(each) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_types_are_published():
    assert resources.files(ganreg_games).joinpath("py.typed").is_file()
