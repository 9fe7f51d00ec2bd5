"""What Keras leaves out of its files."""

import numpy as np
import pytest

import ganreg
from ganreg.engine.model_state import read_state, write_state


@pytest.fixture(scope="module")
def gan(small):
    return small(discriminator="mlp:widths=[8],dropout=0.5", regularizers=["lecam"])


def written(gan):
    store = {}
    write_state(gan.players, store)
    return store


def test_the_names_of_what_is_written(gan):
    assert set(written(gan)) == {
        "iterations",
        "epoch_began",
        "component_state.lecam.weight",
        "component_state.lecam.real_average",
        "component_state.lecam.fake_average",
        "integers.discriminator.0",
    }


def test_what_is_written_comes_back(gan, small):
    other = small(discriminator="mlp:widths=[8],dropout=0.5", regularizers=["lecam"])
    gan.iterations.assign(7)
    gan.players.epoch_began = 4
    gan.component_state["lecam"]["real_average"].assign(2.5)
    seeds = [one for one in gan.discriminator.variables if not one.value.dtype.is_floating]
    seeds[0].assign(np.array([3, 9], np.uint32))
    read_state(other.players, written(gan))
    assert (int(other.iterations), other.players.epoch_began) == (7, 4)
    assert float(other.component_state["lecam"]["real_average"]) == 2.5
    again = [one for one in other.discriminator.variables if not one.value.dtype.is_floating]
    assert [one.numpy().tolist() for one in again] == [[3, 9]]


@pytest.mark.parametrize(("change", "message"), [("pop", "it lacks iterations"), ("add", "it holds strange")])
def test_the_state_of_another_recipe_is_refused(gan, change, message):
    store = written(gan)
    if change == "pop":
        store.pop("iterations")
    else:
        store["strange"] = 1
    with pytest.raises(ganreg.RunError, match=message):
        read_state(gan.players, store)
