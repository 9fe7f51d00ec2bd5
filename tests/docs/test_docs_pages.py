"""The pages that are made of the registry and of the command line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

import ganreg
from ganreg.cli.group import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def maker():
    """Imports a module of the manual's own."""
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module
    sys.path.remove(str(DOCS))


@pytest.fixture(scope="module")
def written(maker, tmp_path_factory):
    """All pages, by their names."""
    folder = tmp_path_factory.mktemp("pages")
    maker("component_pages").write(folder / "components")
    maker("command_pages").write(folder / "commands")
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.md")}


def test_every_component_has_a_page_with_its_parameters(written):
    for entry in ganreg.registry().entries():
        page = written[f"components/{entry.kind}/{ganreg.registry().name_of(entry).replace('/', '-')}.md"]
        assert page.startswith(f"# {entry.name}\n")
        assert "## When to use it\n\n- " in page
    assert "| `weight` | `float` | `10.0` | multiplies the penalty" in written["components/regularizer/wgan-gp.md"]


@pytest.mark.parametrize(
    ("page", "fact"),
    [
        ("loss/wasserstein", "Needs a discriminator of bounded slope: add one of"),
        ("loss/hinge", "Asks nothing of the discriminator"),
        ("loss/energy-based", "Needs a discriminator that gives an energy"),
        ("generator/mlp", "For samples of any shape."),
        ("generator/dcgan", "refuses points and table rows and images of 30x30, 32x64."),
        ("regularizer/wgan-gp", "Refused where the discriminator normalizes over the batch"),
        ("regularizer/r1", "It bounds the discriminator's slope"),
        ("regularizer/packing", "Refused together with [`auxiliary-classifier`]"),
        ("regularizer/diffaugment", "For images only."),
        ("regularizer/auxiliary-classifier", "For data with labels"),
        ("dataset/digits", "One sample has the shape `(8, 8, 1)`, values in -1..1, 10 classes."),
        ("metric/frechet", "`frechet`: less is better."),
    ],
)
def test_the_checks_of_components_are_told(written, page, fact):
    assert fact in written[f"components/{page}.md"]


def test_every_command_is_explained(written):
    page = written["commands/index.md"]

    for name in COMMANDS:
        assert f"\n## ganreg {name}\n" in page
    assert "`-r, --regularizer SPEC`\n: A regularizer; repeatable." in page


def test_a_docstring_becomes_markdown(maker):
    text = """A loss (arXiv:1234.56789).

    With f::

        L = f

    More of it.

    >>> 1 + 1
    2

    Raises:
        DataError: it is broken,
            or missing.
    """

    assert maker("docstrings").as_markdown(text).splitlines() == [
        "A loss ([arXiv:1234.56789](https://arxiv.org/abs/1234.56789)).",
        "",
        "With f:",
        "",
        "```text",
        "L = f",
        "```",
        "",
        "More of it.",
        "",
        "```pycon",
        ">>> 1 + 1",
        "2",
        "```",
        "",
        "**Raises**",
        "",
        "- `DataError`: it is broken,",
        "  or missing.",
    ]
