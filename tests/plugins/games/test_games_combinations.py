"""Every loss and every regularizer in every game: it trains, moving one player alone, or is refused when assembled."""

import collections

import numpy as np
import pytest

import ganreg

GAMES = ganreg.registry().names("game")
LATENTS = {"latent-consistency", "mode-seeking", "mutual-information", "path-length", "virtual-batch-norm"}
"""Regularizers of generators that have latents."""
QUICK = {("star", "loss"), ("translation", "regularizer")}
OPTIONS = {"replay": "replay:size=8", "perceptual": "perceptual:dataset=digits"}


def options_of(kind, name):
    """The networks that a component needs to be accepted, if it can be."""
    options = {"regularizers": [OPTIONS.get(name, name)]} if kind == "regularizer" else {"loss": name}
    if kind == "loss" and ganreg.create("loss", name).needs_energy:
        options["discriminator"] = "autoencoder"
    return options


def values_of(player):
    return [variable.numpy() for variable in player.trainable_variables]


def same(first, second):
    return all(one.tobytes() == other.tobytes() for one, other in zip(first, second, strict=True))


def try_both_players(gan, update):
    """Updates each player once; returns what is wrong."""
    for player, opponent in (("discriminator", "generator"), ("generator", "discriminator")):
        moving, resting = (getattr(gan.players, name) for name in (player, opponent))
        before = values_of(moving), values_of(resting)
        logs = {name: float(value) for name, value in update(gan, player).items()}
        assert np.isfinite(list(logs.values())).all(), (player, logs)
        assert set(logs) <= set(gan.log_names)
        assert not same(before[0], values_of(moving)), f"the {player} does not move"
        assert same(before[1], values_of(resting)), f"an update of the {player} moves its opponent"


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize(
    ("game", "kind"),
    [
        pytest.param(game, kind, marks=() if (game, kind) in QUICK else pytest.mark.slow)
        for game in GAMES
        for kind in ("loss", "regularizer")
    ],
)
def test_it_trains_or_is_refused_when_assembled(play, update, game, kind):
    outcomes = collections.Counter()
    for name in ganreg.registry().names(kind):
        try:
            gan = play(game, **options_of(kind, name), generator_optimizer="adam", discriminator_optimizer="adam")
        except ganreg.AssemblyError as refusal:
            assert name in str(refusal)  # noqa: PT017 - the text is what is tested
            outcomes["refused"] += 1
            continue
        try_both_players(gan, update)
        outcomes["trained"] += 1
    assert outcomes.total() == len(ganreg.registry().names(kind))
    assert outcomes["trained"] >= (9 if kind == "loss" else 24)


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize("game", ["translation", "cycle", "star"])
@pytest.mark.parametrize("name", sorted(LATENTS))
def test_what_needs_latents_is_refused_where_samples_are_made_from_samples(play, game, name):
    with pytest.raises(ganreg.AssemblyError, match=f"'{name}' uses latents, but game '{game}'.*leave {name} out"):
        play(game, regularizers=[name])


@pytest.mark.filterwarnings("ignore::ganreg.GanregWarning")
@pytest.mark.parametrize(
    "game", [pytest.param(game, marks=() if game == "translation" else pytest.mark.slow) for game in GAMES]
)
def test_graph_and_xla_agree_and_calls_may_hold_any_number_of_updates(play, game):
    """XLA rounds differently; five iterations in a call are the same graph as ten."""

    def trained(execution, updates_per_call):
        gan = play(game, generator_optimizer="adam", discriminator_optimizer="adam", regularizers=["r1"])
        gan.fit(steps=10, verbose=0, execution=execution, updates_per_call=updates_per_call)
        return [variable.numpy() for network in gan.networks.values() for variable in network.trainable_variables]

    five, ten, xla = trained("graph", 5), trained("graph", 10), trained("xla", 10)
    assert same(five, ten)
    assert max(float(np.abs(one - other).max()) for one, other in zip(ten, xla, strict=True)) < 1e-4
