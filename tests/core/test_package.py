"""The root package: every public name is there, and importing it loads nothing heavy."""

import subprocess
import sys

import pytest

import ganreg


@pytest.mark.parametrize("name", ganreg.__all__)
def test_every_public_name_is_there(name):
    assert getattr(ganreg, name) is not None
    assert name in dir(ganreg)


def test_public_names_are_listed_once():
    assert len(set(ganreg.__all__)) == len(ganreg.__all__)


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'ganreg' has no attribute 'GANN'"):
        _ = ganreg.GANN


@pytest.mark.parametrize("name", ["Recorder", "UpdateCallback", "Extractor"])
def test_doors_for_third_parties_are_public(name):
    assert name in ganreg.__all__


def test_importing_it_loads_neither_tensorflow_nor_numpy():
    code = "import sys, ganreg; ganreg.registry(); print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "set()"
