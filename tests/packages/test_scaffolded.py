"""What `ganreg new plugin` writes: installed, listed, tested, checked and trained with, before anything is changed."""

from __future__ import annotations

import json
import re

import pytest

from ganreg.contract.kinds import IMPLEMENTED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def package(home):
    """A new package with a component of each kind, installed."""
    kinds = [argument for kind in list(IMPLEMENTED) for argument in ("--kind", kind)]
    process = home.ganreg("new", "plugin", "acme-gan", *kinds)
    assert process.returncode == 0, process.stderr
    home.install(home.path / "acme-gan")
    return home.path / "acme-gan"


def test_it_is_listed(home, package):
    rows, errors = home.listed()

    assert errors == ""
    ours = {(row["kind"], row["name"]) for row in rows if row["plugin"] == "acme-gan"}
    assert ours == {(kind, "acme") for kind in list(IMPLEMENTED)}


def test_its_tests_pass(home, package):
    process = home.run("-m", "pytest", "-q", "-n", "0", cwd=package)

    assert process.returncode == 0, process.stdout


def test_it_passes_the_checks(home, package):
    process = home.ganreg("check", "acme-gan", "--json")

    assert process.returncode == 0, process.stderr
    counts = json.loads(process.stdout)["counts"]
    assert counts["failed"] == 0
    assert counts["passed"] > 10 * len(list(IMPLEMENTED))


def test_it_trains_by_the_command_of_its_readme(home, package):
    command = re.search(r"^ganreg (train .*)$", (package / "README.md").read_text(), re.MULTILINE)[1]

    process = home.ganreg(*command.split(), "--steps", "6", "--out", "run")

    assert process.returncode == 0, process.stderr
    recipe = (home.path / "run" / "recipe.toml").read_text()
    assert recipe.count('name = "acme"') == len(set(IMPLEMENTED) - {"metric", "extractor"})
    assert 'acme-gan = "0.1.0"' in recipe


def test_its_name_is_now_taken(home, package):
    process = home.ganreg("new", "plugin", "acme-gan", "--out", "other")

    assert process.returncode == 2
    assert process.stderr == (
        "Error: acme-gan 0.1.0 is installed already; choose another name, or uninstall it first\n"
    )
