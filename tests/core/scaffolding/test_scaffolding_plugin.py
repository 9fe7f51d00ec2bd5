"""Packages written from templates: they are complete and lint cleanly before anything is changed."""

from __future__ import annotations

import errno
import importlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ganreg.cli.train
from ganreg import GanregError, SpecError
from ganreg.cli.app import run
from ganreg.cli.state import State
from ganreg.contract.kinds import IMPLEMENTED
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve
from ganreg.plugins.installed import EntryPoint, installed_entry_points
from ganreg.plugins.registry import build_registry
from ganreg.scaffolding.naming import LONGEST
from ganreg.scaffolding.plugin import write_plugin


@pytest.fixture
def registry(make_registry):
    return make_registry()


@pytest.fixture
def write(tmp_path, monkeypatch, registry):
    """Writes a package into a temporary folder: `write("acme-gan", ["loss"])`."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments, **options: write_plugin(*arguments, registry=registry, **options)


def test_the_default_is_a_regularizer(write, tmp_path):
    made = write("acme-gan")

    assert {str(path) for path in made.files} == {
        ".gitignore",
        "README.md",
        "acme_gan/__init__.py",
        "acme_gan/py.typed",
        "acme_gan/regularizer.py",
        "pyproject.toml",
        "tests/test_plugin.py",
        "tests/test_regularizer.py",
    }
    assert all((tmp_path / "acme-gan" / path).is_file() for path in made.files)
    assert made.train_options == "-r acme"
    project = tomllib.loads((made.path / "pyproject.toml").read_text())["project"]
    assert project["name"] == "acme-gan"
    assert project["entry-points"] == {"ganreg": {"acme": "acme_gan"}}
    assert "ganreg>=0.1" in project["dependencies"]
    assert not any(requirement.startswith("numpy") for requirement in project["dependencies"])


@pytest.mark.parametrize("kind", list(IMPLEMENTED))
def test_every_kind_has_a_component_with_a_hook_and_a_test(write, kind):
    made = write("acme-gan", [kind])

    hook = IMPLEMENTED[kind].hook
    assert f"def {hook}()" in (made.path / "acme_gan" / "__init__.py").read_text()
    assert (made.path / "acme_gan" / f"{kind}.py").is_file()
    assert (made.path / "tests" / f"test_{kind}.py").is_file()
    imports_numpy = "import numpy" in (made.path / "acme_gan" / f"{kind}.py").read_text()
    assert ('"numpy' in (made.path / "pyproject.toml").read_text()) == imports_numpy
    assert f'("{kind}", "acme"),' in (made.path / "tests" / "test_plugin.py").read_text()


@pytest.mark.parametrize(
    "kinds", [*([kind] for kind in IMPLEMENTED), ["game", "translator"], list(IMPLEMENTED)], ids="-".join
)
def test_the_suggested_command_is_accepted(write, kinds, monkeypatch):
    made = write(f"zeta-{len(kinds)}-{kinds[0]}-gan", kinds)
    monkeypatch.syspath_prepend(made.path)
    package = made.names.package
    point = EntryPoint(made.names.component, made.names.distribution, "0.1.0", lambda: importlib.import_module(package))
    known = build_registry([*installed_entry_points(), point], disabled=frozenset(), strict=True)
    asked = []
    monkeypatch.setattr(ganreg.cli.train, "_train", lambda recipe, *_, **__: asked.append(recipe))

    code = run(["train", "--steps", "500", *made.train_options.split()], State(make_registry=lambda: known))

    (recipe,) = asked
    problems = problems_of(resolve(recipe, known=known))
    assert code == 0
    assert [problem for problem in problems if problem.severity == "error"] == []
    trained = [kind for kind in kinds if kind not in ("metric", "extractor")]
    only_evaluates = not trained
    assert len(re.findall(rf"\b{made.names.component}\b", recipe.to_toml())) == len(trained)
    assert only_evaluates == (made.train_options == "")
    assert (f"\nganreg train {made.train_options}\n" in (made.path / "README.md").read_text()) != only_evaluates


def test_several_kinds_come_once_and_in_a_fixed_order(write):
    made = write("acme-gan", ["loss", "generator", "loss"])

    assert made.train_options == "-g acme:conditional=true -l acme"
    text = (made.path / "acme_gan" / "__init__.py").read_text()
    assert text.count("@hookimpl") == 2


@pytest.mark.parametrize("name", ["a", "-".join(["abcdefghi"] * (LONGEST // 10)).ljust(LONGEST, "j")])
def test_it_lints_and_is_formatted_with_names_of_any_length(write, name):
    made = write(name, list(IMPLEMENTED))

    assert len(name) in {1, LONGEST}
    for arguments in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
        process = subprocess.run(command, cwd=made.path, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stdout + process.stderr


def test_only_an_empty_folder_is_used(write, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")

    assert write("acme-gan", out=tmp_path / "empty").path == tmp_path / "empty"
    for occupied in ("full", "file"):
        with pytest.raises(GanregError, match="exists already; choose another name, or another folder with --out"):
            write("acme-gan", out=tmp_path / occupied)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_created(write, tmp_path):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(GanregError, match=r"cannot write .*Not a directory"):
        write("acme-gan", out=tmp_path / "file" / "acme-gan")


def test_a_package_that_cannot_be_completed_is_not_written(write, tmp_path, monkeypatch):
    write_text = Path.write_text

    def full(path, *arguments, **options):
        if path.name == "pyproject.toml":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write_text(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(GanregError, match=r"cannot write .*pyproject\.toml: No space left"):
        write("acme-gan", out=tmp_path / "acme-gan")
    assert list((tmp_path / "acme-gan").iterdir()) == []


@pytest.mark.parametrize("kind", ["recipe", "regularizr"])
def test_a_kind_that_has_no_template(write, kind):
    with pytest.raises(SpecError, match=f"there is no template for the kind '{kind}'; "):
        write("acme-gan", [kind])
