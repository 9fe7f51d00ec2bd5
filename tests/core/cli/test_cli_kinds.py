"""The KIND argument, and options that name components."""

from __future__ import annotations

import attrs
import click
import pytest
from click.testing import CliRunner

from ganreg import Component
from ganreg.cli import kinds
from ganreg.cli.kinds import component_option, kind_argument, naming, singular
from ganreg.cli.sections import SectionedCommand
from ganreg.contract.kinds import KINDS


@pytest.fixture
def registry(point, make_registry, hinge):
    return make_registry(
        point("acme-gan", ganreg_losses=[hinge], ganreg_metrics=[Component("fid", "acme:FID")]),
        point("other-gan", ganreg_losses=[Component("hinge", "other:Hinge")]),
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_kind_may_be_in_the_singular_and_the_plural_and_in_capitals(kind):
    for spelling in (kind.name, kind.plural, kind.name.upper(), kind.plural.capitalize()):
        assert singular(spelling) == kind.name


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("los", "there is no kind 'los'; did you mean 'loss'?"),
        ("fid", "'fid' is the name of a component, not a kind; try 'ganreg show metric fid'"),
        (
            "hinge",
            "'hinge' is the name of a component, not a kind; "
            "try 'ganreg show loss acme-gan/hinge' or 'ganreg show loss other-gan/hinge'",
        ),
    ],
)
def test_what_is_not_a_kind_is_refused_with_what_to_type(registry, word, message):
    with pytest.raises(click.UsageError) as raised:
        singular(word, registry)

    assert str(raised.value) == message


def test_command_lines_for_a_spec(registry):
    assert naming("fid:samples=3", registry, "check") == "'ganreg check metric fid:samples=3'"
    assert naming("fid:samples=3", registry, "show") == "'ganreg show metric fid'"
    assert naming("acme-gan/fid", registry, "show") == "'ganreg show metric fid'"
    assert naming("nothing", registry, "show") == ""


def test_the_argument_hands_over_the_singular_and_completes():
    @click.command()
    @kind_argument(required=True)
    def command(kind):
        click.echo(kind)

    assert CliRunner().invoke(command, ["losses"]).output == "loss\n"
    assert CliRunner().invoke(command, ["los"]).exit_code == 2
    (argument,) = command.params
    completions = argument.shell_complete(click.Context(command), "re")
    assert [item.value for item in completions] == ["regularizer", "recipe"]


def test_options_are_spelt_as_the_table_of_kinds_has_them(monkeypatch):
    renamed = attrs.evolve(KINDS["loss"], options=("-x", "--objective"))
    monkeypatch.setattr(kinds, "KINDS", {**KINDS, "loss": renamed})

    @click.command(cls=SectionedCommand)
    @component_option("loss", "losses", section="Components", multiple=True, help="Use it.")
    def command(losses):
        click.echo(" ".join(losses))

    assert CliRunner().invoke(command, ["-x", "a:b=1", "--objective", "c"]).output == "a:b=1 c\n"
    assert "Components:\n  -x, --objective SPEC  Use it." in CliRunner().invoke(command, ["--help"]).output
