"""How the plugin offers its datasets, and what they have in common."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys
from importlib import resources

import attrs
import ganreg_datasets
import pytest

import ganreg

COMPONENTS = ganreg_datasets.ganreg_datasets()
NAMES = [component.name for component in COMPONENTS]
SOURCES = {
    module.name: inspect.getsource(importlib.import_module(module.name))
    for module in pkgutil.walk_packages(ganreg_datasets.__path__, "ganreg_datasets.")
}


def test_every_dataset_of_the_package_is_offered_once():
    modules = [importlib.import_module(name) for name in SOURCES]
    defined = [
        f"{module.__name__}:{name}"
        for module in modules
        for name, cls in vars(module).items()
        if isinstance(cls, type) and issubclass(cls, ganreg.Dataset) and cls.__module__ == module.__name__
    ]

    assert sorted(component.implementation for component in COMPONENTS) == sorted(defined)
    assert len(set(NAMES)) == len(defined)


@pytest.mark.parametrize("name", NAMES)
def test_the_registry_creates_each_and_its_fields_explain_themselves(name):
    dataset = ganreg.create("dataset", name)

    assert isinstance(dataset, ganreg.Dataset)
    assert all(field.metadata["help"] for field in attrs.fields(type(dataset)) if field.init)


def test_summaries_fit_one_line_of_a_listing():
    assert all(0 < len(component.summary) <= 52 for component in COMPONENTS)


def test_listing_imports_nothing_heavy():
    heavy = "{'tensorflow', 'keras', 'sklearn', 'PIL', 'numpy', 'pyarrow'}"
    code = f"import sys, ganreg_datasets; ganreg_datasets.ganreg_datasets(); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_describing_loads_neither_tensorflow_nor_scikit_learn():
    code = (
        "import sys, ganreg\n"
        "for name in ('digits', 'stacked', 'swiss-roll'): ganreg.create('dataset', name).spec()\n"
        "print({'tensorflow', 'keras', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["digits", "gaussian-1d", "grid", "quadratic", "ring", "stacked", "swiss-roll"])
def test_what_a_dataset_promises_is_what_it_loads(name):
    dataset = ganreg.create("dataset", name)
    assert dataset.load().spec == dataset.spec()


@pytest.mark.parametrize("module", [name for name, source in SOURCES.items() if ">>>" in source])
def test_examples_in_docstrings_are_right(module):
    results = doctest.testmod(importlib.import_module(module))

    assert (results.failed, results.attempted > 0) == (0, True)


@pytest.mark.parametrize("module", SOURCES)
def test_functions_import_nothing(module):
    functions = [node for node in ast.walk(ast.parse(SOURCES[module])) if isinstance(node, ast.FunctionDef)]

    assert not [node for each in functions for node in ast.walk(each) if isinstance(node, (ast.Import, ast.ImportFrom))]


def test_types_are_published():
    assert resources.files(ganreg_datasets).joinpath("py.typed").is_file()
