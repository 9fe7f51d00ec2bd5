"""Sides of maps, and convolutions along one to three axes, against sums in NumPy."""

import itertools

import keras
import numpy as np
import pytest
from ganreg_networks.dcgan import DcganDiscriminator, DcganGenerator
from ganreg_networks.grids import (
    COARSEST,
    cropped,
    doubled,
    grid_problems,
    halved,
    layer_of,
    pyramid,
    steps_between,
    widths_of,
)
from ganreg_networks.resnet import ResnetDiscriminator, ResnetGenerator
from hypothesis import given, settings
from hypothesis import strategies as st

import ganreg
from ganreg import AssemblyError, DataSpec

SHAPES = st.lists(st.integers(1, 40), min_size=1, max_size=3).map(tuple)


def normal(*shape):
    return np.random.default_rng(2).normal(size=shape).astype("float32")


@given(SHAPES)
@settings(deadline=None)
def test_each_axis_is_halved_rounding_up_until_it_is_about_four(sides):
    maps = pyramid((*sides, 1))

    assert maps[0] == sides
    for fine, coarse in itertools.pairwise(maps):
        assert fine != coarse
        assert all(after in (before, (before + 1) // 2) for before, after in zip(fine, coarse, strict=True))
    square = len(set(sides)) == 1 and len(sides) == 2 and sides[0] % 4 == 0
    for side, coarsest in zip(sides, maps[-1], strict=True):
        assert coarsest >= COARSEST or coarsest == -(-side // 4)  # four at least, or halved only twice
        assert (coarsest + 1) // 2 < COARSEST or (square and coarsest % 2)


@pytest.mark.parametrize(("sides", "coarsest"), [
    ((187,), (6,)), ((100,), (4,)), ((48, 64), (6, 4)), ((16, 16, 16), (4, 4, 4)), ((3, 64), (1, 4)), ((1, 4), (1, 1)),
])  # fmt: skip
def test_the_coarsest_maps_of(sides, coarsest):
    assert pyramid((*sides, 2))[-1] == coarsest


@given(st.integers(1, 64))
@settings(deadline=None)
def test_square_images_stop_where_no_whole_side_of_4_remains(quarter):
    """The rule that they always had, written as a loop over whole numbers."""
    side, expected = 4 * quarter, [4 * quarter, 2 * quarter, quarter]
    while expected[-1] % 2 == 0 and expected[-1] >= 2 * COARSEST:
        expected.append(expected[-1] // 2)

    assert [(one, one) for one in expected] == pyramid((side, side, 3))


def test_channels_double_at_each_halving_up_to_the_maximum():
    assert widths_of(4, 8, 50) == [8, 16, 32, 50]


def test_axes_that_keep_their_side_have_a_stride_of_1():
    assert steps_between((7, 4, 1), (4, 2, 1)) == (2, 2, 1)


@pytest.mark.parametrize("length", [6, 7])
def test_halving_a_signal_is_a_strided_sum(length):
    maps, sides = normal(2, length, 3), [(length + 1) // 2]
    inputs = keras.Input((length, 3))
    model = keras.Model(inputs, halved(inputs, 5, sides, bias_initializer="random_normal"))

    kernel, bias = model.get_weights()
    assert kernel.shape == (4, 3, 5)
    total = 2 * (sides[0] - 1) + 4 - length
    padded = np.pad(maps, [(0, 0), (total // 2, total - total // 2), (0, 0)])
    expected = np.stack(
        [np.einsum("bkc,kcf->bf", padded[:, 2 * place : 2 * place + 4], kernel) for place in range(sides[0])], axis=1
    )
    np.testing.assert_allclose(model(maps), expected + bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("length", [6, 5])
def test_doubling_a_signal_is_a_transposed_convolution(length):
    """Each value adds its kernel at twice its place, shifted by the padding of 1; odd lengths lose the last value."""
    maps = normal(2, 3, 4)
    inputs = keras.Input((3, 4))
    model = keras.Model(inputs, doubled(inputs, 2, [length], bias_initializer="random_normal"))

    kernel, bias = model.get_weights()
    assert kernel.shape == (4, 2, 4)
    spread = np.zeros((2, 8, 2))
    for place in range(3):
        spread[:, 2 * place : 2 * place + 4] += np.einsum("bc,kfc->bkf", maps[:, place], kernel)
    np.testing.assert_allclose(model(maps), spread[:, 1:7][:, :length] + bias, rtol=1e-4, atol=1e-5)


def test_a_logit_of_a_signal_sees_all_of_it():
    """The last maps of 100 values: each depends on 4 + 3·(2 + 4 + ... ) of them, and together they cover all."""
    model = DcganDiscriminator(width=2).build(DataSpec((100, 1)))
    base = np.zeros((1, 100, 1), "float32")
    pushed = np.repeat(base, 100, axis=0) + np.eye(100, dtype="float32")[..., np.newaxis]

    changed = np.abs(model(pushed)["features"][1] - model(base)["features"][1]).sum(axis=-1) > 0

    # Two convolutions of 4 with strides 2: 4 + 2·3 = 10 values, from 4·place - 3 on.
    for place in range(25):
        seen = np.flatnonzero(changed[:, place])
        assert set(seen) <= set(range(4 * place - 3, 4 * place + 7))
    assert changed.any(axis=1).all()


@pytest.mark.parametrize("sides", [(5,), (5, 4), (5, 4, 7)])
def test_cropping_cuts_the_last_values(sides):
    maps = keras.Input((*(side + 1 for side in sides), 2))
    samples = normal(1, *maps.shape[1:])

    model = keras.Model(maps, cropped(maps, sides))

    np.testing.assert_array_equal(model(samples), samples[(slice(None), *(slice(side) for side in sides))])
    assert cropped(maps, maps.shape[1:-1]) is maps


def test_layers_are_those_for_so_many_axes():
    assert layer_of("Conv{}D", keras.Input((4, 1))) is keras.layers.Conv1D
    assert layer_of("UpSampling{}D", keras.Input((4, 4, 4, 1))) is keras.layers.UpSampling3D


def test_weights_of_a_signal_network_are_counted_by_hand():
    """100 values in 2 channels: 50, 25, 13, 7 and 4 values in 4, 8, 8, 8 and 8 channels."""
    data = DataSpec((100, 2), value_range=(-1, 1))

    generator = DcganGenerator(latent_dim=10, width=4, max_width=8, norm="none").build(data)
    discriminator = DcganDiscriminator(width=4, max_width=8).build(data)

    dense, kernels = (10 + 1) * 4 * 8, 4 * (8 * 8 * 3 + 8 * 4 + 4 * 2) + 3 * 8 + 4 + 2
    assert generator.count_params() == dense + kernels
    assert discriminator.count_params() == 4 * (2 * 4 + 4 * 8 + 8 * 8 * 3) + 4 + 4 * 8 + (4 * 8 + 1)


def test_weights_of_a_volume_network_are_counted_by_hand():
    data = DataSpec((8, 8, 8, 1), value_range=(-1, 1))

    discriminator = DcganDiscriminator(width=4, max_width=8).build(data)

    assert discriminator.count_params() == 4**3 * (1 * 4 + 4 * 8) + 4 + 8 + 2**3 * 8 + 1


NETWORKS = [
    (DcganGenerator(width=1, max_width=2, latent_dim=3), DcganDiscriminator(width=1, max_width=2)),
    (ResnetGenerator(width=1, max_width=2, latent_dim=3), ResnetDiscriminator(width=1, max_width=2)),
]


@given(
    st.sampled_from(NETWORKS),
    st.lists(st.integers(1, 21), min_size=0, max_size=4).map(tuple),
    st.integers(1, 5),
    st.booleans(),
)
@settings(deadline=None, max_examples=8)
def test_samples_of_any_shape_are_made_and_read_or_refused(pair, sides, channels, conditional):
    data = DataSpec((*sides, channels), num_classes=2 if conditional else None)
    generator, discriminator = pair

    if not 1 <= len(sides) <= 3 or max(sides) < COARSEST:
        for network in pair:
            with pytest.raises(AssemblyError, match="got samples of shape"):
                network.build(data)
        return
    made = generator.build(data)(normal(2, 3))
    assert made.shape == (2, *data.shape)
    assert discriminator.build(data)(made)["logits"].shape == (2, 1)


@pytest.mark.parametrize(
    ("shape", "message", "hint"),
    [
        ((2,), "needs signals", "use generator mlp"),
        ((4, 4, 4, 4, 4), "needs signals", "use generator mlp"),
        ((3, 3, 1), "needs samples with a side of at least 4", "use generator mlp"),
        ((3, 32, 32), "needs channels last", "channels come last: np.moveaxis(x, 1, -1)"),
        ((1, 16, 16, 16), "needs channels last", "channels come last: np.moveaxis(x, 1, -1)"),
        ((2, 128), "needs samples with a side of at least 4", "channels come last: np.moveaxis(x, 1, -1)"),
        ((28, 28), "cannot tell whether", "give grey images a channel axis: x[..., np.newaxis]"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_remedy(shape, message, hint):
    (problem,) = grid_problems("generator dcgan", DataSpec(shape))

    assert problem.severity == "error"
    assert message in problem.message
    assert str(shape) in problem.message
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize(
    ("shape", "hint"),
    [((12, 100), r"np.moveaxis(x, 1, -1)"), ((64, 48), "x[..., np.newaxis]"), ((16, 16, 16), "x[..., np.newaxis]")],
)
def test_what_may_be_meant_otherwise_is_warned_of(shape, hint):
    (problem,) = grid_problems("generator dcgan", DataSpec(shape))

    assert problem.severity == "warning"
    assert hint in problem.hint


@pytest.mark.parametrize(
    "shape",
    [(100, 1), (187, 12), (7, 2), (28, 28, 1), (48, 64, 3), (16, 16, 13), (3, 32, 3), (16, 16, 16, 1), (4, 4, 1)],
)
def test_nothing_is_wrong_with_signals_images_and_volumes(shape):
    assert list(grid_problems("generator dcgan", DataSpec(shape))) == []


@pytest.mark.parametrize(
    ("shape", "name"),
    [
        ((24, 2), "dcgan"),
        pytest.param((4, 6, 4, 1), "resnet", marks=pytest.mark.slow),
        pytest.param((10, 13, 3), "dcgan", marks=pytest.mark.slow),
    ],
)
def test_an_array_of_such_samples_trains(shape, name):
    samples = normal(16, *shape)
    samples = np.tanh(samples) if len(shape) == 3 else samples
    gan = ganreg.assemble(
        generator=f"{name}:width=2,max_width=4",
        discriminator=f"{name}:width=2,max_width=4",
        loss="hinge",
        regularizers=["r1"],
        data=samples,
        batch_size=8,
        seed=1,
    )

    history = gan.fit(steps=2, verbose=0, execution="graph", updates_per_call=1).history

    assert all(np.isfinite(values).all() for values in history.values())
    assert gan.generate(3, seed=1).shape == (3, *shape)
