"""Options that several commands on a run share."""

import click
import pytest

from ganreg.cli.group import LazyGroup


@pytest.mark.parametrize("name", ["export", "sample"])
def test_commands_on_a_run_take_the_newest_checkpoint_by_default(name):
    command = LazyGroup().get_command(click.Context(LazyGroup(), obj=None), name)
    (option,) = (parameter for parameter in command.params if parameter.name == "checkpoint")
    assert option.default == "last"
    assert option.help == "Use the checkpoint with the best score, the newest one, or that of iteration N."
