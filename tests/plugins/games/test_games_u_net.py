"""The translator `u-net`, held against section 6.1.1 of the pix2pix paper."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_games.u_net import UNetTranslator

import ganreg
from ganreg import AssemblyError, Data, DataSpec

GREY, COLOUR = DataSpec((16, 16, 1), value_range=(-1, 1)), DataSpec((16, 16, 3), value_range=(-1, 1))


@pytest.fixture(autouse=True)
def _same_weights_each_time():
    random.seed(0)  # what Keras's initializers and dropout draw their seeds from


def normal(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def kernels_of(model):
    """The shapes of all kernels, in order."""
    return [tuple(variable.shape) for variable in model.trainable_variables if variable.path.endswith("kernel")]


def test_it_has_the_papers_layers():
    """C64-C128-C256-C512-C512-C512-C512-C512, then CD512-CD1024-CD1024-C1024-C1024-C512-C256-C128, an eighth as wide.

    The second list counts channels after each skip is joined, and so the input channels of the layer that follows.
    """
    model = UNetTranslator(width=8, max_width=64, levels=8, dropout=0.5, norm="batch").build(
        DataSpec((256, 256, 3)), DataSpec((256, 256, 2))
    )

    down, joined = [8, 16, 32, 64, 64, 64, 64, 64], [128, 128, 128, 128, 64, 32, 16]
    up = [64, 64, 64, 64, 32, 16, 8]
    expected = [(4, 4, before, after) for before, after in zip([3, *down], down, strict=False)]
    expected += [(4, 4, after, before) for before, after in zip([64, *joined], up, strict=False)]
    assert kernels_of(model) == [*expected, (3, 3, 16, 2)]
    normalised = 2 * (sum(down[1:-1]) + sum(up))  # a scale and a shift instead of a bias
    biases = down[0] + down[-1] + 2
    weights = sum(int(np.prod(kernel)) for kernel in kernels_of(model))
    assert sum(int(np.prod(variable.shape)) for variable in model.trainable_variables) == weights + normalised + biases
    dropped = [layer.input.shape[1:3] for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    assert dropped == [(2, 2), (4, 4), (8, 8)]


def test_skips_join_maps_of_one_size():
    model = UNetTranslator(width=4, levels=3).build(DataSpec((8, 24, 1)), DataSpec((8, 24, 3)))

    joined = [layer.input for layer in model.layers if isinstance(layer, keras.layers.Concatenate)]

    assert [[tuple(maps.shape[1:]) for maps in pair] for pair in joined] == [
        [(2, 6, 8), (2, 6, 8)],
        [(4, 12, 4), (4, 12, 4)],
    ]
    down = [layer.output for layer in model.layers if isinstance(layer, keras.layers.LeakyReLU)]
    assert [pair[1] is maps for pair, maps in zip(joined, down[1::-1], strict=True)] == [True, True]
    assert model(normal(2, 8, 24, 1)).shape == (2, 8, 24, 3)


@pytest.mark.parametrize("levels", [1, 2, 4])
def test_every_weight_matters(levels):
    """In a 16x16 image with 4 levels, the coarsest maps are single pixels, which a normalisation would make 0."""
    model = UNetTranslator(width=4, levels=levels).build(GREY, COLOUR)
    samples = normal(6, 16, 16, 1)

    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(samples, training=True) * normal(6, 16, 16, 3, seed=2))
    gradients = tape.gradient(loss, model.trainable_variables)

    assert all(np.any(np.abs(gradient.numpy()) > 1e-6) for gradient in gradients)


def test_dropout_is_left_out_without_a_rate_and_acts_in_training_only():
    plain = UNetTranslator(width=4).build(GREY, GREY)
    assert not any(isinstance(layer, keras.layers.Dropout) for layer in plain.layers)
    model, samples = UNetTranslator(width=4, dropout=0.5).build(GREY, GREY), normal(2, 16, 16, 1)

    np.testing.assert_array_equal(model(samples), model(samples))
    assert not np.array_equal(model(samples, training=True), model(samples, training=True))


@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 1.0), None])
def test_values_are_within_the_range_of_the_target(value_range):
    model = UNetTranslator(width=4, norm="none").build(GREY, DataSpec((16, 16, 1), value_range=value_range))

    made = model(1e4 * normal(20, 16, 16, 1)).numpy()

    if value_range is None:
        assert np.abs(made).max() > 100
    else:
        assert (made.min(), made.max()) == pytest.approx(value_range)


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_the_same_weights_translate_larger_images_alike_in_the_interior(norm):
    """With 2 levels, a pixel depends on no others that are 14 or more pixels away."""
    translator, samples = UNetTranslator(width=4, levels=2, norm=norm), normal(2, 64, 64, 1)
    small, large = (translator.build(DataSpec((side, side, 1)), DataSpec((side, side, 3))) for side in (48, 64))
    large.set_weights(small.get_weights())

    # The crop starts at a multiple of 2^levels, so that strides keep their places.
    inside, whole = small(samples[:, 8:56, 8:56]).numpy(), large(samples).numpy()[:, 8:56, 8:56]

    np.testing.assert_allclose(inside[:, 14:-14, 14:-14], whole[:, 14:-14, 14:-14], rtol=1e-4, atol=1e-5)
    assert not np.allclose(inside[:, 0], whole[:, 0], atol=1e-3)


@pytest.mark.parametrize("norm", ["none", "instance", "batch"])
def test_weights_do_not_depend_on_the_size_of_images(norm):
    translator = UNetTranslator(width=4, levels=3, norm=norm)

    small, large = (translator.build(DataSpec((side, side, 1)), DataSpec((side, side, 1))) for side in (8, 32))

    assert [value.shape for value in small.get_weights()] == [value.shape for value in large.get_weights()]


def test_a_trained_network_translates_pictures_of_other_sizes():
    """Dropout's random seeds, which are variables of a network too, are none of its weights."""
    data = DataSpec((8, 8, 3), None, (-1, 1), source=DataSpec((8, 8, 1), None, (-1, 1)), paired=True)
    generator = "u-net:width=4,levels=2,norm=none,dropout=0.3"
    gan = ganreg.assemble(game="translation", generator=generator, discriminator="mlp", data=data, regularizers=[])
    picture = np.tanh(normal(1, 52, 64, 1))

    made = gan.translate(picture)

    same = UNetTranslator(width=4, levels=2, norm="none").build(
        DataSpec((52, 64, 1)), DataSpec((52, 64, 3), None, (-1, 1))
    )
    same.set_weights(gan.average_generator.get_weights())
    np.testing.assert_allclose(made, same(picture), rtol=1e-4, atol=1e-5)
    assert gan.translate(np.tanh(normal(2, 13, 22, 1))).shape == (2, 13, 22, 3)


def test_labels_change_the_image():
    model = UNetTranslator(width=4, conditional=True).build(GREY, DataSpec((16, 16, 1), num_classes=3))
    samples = normal(2, 16, 16, 1)

    made = [model([samples, np.full(2, label)]).numpy() for label in range(3)]

    assert len({values.tobytes() for values in made}) == 3
    assert kernels_of(model)[0] == (4, 4, 1 + 3, 4)


REFUSED = [
    (
        (12, 12, 1),
        (12, 12, 3),
        r"levels=3 needs sides divisible by 8, got \(12, 12, 1\); use u-net:levels=2, or resize",
    ),
    ((16, 9, 1), (16, 9, 3), r"levels=3 needs sides divisible by 8, got \(16, 9, 1\); resize the images"),
    (
        (8, 8, 1),
        (16, 16, 1),
        r"needs images of one size.*\(8, 8, 1\) for samples of shape \(16, 16, 1\); use translator residual",
    ),
    ((8,), (8,), r"needs images of one size, got .*\(8,\).*or mlp"),
]


@pytest.mark.parametrize(("source", "target", "message"), REFUSED)
def test_other_shapes_are_refused_when_built(source, target, message):
    with pytest.raises(AssemblyError, match=f"translator u-net.*{message}"):
        UNetTranslator(levels=3).build(DataSpec(source), DataSpec(target))


@pytest.mark.parametrize(("source", "target", "message"), REFUSED)
def test_other_shapes_are_refused_when_assembled(source, target, message):
    data = Data(train=np.zeros((8, *target)), source=Data(train=np.zeros((8, *source))), paired=True)
    with pytest.raises(AssemblyError, match=f"translator u-net.*{message}"):
        ganreg.assemble(game="translation", generator="u-net", discriminator="mlp", data=data)


def test_a_conditional_network_needs_classes_of_the_target():
    with pytest.raises(
        AssemblyError, match=r"translator u-net is conditional.*use labelled data or set conditional=false"
    ):
        UNetTranslator(conditional=True).build(GREY, GREY)


@pytest.mark.parametrize("norm", ["instance", "batch"])
def test_saved_and_loaded_it_computes_the_same(tmp_path, norm):
    model = UNetTranslator(width=4, norm=norm, dropout=0.3, conditional=True).build(
        GREY, DataSpec((16, 16, 3), num_classes=3, value_range=(0, 1))
    )
    model.save(tmp_path / "translator.keras")

    again = keras.saving.load_model(tmp_path / "translator.keras", safe_mode=True)

    inputs = [normal(3, 16, 16, 1), np.arange(3)]
    np.testing.assert_array_equal(model(inputs), again(inputs))
