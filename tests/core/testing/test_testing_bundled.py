"""The bundled components pass every check: a few quick ones each time, all of them among the slow tests."""

import os

import numpy as np
import pytest
from PIL import Image

import ganreg
from ganreg import Spec
from ganreg.testing import check_component, parametrize_with_checks
from ganreg.testing.batch import check_components

QUICK = [
    ("dataset", "ring"),
    ("metric", "precision-recall"),
    ("loss", "hinge"),
]


def a_table(folder):
    path = folder / "table.csv"
    path.write_text("height,colour\n" + "".join(f"{row / 7},{'red' if row % 3 else 'blue'}\n" for row in range(40)))
    return path


def an_archive(folder):
    path = folder / "samples.npz"
    np.savez(path, np.random.default_rng(0).uniform(-1, 1, (30, 3)).astype(np.float32))
    return path


def a_folder(folder):
    for index, brightness in enumerate((0, 90, 180, 255)):
        Image.new("L", (8, 8), brightness).save(folder / f"{index}.png")
    return folder


FILES = {"csv": a_table, "npz": an_archive, "image-folder": a_folder}


@parametrize_with_checks(QUICK)
def test_a_bundled_component_conforms(check):
    check()


@pytest.mark.parametrize("name", ["csv", "npz", "image-folder"])
def test_a_data_set_of_files_conforms(name, tmp_path):
    path = FILES[name](tmp_path)

    results = [one.result for one in check_component("dataset", Spec(name, {"path": str(path)}))]

    assert {one.reason for one in results if one.status != "passed"} <= {"it has no labels", "it has no seed"}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("distribution", sorted({entry.plugin.distribution for entry in ganreg.registry().entries()}))
def test_all_of_a_distribution_conform(distribution):
    entries = [entry for entry in ganreg.registry().entries() if entry.plugin.distribution == distribution]

    results = [one for some in check_components(entries, processes=os.cpu_count() or 1) for one in some]

    failed = [one for one in results if one.status == "failed"]
    assert not failed, "\n".join(f"{one.kind} {one.component}, {one.check}: {one.reason}" for one in failed)
    assert len({(one.kind, one.component) for one in results}) == len(entries)
