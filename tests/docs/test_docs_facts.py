"""What the manual lists by hand is all that there is."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import ganreg
import ganreg.plugins.hooks
import ganreg.testing
from ganreg.contract.kinds import KINDS
from ganreg.engine.health import column_findings, findings, source_findings

DOCS = Path(__file__).parents[2] / "docs"


def text(page):
    return (DOCS / page).read_text(encoding="utf-8")


def names_of_findings():
    """The names that calls of `Finding` are given, a player's filled in."""
    modules = [ast.parse(inspect.getsource(module)) for module in (findings, source_findings, column_findings)]
    for call in (node for module in modules for node in ast.walk(module)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding":
            name = call.args[1]
            if isinstance(name, ast.Constant):
                yield name.value
            else:
                pattern = "".join(
                    str(getattr(part, "value", "")) for part in name.values if isinstance(part, ast.Constant)
                )
                yield from (f"{player}{pattern}" for player in ("generator", "discriminator"))


def test_every_finding_has_a_heading():
    headings = set(re.findall(r"^## ([a-z-]+)$", text("faq.md"), re.MULTILINE))

    assert headings == set(names_of_findings())


def test_every_public_name_is_in_the_api():
    directive = re.compile(r"^\.\. auto\w+:: (?:ganreg\.)?([\w.]+)", re.MULTILINE)
    documented = set(directive.findall(text("api.md")))
    public = set(ganreg.__all__) - {"__version__", "testing"} | {f"testing.{name}" for name in ganreg.testing.__all__}

    assert public <= documented


def test_every_kind_has_a_page_that_shows_how_to_write_one():
    for kind in KINDS:
        assert f"]({kind}.md)" in text("writing/index.md")
        assert (DOCS / "writing" / f"{kind}.md").is_file()


@pytest.mark.parametrize("hook", [name for name in vars(ganreg.plugins.hooks) if name.startswith("ganreg_")])
def test_every_hook_is_named(hook):
    assert f"`{hook}" in text("plugins.md")
