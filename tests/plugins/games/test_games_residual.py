"""The translator `residual`, held against the papers of CycleGAN (section 7.2) and SRGAN (figure 4)."""

import random

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_games.residual import ResidualTranslator

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


def count(model):
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def test_it_has_the_layers_of_cyclegan():
    """c7s1-64, d128, d256, six times R256, u128, u64, c7s1-3, an eighth as wide."""
    model = ResidualTranslator(width=8, halvings=2, blocks=6, long_skip=False).build(
        DataSpec((128, 128, 3)), DataSpec((128, 128, 3))
    )

    assert kernels_of(model) == [
        (7, 7, 3, 8),
        (3, 3, 8, 16),
        (3, 3, 16, 32),
        *[(3, 3, 32, 32)] * 12,
        (3, 3, 32, 16),
        (3, 3, 16, 8),
        (7, 7, 8, 3),
    ]
    weights = sum(int(np.prod(kernel)) for kernel in kernels_of(model))
    assert count(model) == weights + 2 * (8 + 16 + 32 + 12 * 32 + 16 + 8) + 3
    sums = [layer.output.shape[1:] for layer in model.layers if isinstance(layer, keras.layers.Add)]
    assert sums == [(32, 32, 32)] * 6


def test_it_has_the_layers_of_srgan():
    """k9n64, B times k3n64 twice, k3n64 to the long skip, two doublings with k3, k9n3; an eighth as wide."""
    model = ResidualTranslator(width=8, blocks=3, kernel=9, norm="batch").build(
        DataSpec((6, 10, 3)), DataSpec((24, 40, 3))
    )

    assert kernels_of(model) == [(9, 9, 3, 8), *[(3, 3, 8, 8)] * (2 * 3 + 1), *[(3, 3, 8, 8)] * 2, (9, 9, 8, 3)]
    assert model(normal(2, 6, 10, 3)).shape == (2, 24, 40, 3)
    sums = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    assert len(sums) == 3 + 1
    assert sums[0].input[0] is sums[-1].input[0]  # both add the first block's input


@pytest.mark.parametrize(
    ("options", "source", "target"),
    [
        ({"halvings": 2}, (16, 8, 1), (16, 8, 3)),
        ({"blocks": 0}, (4, 4, 3), (32, 32, 1)),
        ({"blocks": 2, "halvings": 1}, (6, 6, 1), (12, 12, 1)),
        ({"blocks": 2, "norm": "none"}, (7, 7, 1), (28, 28, 1)),
    ],
)
def test_shapes(options, source, target):
    model = ResidualTranslator(width=4, **options).build(DataSpec(source), DataSpec(target))

    assert model(normal(2, *source)).shape == (2, *target)


@pytest.mark.slow
@pytest.mark.parametrize("norm", ["instance", "batch"])
@pytest.mark.parametrize("long_skip", [False, True])
def test_every_weight_matters(norm, long_skip):
    model = ResidualTranslator(width=4, blocks=2, halvings=1, norm=norm, long_skip=long_skip).build(GREY, COLOUR)
    samples = normal(6, 16, 16, 1)

    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(samples, training=True) * normal(6, 16, 16, 3, seed=2))
    gradients = tape.gradient(loss, model.trainable_variables)

    assert all(np.any(np.abs(gradient.numpy()) > 1e-6) for gradient in gradients)


def test_without_normalisation_blocks_start_as_the_identity_and_learn():
    samples, weights = normal(4, 16, 16, 1), normal(4, 16, 16, 1, seed=2)
    deep = ResidualTranslator(width=4, blocks=16, norm="none").build(GREY, GREY)
    assert float(np.abs(deep(samples)).mean()) < 0.9, "sums that grow with each block saturate the tanh"
    optimizer = keras.optimizers.SGD(0.1)
    for _ in range(3):  # each update reaches one factor more
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(deep(samples) * weights)
        gradients = tape.gradient(loss, deep.trainable_variables)
        optimizer.apply(gradients, deep.trainable_variables)

    assert all(np.any(gradient.numpy()) for gradient in gradients)


@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 1.0), None])
def test_values_are_within_the_range_of_the_target(value_range):
    model = ResidualTranslator(width=4, blocks=1, norm="none").build(GREY, DataSpec((16, 16, 1), None, value_range))

    made = model(1e4 * normal(20, 16, 16, 1)).numpy()

    if value_range is None:
        assert np.abs(made).max() > 100
    else:
        assert (made.min(), made.max()) == pytest.approx(value_range)


@pytest.mark.parametrize(("norm", "halvings", "scale"), [("none", 0, 2), ("batch", 1, 1)])
def test_the_same_weights_translate_larger_images_alike_in_the_interior(norm, halvings, scale):
    """With one block and kernels of 3, a pixel depends on no others that are 12 or more pixels away."""
    translator = ResidualTranslator(width=4, blocks=1, kernel=3, norm=norm, halvings=halvings)
    small, large = (
        translator.build(DataSpec((side, side, 1)), DataSpec((scale * side, scale * side, 3))) for side in (32, 48)
    )
    large.set_weights([value + 0.1 for value in small.get_weights()])
    small.set_weights(large.get_weights())
    samples = normal(2, 48, 48, 1)

    crop, edge = slice(8 * scale, 40 * scale), 12 * scale
    inside, whole = small(samples[:, 8:40, 8:40]).numpy(), large(samples).numpy()[:, crop, crop]

    np.testing.assert_allclose(
        inside[:, edge:-edge, edge:-edge], whole[:, edge:-edge, edge:-edge], rtol=1e-4, atol=1e-4
    )
    assert not np.allclose(inside[:, 0], whole[:, 0], atol=1e-3)


@pytest.mark.parametrize("norm", ["none", "instance", "batch"])
def test_weights_do_not_depend_on_the_size_of_images(norm):
    translator = ResidualTranslator(width=4, blocks=1, halvings=1, norm=norm)

    small, large = (translator.build(DataSpec((side, side, 1)), DataSpec((side, side, 1))) for side in (4, 32))

    assert [value.shape for value in small.get_weights()] == [value.shape for value in large.get_weights()]


def test_labels_change_the_image():
    model = ResidualTranslator(width=4, conditional=True).build(GREY, DataSpec((16, 16, 1), num_classes=3))
    samples = normal(2, 16, 16, 1)

    made = [model([samples, np.full(2, label)]).numpy() for label in range(3)]

    assert len({values.tobytes() for values in made}) == 3
    assert kernels_of(model)[0] == (7, 7, 1 + 3, 4)


REFUSED = [
    (
        "",
        (8, 8, 1),
        (24, 24, 1),
        r"makes images 1, 2, 4, ... times as large, got .* \(8, 8, 1\) for samples of shape \(24, 24, 1\)",
    ),
    (
        "",
        (8, 8, 1),
        (4, 4, 1),
        r"\(8, 8, 1\) for samples of shape \(4, 4, 1\); resize the images, or use translator mlp",
    ),
    ("", (8, 8, 1), (16, 8, 1), r"\(8, 8, 1\) for samples of shape \(16, 8, 1\)"),
    ("", (2,), (4, 4, 1), r"\(2,\) for samples of shape \(4, 4, 1\)"),
    ("halvings=2", (6, 8, 1), (6, 8, 1), r"halvings=2 needs sides divisible by 4, got \(6, 8, 1\); use fewer halvings"),
    ("halvings=2", (4, 4, 1), (4, 4, 1), "would normalise maps of a single pixel.*use fewer halvings, or norm=none"),
]


@pytest.mark.parametrize(("options", "source", "target", "message"), REFUSED)
def test_other_shapes_are_refused_when_built(options, source, target, message):
    translator = ganreg.create("translator", f"residual:{options}" if options else "residual")
    with pytest.raises(AssemblyError, match=f"translator residual.*{message}"):
        translator.build(DataSpec(source), DataSpec(target))


@pytest.mark.parametrize(("options", "source", "target", "message"), REFUSED)
def test_other_shapes_are_refused_when_assembled(options, source, target, message):
    data = Data(train=np.zeros((8, *target)), source=Data(train=np.zeros((8, *source))), paired=True)
    generator = f"residual:{options}" if options else "residual"
    with pytest.raises(AssemblyError, match=f"translator residual.*{message}"):
        ganreg.assemble(game="translation", generator=generator, discriminator="mlp", data=data)


def test_maps_of_a_single_pixel_do_without_normalisation():
    model = ResidualTranslator(width=4, halvings=2, norm="none").build(DataSpec((4, 4, 1)), DataSpec((4, 4, 1)))

    assert np.abs(model(normal(2, 4, 4, 1))).max() > 0


def test_a_conditional_network_needs_classes_of_the_target():
    with pytest.raises(
        AssemblyError, match=r"translator residual is conditional.*labelled data or set conditional=false"
    ):
        ResidualTranslator(conditional=True).build(GREY, GREY)


@pytest.mark.parametrize("norm", ["instance", "batch"])
def test_saved_and_loaded_it_computes_the_same(tmp_path, norm):
    model = ResidualTranslator(width=4, blocks=1, halvings=1, norm=norm, conditional=True).build(
        GREY, DataSpec((32, 32, 3), num_classes=3, value_range=(0, 1))
    )
    model.save(tmp_path / "translator.keras")

    again = keras.saving.load_model(tmp_path / "translator.keras", safe_mode=True)

    inputs = [normal(3, 16, 16, 1), np.arange(3)]
    np.testing.assert_array_equal(model(inputs), again(inputs))


@pytest.mark.parametrize("scale", [1, 4])
def test_with_its_source_added_the_first_translation_is_the_enlarged_source(scale):
    """Bilinear interpolation of a constant image is that constant, and the network adds nothing yet."""
    target = DataSpec((16 * scale, 16 * scale, 1), value_range=(-1, 1))
    model = ResidualTranslator(width=4, blocks=1, adds_source=True).build(GREY, target)

    np.testing.assert_allclose(
        model(np.full((2, 16, 16, 1), 0.3, np.float32)), np.full((2, *target.shape), 0.3), rtol=1e-6
    )


def test_with_its_source_added_the_result_stays_in_range_and_can_be_saved(tmp_path):
    model = ResidualTranslator(width=4, blocks=1, adds_source=True).build(GREY, GREY)
    for variable in model.trainable_variables:
        variable.assign(normal(*variable.shape))
    images = 10 * normal(2, 16, 16, 1)
    made = np.asarray(model(images))
    model.save(tmp_path / "translator.keras")

    assert np.abs(made).max() == 1.0
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "translator.keras")(images), made)


def test_sources_of_other_channels_cannot_be_added():
    with pytest.raises(AssemblyError, match=r"same channels and range only, got .*use residual:adds_source=false"):
        ResidualTranslator(adds_source=True).build(GREY, COLOUR)
