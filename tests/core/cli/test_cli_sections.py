"""Help with options under headings."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from ganreg.cli.sections import SectionedCommand, option_in


@pytest.fixture
def command():
    @click.command(cls=SectionedCommand)
    @click.argument("name")
    @option_in("First")("--one", help="The first.")
    @option_in("Second")("--two", type=int, default=2, show_default=True, help="The second.")
    @option_in("First")("--three", help="The third.")
    @option_in("Second")("--secret", hidden=True)
    @click.option("--other", help="Another.")
    def command(name, one, two, three, secret, other):
        """Do it."""
        click.echo(f"{name} {one} {two}")

    return command


def test_options_are_listed_by_section_in_the_order_of_their_first(command):
    out = CliRunner().invoke(command, ["--help"]).output

    blocks = {block.splitlines()[0]: block.splitlines()[1:] for block in out.strip().split("\n\n")[2:]}
    assert {heading: [line.split()[0] for line in lines] for heading, lines in blocks.items()} == {
        "First:": ["--one", "--three"],
        "Second:": ["--two"],
        "Options:": ["--other", "--help"],
    }


def test_options_work_as_those_of_click(command):
    assert CliRunner().invoke(command, ["me", "--one", "x"]).output == "me x 2\n"
    assert CliRunner().invoke(command, ["me", "--two", "x"]).exit_code == 2
