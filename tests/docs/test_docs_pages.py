"""The pages that are made from the registry and from the command line."""

from __future__ import annotations

import importlib
import re
import shlex
import sys
from pathlib import Path

import pytest

import ganreg
import ganreg.cli.train
from ganreg.cli.app import run
from ganreg.cli.evaluate import evaluate
from ganreg.cli.group import COMMANDS
from ganreg.cli.showing import PATH
from ganreg.contract.kinds import IMPLEMENTED
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve

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
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_every_component_has_a_page_with_its_parameters(written):
    for entry in ganreg.registry().entries():
        page = written[f"components/{entry.kind}/{ganreg.registry().name_of(entry).replace('/', '-')}.md"]
        assert page.startswith(f"# {entry.name}\n")
        assert "## When to use it\n\n- " in page
    assert (
        "| `weight` | `float` | `10.0` | 0.1 to 100 (log) | multiplies the penalty"
        in written["components/regularizer/wgan-gp.md"]
    )


@pytest.mark.parametrize(
    ("page", "fact"),
    [
        ("translator/mlp", "For samples of any shape, from samples of any shape."),
        ("translator/u-net", "It refuses to make points or table rows, images of twice the size"),
        ("translator/residual", "Makes images of the same size and images of twice the size."),
        ("game/translation", "The data must have a source for each sample."),
        ("game/translation", "Its generator is a translator: `-g SPEC`."),
        ("game/star", "The data must have labels."),
        ("game/vae", "Its encoder is a translator: `--network encoder=SPEC`."),
        ("game/vae", "It adds to G's objective, logged as `generator/distance` and `generator/prior`."),
        ("game/bidirectional", "and [`energy-based`](/components/loss/energy-based.md)."),
        ("game/bidirectional", "It can be played on any data."),
        ("dataset/degraded", "Its sources have the shape `(4, 4, 1)`, one for each sample."),
        ("metric/reconstruction", "It needs a game that makes samples from pairs: [`translation`]"),
        ("game/cycle", "Not allowed together with [`"),
        ("regularizer/perceptual", "For games that make samples from pairs: [`translation`]"),
        ("recipe/cyclegan", "| generator | [`residual`](../translator/residual.md) |"),
        ("recipe/cyclegan", "| game | [`cycle`](../game/cycle.md) |"),
        ("recipe/bigan", "| encoder | [`mlp`](../translator/mlp.md) |"),
        ("loss/wasserstein", "Needs a discriminator of bounded slope: add one of"),
        ("loss/hinge", "Works with any discriminator"),
        ("loss/energy-based", "Needs a discriminator whose logits are a negative energy"),
        ("generator/mlp", "For samples of any shape."),
        ("generator/dcgan", "Takes images of 8x8, 28x28, 32x32, 64x64, 30x30, 32x64; refuses points and table rows."),
        ("regularizer/wgan-gp", "Not allowed if the discriminator normalises over the batch"),
        ("regularizer/r1", "It bounds the discriminator's slope"),
        ("regularizer/packing", "Not allowed together with [`auxiliary-classifier`]"),
        ("regularizer/diffaugment", "For images only."),
        ("regularizer/auxiliary-classifier", "For data with labels"),
        ("dataset/digits", "One sample has the shape `(8, 8, 1)`, values in -1..1, 10 classes."),
        ("metric/frechet", "`frechet`: less is better."),
        ("extractor/classifier", "It also gives class probabilities, for [`inception-score`]"),
        ("extractor/pixels", "It is used by default for data such as [`gaussian-1d`]"),
        ("extractor/model", "`--features FILE.keras` is short for `--features model:file=FILE.keras`."),
    ],
)
def test_the_checks_of_components_are_told(written, page, fact):
    assert fact in written[f"components/{page}.md"]


@pytest.fixture
def errors_of(monkeypatch):
    """What is wrong with the training that a command line asks for; nothing is built."""

    def errors_of(arguments):
        asked = []
        monkeypatch.setattr(ganreg.cli.train, "_train", lambda recipe, *_, **__: asked.append(recipe))
        assert run(arguments) == 0, arguments
        (recipe,) = asked
        translates = "source=" in str(recipe.dataset)
        spec = ganreg.DataSpec((8, 8, 1), source=ganreg.DataSpec((8, 8, 1)) if translates else None, paired=translates)
        data = spec if PATH in str(recipe.dataset) else None
        return [problem for problem in problems_of(resolve(recipe, data=data)) if problem.severity == "error"]

    return errors_of


def commands_of(written, *kinds):
    """The command at the head of each page of some kinds, as the words that a shell passes to `ganreg`."""
    for page, text in written.items():
        if page.split("/")[1] in kinds and not page.endswith("index.md"):
            line = re.search(r"^```text\n(ganreg .*)\n```$", text, re.MULTILINE).group(1)
            assert '"' not in line
            yield shlex.split(line)[1:]


@pytest.mark.filterwarnings("ignore:the data have no labels")
def test_every_command_that_trains_is_accepted(written, errors_of):
    commands = list(commands_of(written, *set(IMPLEMENTED) - {"metric", "extractor"}))

    refused = {" ".join(command): errors for command in commands if (errors := errors_of(command))}

    assert len(commands) > 50
    assert refused == {}


def test_every_command_that_evaluates_names_a_run_that_suits(written):
    for _, *arguments in commands_of(written, "metric"):
        options = evaluate.make_context("evaluate", arguments).params
        if ganreg.create("metric", options["metrics"][0]).looks_at == "columns":
            assert "needs --dataset csv" in ganreg.registry().recipe(options["folder"].name).summary
            continue
        assembly = resolve(ganreg.registry().recipe(options["folder"].name))
        metric = ganreg.create("metric", options["metrics"][0])
        assert metric.for_data(assembly.source) is not None
        assert metric.suits(assembly.data, assembly.source) or options["folder"].name == "digits"
        assert assembly.generator.conditional or not metric.needs_labels


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("generator/dcgan", "ganreg train -g dcgan:latent_dim=100,conditional=true"),
        ("discriminator/mlp", "ganreg train -d 'mlp:widths=[128,128],conditional=true'"),
        ("loss/energy-based", "ganreg train ebgan -l energy-based:margin=10.0"),
        ("regularizer/packing", "ganreg train -r packing:samples=2"),
        ("dataset/npz", "ganreg train --dataset npz:path=PATH"),
        ("dataset/image-folders", "ganreg train pix2pix --dataset image-folders:source=PATH,target=PATH"),
        ("game/cycle", "ganreg train cyclegan --game cycle:cycle=10.0"),
        ("game/bidirectional", "ganreg train bigan --game bidirectional"),
        ("translator/u-net", "ganreg train pix2pix -g u-net:width=32"),
        ("metric/moments", "ganreg evaluate runs/gaussian-1d -m moments:bootstrap=200"),
        ("extractor/model", "ganreg evaluate runs/digits --features model:file=PATH"),
    ],
)
def test_commands_go_with_what_they_use(written, page, line):
    assert f"\n```text\n{line}\n```\n" in written[f"components/{page}.md"]


def test_every_command_has_a_page(written):
    for name, (place, line) in COMMANDS.items():
        assert f":doc:`ganreg {name} <{name}>`: {line}" in written["commands/index.rst"]
        page = written[f"commands/{name}.rst"]
        module, _, attribute = place.partition(":")
        assert getattr(importlib.import_module(module), attribute).name == name
        assert page.startswith(f".. click:: {place}\n   :prog: ganreg {name}\n")


def test_every_page_of_an_implementation_shows_its_docstring(written):
    for page, text in written.items():
        kind = page.split("/")[1]
        if kind in IMPLEMENTED and not page.endswith("index.md"):
            place = re.search(r"^\.\. autoclass:: (.*)\(\)$", text, re.MULTILINE)[1]
            module, _, name = place.rpartition(".")
            assert issubclass(getattr(importlib.import_module(module), name), IMPLEMENTED[kind].base)


@pytest.mark.parametrize(
    ("text", "markdown", "rst"),
    [
        (
            "A loss (arXiv:1234.56789).",
            "A loss ([arXiv:1234.56789](https://arxiv.org/abs/1234.56789)).",
            "A loss (`arXiv:1234.56789 <https://arxiv.org/abs/1234.56789>`__).",
        ),
        (
            "Ours, doi:10.1000/a.b.",
            "Ours, [doi:10.1000/a.b](https://doi.org/10.1000/a.b).",
            "Ours, `doi:10.1000/a.b <https://doi.org/10.1000/a.b>`__.",
        ),
        ('Such as `"arXiv:1704.00028"`.', 'Such as `"arXiv:1704.00028"`.', 'Such as `"arXiv:1704.00028"`.'),
    ],
    ids=["arxiv", "doi", "code"],
)
def test_papers_become_links(maker, text, markdown, rst):
    papers = maker("papers")

    assert (papers.in_markdown(text), papers.in_rst(text)) == (markdown, rst)
