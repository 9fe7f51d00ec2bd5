"""Which layers of a trained GAN fit those of another, and what is copied."""

import itertools

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.transfer import layers_of, matched, transfer


@pytest.fixture(scope="module")
def trained(small):
    gan = small(generator="mlp:latent_dim=3,widths=[8,6]", seed=1)
    x = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    gan.fit(x, steps=3, verbose=0, execution="graph", updates_per_call=3)
    return gan


def shares(first, second):
    return [np.array_equal(*pair) for pair in zip(first.get_weights(), second.get_weights(), strict=True)]


def test_everything_of_the_same_networks_is_copied_but_not_the_training(small, trained):
    gan = small(generator="mlp:latent_dim=3,widths=[8,6]", seed=2, loss="hinge")
    taken = transfer(gan.players, trained.players, "here", "abc")
    for name, network in gan.networks.items():
        assert all(shares(network, trained.networks[name]))
    assert all(shares(gan.average_generator, trained.average_generator))
    assert not any(shares(gan.average_generator, gan.generator))
    assert gan.players.done == 0
    assert not np.any(gan.generator_optimizer.variables[2])
    assert taken.is_complete
    assert (taken.source, taken.weights, taken.iterations) == ("here", "abc", 3)


def test_a_layer_of_another_shape_keeps_its_own(small, trained):
    gan = small(ganreg.DataSpec((5,)), generator="mlp:latent_dim=3,widths=[8,6]", seed=2)
    own = gan.generator.get_weights()
    taken = transfer(gan.players, trained.players, "here", "abc")
    for network, theirs in ((gan.generator, trained.generator), (gan.average_generator, trained.average_generator)):
        for value, wanted in zip(network.get_weights()[:4], theirs.get_weights()[:4], strict=True):
            np.testing.assert_array_equal(value, wanted)
        for value, wanted in zip(network.get_weights()[4:], own[4:], strict=True):
            np.testing.assert_array_equal(value, wanted)
    assert taken.loaded == {"generator": ["dense_0", "dense_1"], "discriminator": [taken.loaded["discriminator"][0]]}
    assert taken.left["generator"] == ["dense_2 (kernel 6x5, bias 5)"]
    assert not taken.is_complete


@pytest.mark.parametrize("theirs", [0.0, 0.999])
@pytest.mark.parametrize("own", [0.0, 0.999])
def test_without_an_average_the_weights_take_its_place(small, own, theirs):
    source, gan = small(seed=1, ema_decay=theirs), small(seed=2, ema_decay=own)
    if theirs:
        source.average_generator.set_weights([one + 1 for one in source.generator.get_weights()])
    transfer(gan.players, source.players, "here", "")
    assert all(shares(gan.generator, source.generator))
    assert all(shares(gan.average_generator, source.average_generator if own else source.generator))


def test_nothing_that_fits_is_refused(small, trained):
    gan = small(ganreg.DataSpec((9,)), generator="mlp:latent_dim=4,widths=[5]", discriminator="mlp:widths=[3]")
    before = [one.get_weights() for one in gan.networks.values()]
    with pytest.raises(ganreg.AssemblyError, match=r"nothing of here fits: .*\(generator, discriminator\)"):
        transfer(gan.players, trained.players, "here", "")
    for network, values in zip(gan.networks.values(), before, strict=True):
        assert all(np.array_equal(*pair) for pair in zip(network.get_weights(), values, strict=True))
    assert gan.transferred is None


def dense(*sizes, names=None):
    named = zip(sizes[1:], names or itertools.repeat(None))  # noqa: B905 - as many as there are sizes
    layers = [keras.layers.Dense(int(size), name=name) for size, name in named]
    return keras.Sequential([keras.Input((sizes[0],)), *layers])


def pairs(mine, others):
    return matched(layers_of(mine), layers_of(others))


def test_layers_that_were_added_in_the_middle_are_left_out():
    assert pairs(dense(3, 4, 7, 7, 2), dense(3, 4, 7, 2)) == {0: 0, 1: 1, 3: 2}
    assert pairs(dense(3, 4, 7, 2), dense(3, 4, 7, 7, 2)) == {0: 0, 1: 1, 2: 3}
    assert pairs(dense(3, 3, 3), dense(4, 3, 3, 3)) == {0: 1, 1: 2}


def test_large_layers_come_first():
    """Where two orders exclude each other, the one with more weights is kept."""
    assert pairs(dense(9, 1, 9, 9), dense(9, 9, 1, 9)) in ({0: 1, 1: 2}, {2: 0})
    found = pairs(dense(50, 1, 50, 50), dense(50, 50, 1, 50))
    assert found == {2: 0}


def test_names_decide_between_layers_of_the_same_shapes():
    first, second = dense(2, 2, 2, names=("a", "b")), dense(2, 2, names=("b",))
    assert pairs(first, second) == {1: 0}
    assert pairs(second, first) == {0: 1}
    assert pairs(dense(2, 2, names=("a",)), dense(2, 2, names=("b",))) == {0: 0}


def brute_force(mine, others):
    """The greatest number of weights over all pairs in order."""

    def best(i, j):
        if i == len(mine) or j == len(others):
            return 0
        fits = mine[i].form == others[j].form
        return max(best(i + 1, j), best(i, j + 1), mine[i].size + best(i + 1, j + 1) if fits else 0)

    return best(0, 0)


def test_as_many_weights_as_possible_are_matched():
    stream = np.random.default_rng(0)
    for _ in range(12):
        mine, others = (layers_of(dense(*stream.integers(1, 3, size=6))) for _ in range(2))
        found = matched(mine, others)
        assert list(found.values()) == sorted(found.values())
        assert all(mine[i].form == others[j].form for i, j in found.items())
        assert sum(mine[i].size for i in found) == brute_force(mine, others)


def test_names_do_not_depend_on_what_the_program_built_before():
    first, second = (dense(3, 4, 5, 2) for _ in range(2))
    assert [layer.name for layer in layers_of(first)] == [f"sequential/dense_{place}" for place in range(3)]
    assert [layer.name for layer in layers_of(first)] == [layer.name for layer in layers_of(second)]


def test_statistics_are_copied_and_seeds_are_not():
    network = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(2), keras.layers.BatchNormalization(), keras.layers.Dropout(0.5)]
    )
    names = [[one.path.rpartition("/")[2] for one in layer.variables] for layer in layers_of(network)]
    assert names == [["kernel", "bias"], ["gamma", "beta", "moving_mean", "moving_variance"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dcgan:width=4", "resnet:width=4", "style:width=4,latent_dim=8,style_dim=8,layers=2"])
def test_another_resolution_takes_what_its_shapes_allow(name):
    def made(side, seed):
        return ganreg.assemble(
            generator=name,
            discriminator="dcgan:width=4",
            loss="hinge",
            data=ganreg.DataSpec((side, side, 1)),
            seed=seed,
        )

    small, large = made(16, 1), made(32, 2)
    taken = transfer(large.players, small.players, "here", "")
    assert len(taken.loaded["generator"]) >= 2
    assert taken.left["generator"]
    large.generate(2, seed=0)
