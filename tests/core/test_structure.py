"""What CONTRIBUTING and the architecture page promise of the structure, as far as a test can hold it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ganreg
from ganreg.contract.kinds import KINDS
from ganreg.plugins import hooks

ROOT = Path(__file__).parents[2]
CORE = ROOT / "ganreg"
PLUGINS = sorted((ROOT / "plugins").glob("*/ganreg_*/"))

UNTESTED = {
    "ganreg/__main__.py": "one line; test_cli_app runs it",
    "ganreg/files/layout.py": "names of files only",
    "ganreg/testing/checks/__init__.py": "gathers the modules of checks; test_testing_conformance counts them",
    "ganreg/testing/__init__.py": "lazy names; every test of the kit imports through them",
}
"""Modules without a test file of their own, and why."""

NOT_COMPONENTS = {"auto": "an execution", "none": "no component at all"}
NAMES_COMPONENTS = {"ganreg/testing/combinations.py": "tries the bundled components on small networks, which it names"}
"""Modules of the core that may name components, and why."""


def modules():
    """Every module of the core and of the bundled plugins, but packages that hold a docstring only."""
    for folder in (CORE, *PLUGINS):
        for path in sorted(folder.rglob("*.py")):
            if "templates" in path.parts:
                continue
            holds_nothing = len(ast.parse(path.read_text()).body) <= 1
            if not (path.name == "__init__.py" and holds_nothing):
                yield path


def file_of_tests(module: Path) -> Path:
    """Where the tests of a module are: the tree of tests mirrors both trees, with the folders in the file's name."""
    if module.is_relative_to(CORE):
        place, folder = module.relative_to(CORE), ROOT / "tests" / "core"
    else:
        package = module.relative_to(ROOT / "plugins").parts[1]
        kind = package.removeprefix("ganreg_")
        place = Path(kind, *module.relative_to(ROOT / "plugins").parts[2:])
        folder = ROOT / "tests" / "plugins"
    words = list(place.with_suffix("").parts)
    if words[-1] == "__init__":
        words[-1] = "plugin" if folder.name == "plugins" else "package"
    return folder.joinpath(*place.parent.parts, f"test_{'_'.join(words)}.py")


@pytest.mark.parametrize("module", [pytest.param(path, id=str(path.relative_to(ROOT))) for path in modules()])
def test_every_module_has_a_test_file(module):
    name = str(module.relative_to(ROOT))
    expected = file_of_tests(module)
    assert expected.is_file() != (name in UNTESTED), f"{name} needs {expected.relative_to(ROOT)}, or a reason here"


def literals(path: Path):
    """The text of a module that is neither documentation nor a comment, with its line."""
    tree = ast.parse(path.read_text())
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            yield node.lineno, node.value


def test_the_core_names_no_component():
    names = {entry.name for entry in ganreg.registry().entries()} - NOT_COMPONENTS.keys()
    options = "|".join(re.escape(option) for kind in KINDS.values() for option in kind.options)
    chosen = re.compile(rf"(?:{options}) ([a-z0-9-]+)")
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in sorted(CORE.rglob("*.py"))
        if str(path.relative_to(ROOT)) not in NAMES_COMPONENTS
        for line, text in literals(path)
        if text.partition(":")[0] in names - set(KINDS) or names & set(chosen.findall(text))
    ]
    assert found == []


def test_every_kind_has_a_hook_and_every_hook_is_known():
    offering = {kind.hook for kind in KINDS.values()}
    declared = {name for name in vars(hooks) if name.startswith("ganreg_")}
    assert offering <= declared
    assert declared - offering == {"ganreg_callbacks", "ganreg_commands"}
