"""Checking many components: the bundled ones pass every check, a few here and all of them in a slow test."""

import os

import numpy as np
import pytest
from PIL import Image

import ganreg
from ganreg import Spec, SpecError
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


@pytest.mark.slow
@parametrize_with_checks(QUICK)
def test_a_bundled_component_passes(check):
    check()


@pytest.mark.parametrize("name", ["csv", "npz", "image-folder"])
def test_a_dataset_of_files_passes(name, tmp_path):
    path = FILES[name](tmp_path)

    results = [one.result for one in check_component("dataset", Spec(name, {"path": str(path)}))]

    reasons = {one.reason for one in results if one.status != "passed"}
    assert reasons <= {
        "it has no labels",
        "it has no seed",
        "its classes are conditions, which the samples themselves hold",
        "none of its fields declares a search",
    }


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("distribution", sorted({entry.plugin.distribution for entry in ganreg.registry().entries()}))
def test_all_components_of_a_distribution_pass(distribution):
    entries = [entry for entry in ganreg.registry().entries() if entry.plugin.distribution == distribution]

    results = [one for some in check_components(entries, processes=os.cpu_count() or 1) for one in some]

    failed = [one for one in results if one.status == "failed"]
    assert not failed, "\n".join(f"{one.kind} {one.component}, {one.check}: {one.reason}" for one in failed)
    assert len({(one.kind, one.component) for one in results}) == len(entries)


@pytest.mark.slow
def test_results_come_in_the_order_of_the_components():
    entries = [ganreg.registry().find("loss", name) for name in ("wasserstein", "hinge")]

    (first, second) = check_components(entries[:2], expected_failures={"has-defaults": "it is a test"})

    assert {one.component for one in first} == {"wasserstein"}
    assert {one.component for one in second} == {"hinge"}
    (expected,) = [one for one in first if one.check == "has-defaults"]
    assert expected.status == "failed"
    assert "it passes, but was expected to fail: it is a test" in expected.reason


@pytest.mark.slow
def test_an_expected_failure_is_left_out_for_kinds_without_the_check():
    entries = [ganreg.registry().find("loss", "hinge"), ganreg.registry().find("metric", "precision-recall")]

    _, of_metric = check_components(entries, expected_failures={"withstands-extreme-logits": "it is a test"})

    assert {one.status for one in of_metric} <= {"passed", "skipped"}


def test_an_expected_failure_must_name_a_check():
    entries = [ganreg.registry().find("loss", "hinge")]
    with pytest.raises(SpecError, match="none of these has a check 'has-default'; did you mean 'has-defaults'"):
        list(check_components(entries, expected_failures={"has-default": "it is a test"}))
