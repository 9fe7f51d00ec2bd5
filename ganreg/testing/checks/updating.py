"""Checks of a few updates of a tiny GAN that contains the component."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf

from ganreg.checkpoints.folder import CheckpointFolder
from ganreg.contract.schedule import Phase
from ganreg.engine.variables import variable_groups
from ganreg.testing.bench import bench_of, differing, values_of
from ganreg.testing.check import NETWORKS, PLAYED, check
from ganreg.testing.failures import CheckFailure, require
from ganreg.testing.subject import Subject

_TURNS = {"discriminator": (Phase(1, 0), "generator"), "generator": (Phase(0, 1), "discriminator")}
"""Each player's turn, and its opponent."""
_PLACE_OF_VARIABLES = {
    **dict.fromkeys(NETWORKS, "variables belong to the network's layers"),
    **dict.fromkeys(("loss", "regularizer"), "variables belong in initial_state"),
    "game": "a game has no variables of its own",
}


@check(*PLAYED, proves="an update of one player changes its own networks and leaves those of the other bit-identical")
def moves_one_player_at_a_time(subject: Subject) -> None:
    """Makes one update of each player, and compares all variables."""
    bench, gan = bench_of(subject), bench_of(subject).gan()
    for player, (phase, opponent) in _TURNS.items():
        before = values_of(gan)
        bench.round(gan, phase)
        changed = differing(before, values_of(gan))
        untouched = (*gan.players.player(opponent).networks, f"{opponent}_optimizer")
        wrong = [name.replace("_", "'s ") for name in untouched if name in changed]
        require(not wrong, f"an update of the {player} changes the {' and the '.join(wrong)}")
        still = [name for name in gan.players.player(player).networks if name not in changed]
        require(not still, f"an update of the {player} does not change {_networks(still)}")


@check(*PLAYED, proves="the same seed gives the same weights, bit for bit")
def repeats_with_its_seed(subject: Subject) -> None:
    """Builds and trains it twice."""
    bench = bench_of(subject)
    _, first = bench.trained
    again = bench.gan()
    bench.fit(again, 2)
    changed = differing(first, values_of(again))
    require(
        not changed, f"trained twice with one seed, {_named(changed)} differ; draw from step.normal or step.uniform"
    )


@check(*PLAYED, proves="it trains in mixed precision, with its variables in float32")
def trains_in_mixed_precision(subject: Subject) -> None:
    """Trains it with networks that compute in bfloat16."""
    bench = bench_of(subject)
    try:
        gan = bench.gan(precision="mixed_bfloat16")
        bench.fit(gan, 1)
    except Exception as error:
        raise CheckFailure(f"with networks that compute in bfloat16: {' '.join(str(error).split())[:400]}") from error
    for name, group in variable_groups(gan.players).items():
        half = [variable for variable in group if variable.dtype.is_floating and variable.dtype.size < tf.float32.size]
        require(not half, f"a variable of the {name} is {half[0].dtype.name if half else ''}, not float32")
        finite = all(np.isfinite(variable).all() for variable in group if variable.dtype.is_floating)
        require(finite, f"a variable of the {name} is not finite after an update")


@check(*PLAYED, proves="a training that is resumed from a checkpoint is bit-identical to an uninterrupted one")
def resumes_from_a_checkpoint(subject: Subject) -> None:
    """Trains for two updates, writes a checkpoint and trains again; then restores it into a new GAN and trains that."""
    bench = bench_of(subject)
    gan = bench.gan()
    bench.fit(gan, 2)
    with tempfile.TemporaryDirectory() as folder:
        CheckpointFolder(gan.players, Path(folder)).write()
        bench.fit(gan, 2)
        resumed = bench.gan()
        CheckpointFolder(resumed.players, Path(folder)).restore()
    bench.fit(resumed, 2)
    changed = differing(values_of(gan), values_of(resumed))
    require(not changed, f"after a checkpoint {_named(changed)} differ; {_PLACE_OF_VARIABLES[subject.kind]}")


def _networks(names: list[str]) -> str:
    return "it" if names[:1] in (["generator"], ["discriminator"]) else f"its {names[0] if names else ''}"


def _named(groups: list[str]) -> str:
    return " and ".join(f"the {name.replace('_', ' ')}" for name in groups)
