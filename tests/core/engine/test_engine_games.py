"""What games need of the data, and networks that cannot play."""

import attrs
import numpy as np
import pytest

import ganreg
from ganreg import DataSpec, Game, NetworkSpec
from ganreg.contract.assembly import Part
from ganreg.engine.games import refuse_unfit_data
from ganreg.engine.resolving import resolve

ALONE = DataSpec((2,), num_classes=3)
UNPAIRED = DataSpec((2,), source=DataSpec((3,)))
PAIRED = DataSpec((2,), source=DataSpec((3,)), paired=True)


def needing(*needs):
    game = attrs.make_class("Needing", {}, bases=(Game,), frozen=True)
    game.needs = needs
    return Part(game(), "needing", origin="game 'needing'")


@pytest.mark.parametrize(
    ("needs", "data", "message"),
    [
        (["source"], ALONE, "makes samples from sources, but the data have none; use a dataset with sources"),
        (["pairs"], ALONE, "makes samples from sources, but the data have none"),
        (["pairs"], UNPAIRED, "needs the source of each sample, but the data are not paired; use paired data"),
        (["labels"], UNPAIRED, "needs labels, but the data have none; use data with labels"),
    ],
)
def test_data_that_lack_what_a_game_needs_are_refused(needs, data, message):
    with pytest.raises(ganreg.AssemblyError, match=f"game 'needing' {message}"):
        refuse_unfit_data(needing(*needs), data)


@pytest.mark.parametrize(
    ("needs", "data"), [([], ALONE), (["labels"], ALONE), (["source"], UNPAIRED), (["source", "pairs"], PAIRED)]
)
def test_data_that_have_what_a_game_needs_are_accepted(needs, data):
    refuse_unfit_data(needing(*needs), data)


def test_a_need_that_no_data_can_meet_is_the_games_fault():
    with pytest.raises(ganreg.PluginError, match="needs 'masks'; a game can need source, pairs, labels"):
        refuse_unfit_data(needing("masks"), ALONE)


POINTS = DataSpec((2,))
FINE = {"generator": NetworkSpec("generator", POINTS), "discriminator": NetworkSpec("discriminator", POINTS)}


def game_of(networks, **attributes):
    """A game with the given networks."""
    body = {"networks": lambda self, assembly: networks} | attributes
    return type("Made", (Game,), body)()


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        (FINE | {"Second_Generator": FINE["generator"]}, "calls a network 'Second_Generator'; use another name"),
        (FINE | {"iterations": FINE["generator"]}, "calls a network 'iterations'; use another name"),
        (FINE | {"encoder": NetworkSpec("encoder", POINTS)}, "network 'encoder' has the role 'encoder', which is not"),
        (
            {"generator": FINE["generator"], "discriminator": NetworkSpec("discriminator", POINTS, judges="nobody")},
            "'discriminator' judges 'nobody', which",
        ),
        ({"generator": FINE["generator"]}, "has no discriminator"),
        ({"discriminator": FINE["discriminator"]}, "judges 'generator', which"),
    ],
)
def test_networks_that_cannot_play_are_the_games_fault(networks, message):
    with pytest.raises(ganreg.PluginError, match=f"game '.*Made' of .*{message}"):
        resolve(ganreg.Recipe(), data=POINTS, components={"game": game_of(networks)})


def test_the_samples_must_be_made_by_a_network():
    with pytest.raises(ganreg.PluginError, match="'decoder', which should make the samples"):
        resolve(ganreg.Recipe(), data=POINTS, components={"game": game_of(FINE, makes="decoder")})


def test_a_translator_needs_a_source():
    roles = {"generator": "translator", "discriminator": "discriminator"}
    with pytest.raises(ganreg.PluginError, match="translator 'generator' has no source"):
        resolve(ganreg.Recipe(), data=POINTS, components={"game": game_of(FINE, roles=roles)})


def test_an_error_in_a_games_own_code_names_it():
    def broken(self, assembly):
        raise KeyError("shape")

    made = type("Broken", (Game,), {"networks": broken})()
    with pytest.raises(ganreg.PluginError, match=r"game '.*Broken' of .* failed in networks: KeyError"):
        resolve(ganreg.Recipe(), data=np.zeros((4, 2)), components={"game": made})
