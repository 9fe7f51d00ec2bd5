"""Modules that are imported when they are first used."""

import subprocess
import sys
import types

import pytest

from ganreg.lazy import lazy_module


def python(code):
    """Runs code in a fresh process; returns what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["keras", "ops", "tf"])
def test_naming_a_heavy_module_does_not_import_it(name):
    loaded = python(f"import sys; from ganreg.lazy import {name}; print({{'keras', 'tensorflow'}} & set(sys.modules))")
    assert loaded == "set()"


def test_importing_ganreg_imports_neither_numpy_nor_tensorflow():
    code = "import sys, ganreg; assert 'Modes' in dir(ganreg); print({'numpy', 'tensorflow'} & set(sys.modules))"
    assert python(code) == "set()"


def test_the_first_attribute_imports_the_module(monkeypatch):
    imported = types.ModuleType("acme.layers")
    imported.Dense = object()
    stand_in = lazy_module("acme.layers")
    with pytest.raises(ModuleNotFoundError):
        _ = stand_in.Dense
    monkeypatch.setitem(sys.modules, "acme.layers", imported)
    monkeypatch.setitem(sys.modules, "acme", types.ModuleType("acme"))
    assert stand_in.Dense is imported.Dense
    with pytest.raises(AttributeError):
        _ = stand_in.Conv


def test_a_stand_in_gives_the_modules_own_objects():
    assert lazy_module("math").pi == __import__("math").pi
    assert "math" not in vars(lazy_module("math"))
