import random
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_networks.mlp import MlpDiscriminator, MlpGenerator

import ganreg
from ganreg import AssemblyError, DataSpec, SpecError

POINTS = DataSpec((2,))
CLASSES = DataSpec((2,), num_classes=3)
IMAGES = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))

SPECS = [
    DataSpec((1,)),
    POINTS,
    CLASSES,
    IMAGES,
    DataSpec((28, 28, 1), value_range=(-1, 1)),
    DataSpec((32, 32, 3), num_classes=1, value_range=(0, 1)),
    DataSpec((64, 64, 3)),
    DataSpec((5, 7)),
]


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def inputs_for(network, data, count=4):
    """Random latents or samples, with labels where the network takes them."""
    first = normal(count, *((network.latent_dim,) if isinstance(network, MlpGenerator) else data.shape))
    return [first, np.arange(count, dtype="int32") % data.num_classes] if network.conditional else first


@pytest.mark.parametrize("data", SPECS, ids=str)
def test_a_generator_makes_samples_of_the_datas_shape(data):
    for conditional in {False, data.num_classes is not None}:
        network = MlpGenerator(widths=(8,), conditional=conditional)

        model = network.build(data)

        assert model.name == "generator"
        assert (4, *data.shape) == model(inputs_for(network, data)).shape


@pytest.mark.parametrize("data", SPECS, ids=str)
def test_a_discriminator_gives_logits_and_one_feature_a_hidden_layer(data):
    for conditional in {False, data.num_classes is not None}:
        network = MlpDiscriminator(widths=(8, 6, 4), conditional=conditional)

        model = network.build(data)
        output = model(inputs_for(network, data))

        assert model.name == "discriminator"
        assert {"logits", "features"} == set(output)
        assert output["logits"].shape == (4, 1)
        assert isinstance(output["features"], tuple)
        assert [feature.shape for feature in output["features"]] == [(4, 8), (4, 6), (4, 4)]


@pytest.mark.parametrize("widths", [(), (8,), (8, 6)])
def test_the_last_feature_is_what_the_linear_head_reads(widths):
    model = MlpDiscriminator(widths=widths).build(POINTS)

    output = model(normal(4, 2))

    head = model.get_layer("logits")
    np.testing.assert_allclose(output["logits"], output["features"][-1] @ head.kernel + head.bias, rtol=1e-5)


def test_a_discriminator_without_hidden_layers_is_linear():
    model = MlpDiscriminator(widths=()).build(DataSpec((2, 3)))
    samples = normal(4, 2, 3)

    output = model(samples)

    np.testing.assert_array_equal(samples.reshape(4, 6), output["features"][0])
    np.testing.assert_allclose(2 * output["logits"], model(2 * samples)["logits"], rtol=1e-5)


@pytest.mark.parametrize("value_range", [(-1, 1), (0, 1), (-3, 5)])
def test_generated_values_fill_the_datas_range_and_stay_in_it(value_range):
    model = MlpGenerator(widths=(8,)).build(DataSpec((64,), value_range=value_range))

    samples = model(1e4 * normal(16, 16)).numpy()

    assert value_range == (pytest.approx(samples.min()), pytest.approx(samples.max()))


def test_generated_values_of_unbounded_data_are_linear_in_the_last_layer():
    model = MlpGenerator(widths=()).build(POINTS)
    latents = normal(4, 16)

    np.testing.assert_allclose(100 * model(latents), model(100 * latents), rtol=1e-4)


@pytest.mark.parametrize("activation", ["relu", "leaky-relu", "elu", "gelu", "silu", "softplus", "tanh"])
def test_activations_are_those_of_keras(activation):
    options = {"negative_slope": 0.2} if activation == "leaky-relu" else {}
    function = keras.activations.get(activation.replace("-", "_"))
    model = MlpDiscriminator(widths=(8,), activation=activation).build(POINTS)
    samples = normal(4, 2)

    feature = model(samples)["features"][0]

    dense = next(layer for layer in model.layers if isinstance(layer, keras.layers.Dense))
    np.testing.assert_allclose(function(dense(samples), **options), feature, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("initializer", ["glorot-uniform", "he-normal", "orthogonal"])
def test_every_layer_is_drawn_by_the_initializer(initializer):
    model = MlpGenerator(initializer=initializer).build(POINTS)

    drawn_by = {type(layer.kernel_initializer) for layer in model.layers if isinstance(layer, keras.layers.Dense)}

    assert drawn_by == {type(keras.initializers.get(initializer.replace("-", "_")))}


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("conditional", [False, True])
def test_gradient_reaches_every_variable(norm, conditional, unreached):
    generator = MlpGenerator(widths=(8, 8), norm=norm, conditional=conditional)
    discriminator = MlpDiscriminator(widths=(8, 8), norm=norm, conditional=conditional, dropout=0.1)

    assert unreached(generator.build(IMAGES), inputs_for(generator, IMAGES, 20)) == []
    assert (
        unreached(discriminator.build(IMAGES), inputs_for(discriminator, IMAGES, 20), lambda output: output["logits"])
        == []
    )


def test_labels_matter_when_conditional():
    generator = MlpGenerator(conditional=True).build(CLASSES)
    discriminator = MlpDiscriminator(conditional=True).build(CLASSES)
    latents, samples = np.repeat(normal(1, 16), 3, axis=0), np.repeat(normal(1, 2), 3, axis=0)
    labels = np.arange(3, dtype="int32")

    assert len(np.unique(generator([latents, labels]).numpy(), axis=0)) == 3
    assert len(np.unique(discriminator([samples, labels])["logits"].numpy(), axis=0)) == 3


@pytest.mark.parametrize("network", [MlpGenerator(conditional=True), MlpDiscriminator(conditional=True)])
def test_building_conditional_on_data_without_classes_is_refused(network):
    with pytest.raises(
        AssemblyError, match=r"mlp is conditional, but the data \(2\) has no classes; .*conditional=false"
    ):
        network.build(POINTS)


@pytest.mark.parametrize("network", [MlpGenerator(), MlpDiscriminator(), MlpGenerator(conditional=True)])
def test_nothing_is_wrong_with_fitting_data(network):
    assert list(network.check(SimpleNamespace(data=CLASSES))) == []


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("conditional", [False, True])
def test_a_saved_model_gives_the_same_outputs(norm, conditional, saved_and_loaded):
    generator = MlpGenerator(widths=(8,), norm=norm, conditional=conditional)
    discriminator = MlpDiscriminator(widths=(8,), norm=norm, conditional=conditional, dropout=0.5)
    data = DataSpec((2, 3), num_classes=3, value_range=(0, 5))
    latents, samples = inputs_for(generator, data), inputs_for(discriminator, data)

    for network, inputs in ((generator, latents), (discriminator, samples)):
        model = network.build(data)
        before, after = model(inputs), saved_and_loaded(model)(inputs)

        for one, other in zip(keras.tree.flatten(before), keras.tree.flatten(after), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.usefixtures("mixed_bfloat16")
def test_the_dtype_policy_decides_the_types(conditional):
    generator = MlpGenerator(widths=(8,), norm="layer", conditional=conditional)
    discriminator = MlpDiscriminator(widths=(8,), norm="batch", conditional=conditional)

    samples = generator.build(IMAGES)(inputs_for(generator, IMAGES))
    output = discriminator.build(IMAGES)(inputs_for(discriminator, IMAGES))

    assert {"bfloat16"} == {tensor.dtype.name for tensor in (samples, output["logits"], *output["features"])}


@pytest.mark.parametrize("norm", ["none", "batch", "layer"])
@pytest.mark.parametrize("widths", [(), (8,)])
def test_normalizes_batch_says_whether_samples_share_statistics(norm, widths):
    network = MlpDiscriminator(norm=norm, widths=widths)
    model = network.build(POINTS)
    samples = normal(4, 2)

    among_others = model(samples, training=True)["logits"][:2]
    apart = model(samples[:2], training=True)["logits"]

    has_batch_norm = any(isinstance(layer, keras.layers.BatchNormalization) for layer in model.layers)
    assert has_batch_norm == network.normalizes_batch
    assert network.normalizes_batch != np.allclose(among_others, apart, atol=1e-5)
    assert not network.without_batch_statistics().normalizes_batch


@pytest.mark.parametrize(("norm", "has_bias"), [("none", True), ("batch", False), ("layer", False)])
@pytest.mark.parametrize("cls", [MlpGenerator, MlpDiscriminator])
def test_a_norms_shift_takes_the_place_of_the_bias(cls, norm, has_bias):
    model = cls(widths=(8, 8), norm=norm).build(POINTS)

    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]

    assert [layer.use_bias for layer in dense] == [has_bias, has_bias, True]


def test_layer_norm_normalizes_each_sample():
    model = MlpDiscriminator(widths=(64,), norm="layer").build(POINTS)
    layer = next(layer for layer in model.layers if isinstance(layer, keras.layers.GroupNormalization))

    values = layer(5 + 3 * normal(4, 64)).numpy()

    np.testing.assert_allclose(values.mean(axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(values.std(axis=1), 1, atol=1e-2)


def test_dropout_works_in_training_alone():
    model = MlpDiscriminator(widths=(1000,), dropout=0.25, activation="softplus").build(POINTS)
    samples = normal(4, 2)

    assert np.all(model(samples, training=False)["features"][0] > 0)
    dropped = np.mean(model(samples, training=True)["features"][0] == 0)
    assert dropped == pytest.approx(0.25, abs=0.05)


def test_a_compiled_network_drops_different_units_each_time():
    network = MlpDiscriminator(widths=(100,), dropout=0.5, activation="softplus", conditional=True)
    model = network.build(CLASSES)
    inputs = inputs_for(network, CLASSES)
    compiled = tf.function(lambda: model(inputs, training=True)["features"][0], jit_compile=True)

    assert not np.array_equal(compiled() == 0, compiled() == 0)


def test_no_dropout_means_no_random_state():
    assert MlpDiscriminator().build(POINTS).non_trainable_variables == []


@pytest.mark.parametrize("network", [MlpGenerator(), MlpDiscriminator()])
def test_weights_follow_from_pythons_random_state(network):
    def kernel(seed):
        random.seed(seed)
        return network.build(POINTS).get_weights()[0]

    np.testing.assert_array_equal(kernel(3), kernel(3))
    assert not np.array_equal(kernel(3), kernel(4))


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("generator", "mlp:latent_dim=0", "'latent_dim' must be >= 1"),
        ("generator", "mlp:widths=[8,0]", "'widths' must be >= 1"),
        ("generator", "mlp:norm=instance", "'norm'.*none, batch, layer"),
        ("generator", "mlp:activation=sigmoid", "'activation'.*leaky-relu"),
        ("discriminator", "mlp:dropout=1", "'dropout' must be < 1"),
        ("discriminator", "mlp:dropout=-0.1", "'dropout' must be >= 0"),
        ("discriminator", "mlp:initializer=zeros", "'initializer'.*orthogonal"),
    ],
)
def test_a_parameter_out_of_bounds_is_refused(kind, spec, message):
    with pytest.raises(SpecError, match=message):
        ganreg.create(kind, spec)


@pytest.mark.parametrize(("name", "value"), [("norm", "instance"), ("activation", "sigmoid"), ("widths", [8, 8])])
def test_python_code_meets_the_same_bounds(name, value):
    with pytest.raises((TypeError, ValueError), match=f"'{name}' must be"):
        MlpGenerator(**{name: value})


def test_spec_text_makes_the_networks():
    assert MlpGenerator(widths=(32, 16), norm="layer") == ganreg.create("generator", "mlp:widths=[32,16],norm=layer")
    assert MlpDiscriminator(dropout=0.5) == ganreg.create("discriminator", "mlp:dropout=0.5")
