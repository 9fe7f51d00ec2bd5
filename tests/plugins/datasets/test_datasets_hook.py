import subprocess
import sys

import pytest
from ganreg_datasets import ganreg_datasets

import ganreg

NAMES = [
    "csv",
    "digits",
    "fashion-mnist",
    "gaussian-1d",
    "grid",
    "image-folder",
    "npz",
    "quadratic",
    "ring",
    "stacked",
    "swiss-roll",
]


def test_the_hook_offers_every_dataset():
    assert [component.name for component in ganreg_datasets()] == NAMES


def test_the_registry_finds_them_through_the_entry_point():
    assert set(NAMES) <= set(ganreg.registry().names("dataset"))


@pytest.mark.parametrize("name", NAMES)
def test_each_is_created_from_its_name_and_has_a_summary(name):
    assert isinstance(ganreg.create("dataset", name), ganreg.Dataset)
    (component,) = (component for component in ganreg_datasets() if component.name == name)
    assert 0 < len(component.summary) <= 80


def test_importing_the_plugin_imports_nothing_heavy():
    heavy = "{'tensorflow', 'keras', 'sklearn', 'PIL', 'numpy'}"
    code = f"import sys, ganreg_datasets; ganreg_datasets.ganreg_datasets(); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["digits", "gaussian-1d", "grid", "quadratic", "ring", "stacked", "swiss-roll"])
def test_what_a_dataset_promises_is_what_it_loads(name):
    dataset = ganreg.create("dataset", name)
    assert dataset.load().spec == dataset.spec()
