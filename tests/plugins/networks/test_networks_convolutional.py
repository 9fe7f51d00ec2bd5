"""Cross-cutting: what all the convolutional networks promise alike, by name."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg import AssemblyError, DataSpec, SpecError

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))
SPECS = [
    DIGITS,
    DataSpec((8, 8, 3), num_classes=3, value_range=(-1, 1)),
    DataSpec((28, 28, 1), num_classes=10, value_range=(-1, 1)),
    DataSpec((32, 32, 3), num_classes=5, value_range=(0, 1)),
    DataSpec((64, 64, 3), num_classes=2, value_range=(-1, 1)),
]
GENERATORS = {
    "resnet": "width=8,max_width=16",
    "self-attention": "width=8,max_width=16",
    "style": "width=8,max_width=16,style_dim=8,layers=2",
    "r3gan": "width=8,max_width=16,group_width=8",
}
DISCRIMINATORS = {
    "patch": "width=4",
    "autoencoder": "width=4,code_dim=5",
    "resnet": "width=8,max_width=16",
    "self-attention": "width=8,max_width=16",
    "style": "width=8,max_width=16",
    "r3gan": "width=8,max_width=16,group_width=8",
}
BOTH = [*(("generator", name) for name in GENERATORS), *(("discriminator", name) for name in DISCRIMINATORS)]


def make(kind, name, *, conditional=False, more=""):
    fields = (GENERATORS if kind == "generator" else DISCRIMINATORS)[name]
    return ganreg.create(kind, f"{name}:{fields},conditional={str(conditional).lower()}{more}")


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def inputs_for(kind, network, data, count=4):
    first = normal(count, *((network.latent_dim,) if kind == "generator" else data.shape))
    return [first, np.arange(count, dtype="int32") % data.num_classes] if network.conditional else first


def moved(model):
    """The model a little away from where it starts, where some of its weights are 0 and hide others."""
    for variable in model.trainable_variables:
        variable.assign_add(0.1 * keras.random.normal(variable.shape, seed=3))
    return model


@pytest.mark.parametrize("data", SPECS, ids=str)
@pytest.mark.parametrize("name", GENERATORS)
def test_a_generator_makes_images_of_the_datas_shape_and_range(name, data):
    conditional = data.shape[0] % 3 == 2  # both kinds are built at small sides and at large ones
    network = make("generator", name, conditional=conditional)

    model = network.build(data)
    images = model(inputs_for("generator", network, data)).numpy()

    assert model.name == "generator"
    assert (4, *data.shape) == images.shape
    assert data.value_range[0] <= images.min() < images.max() <= data.value_range[1]


@pytest.mark.parametrize("data", SPECS, ids=str)
@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_a_discriminator_gives_logits_and_a_tuple_of_features(name, data):
    network = make("discriminator", name, conditional=data.shape[0] % 3 == 2)

    model = network.build(data)
    output = model(inputs_for("discriminator", network, data))

    assert model.name == "discriminator"
    assert {"logits", "features"} == set(output) - {"reconstruction"}
    assert isinstance(output["features"], tuple)
    assert all(len(feature) == 4 for feature in output["features"])
    side = -(-data.shape[0] // 4)
    assert output["logits"].shape == ((4, side, side, 1) if name == "patch" else (4, 1))


@pytest.mark.parametrize("name", [name for name in DISCRIMINATORS if name != "autoencoder"])
def test_logits_have_no_bounds(name):
    model = moved(make("discriminator", name).build(DIGITS))

    logits = model(1e4 * normal(32, 8, 8, 1))["logits"].numpy()

    assert logits.max() > 100 or logits.min() < -100
    assert logits.min() < logits.max()


@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize(("kind", "name"), BOTH)
def test_gradient_reaches_every_variable(kind, name, conditional, unreached):
    network = make(kind, name, conditional=conditional)
    model = moved(network.build(DIGITS))
    inputs = inputs_for(kind, network, DIGITS, 20)

    output = (lambda result: result) if kind == "generator" else (lambda result: result["logits"])
    assert unreached(model, inputs, output) == []


@pytest.mark.parametrize(("kind", "name"), BOTH)
def test_labels_matter_from_the_first_update_when_conditional(kind, name):
    network = make(kind, name, conditional=True)
    model = network.build(DIGITS)
    first = inputs_for(kind, network, DIGITS, 10)[0][:1].repeat(10, axis=0)

    output = model([first, np.arange(10, dtype="int32")])
    values = output if kind == "generator" else output["logits"]

    assert len(np.unique(values.numpy().reshape(10, -1), axis=0)) == 10


@pytest.mark.parametrize("shape", [(2,), (2, 2, 1), (3, 3, 3, 1)])
@pytest.mark.parametrize(("kind", "name"), [pair for pair in BOTH if pair[1] not in {"patch", "autoencoder"}])
def test_samples_that_do_not_fit_are_refused(kind, name, shape):
    hint = f"{kind} {name} needs .*, got .*; use {kind} (mlp|dcgan)"

    with pytest.raises(AssemblyError, match=hint) as error:
        make(kind, name).build(DataSpec(shape))
    assert str(shape) in str(error.value)


@pytest.mark.parametrize(("kind", "name"), [pair for pair in BOTH if pair[1] != "autoencoder"])
def test_an_assembly_finds_what_does_not_fit_before_it_builds(kind, name):
    with pytest.raises(AssemblyError, match=rf"{kind} {name}.* needs .*images .*\(2,\)"):
        ganreg.assemble(**{"generator": "mlp", "discriminator": "mlp", kind: name}, data=DataSpec((2,)))


@pytest.mark.parametrize(("kind", "name"), BOTH)
def test_building_conditional_on_data_without_classes_is_refused(kind, name):
    with pytest.raises(AssemblyError, match=rf"{kind} {name} is conditional, but the data \(8x8x1\) has no classes"):
        make(kind, name, conditional=True).build(DataSpec((8, 8, 1)))


@pytest.mark.parametrize(("kind", "name"), BOTH)
def test_a_saved_model_gives_the_same_outputs(kind, name, saved_and_loaded):
    network = make(kind, name, conditional=True)
    model, inputs = moved(network.build(DIGITS)), inputs_for(kind, network, DIGITS)
    model(inputs, training=True)  # moves the moving averages, which must be saved too

    before, after = model(inputs), saved_and_loaded(model)(inputs)

    for one, other in zip(keras.tree.flatten(before), keras.tree.flatten(after), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize(("kind", "name"), BOTH)
@pytest.mark.usefixtures("mixed_bfloat16")
def test_the_dtype_policy_decides_the_type(kind, name, conditional):
    network = make(kind, name, conditional=conditional)

    output = network.build(DIGITS)(inputs_for(kind, network, DIGITS), training=True)

    hidden = output if kind == "generator" else output["features"]
    assert {"bfloat16"} == {tensor.dtype.name for tensor in keras.tree.flatten(hidden)}


@pytest.mark.slow
@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_a_gradient_penalty_is_differentiable_in_a_graph(name):
    network = make("discriminator", name)
    model = moved(network.build(DIGITS))
    kernels = [variable.value for variable in model.trainable_variables if variable.name == "kernel"]

    @tf.function(autograph=False)
    def penalty_gradients(samples):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(samples)
                total = tf.reduce_sum(model(samples, training=True)["logits"])
            penalty = tf.reduce_sum(inner.gradient(total, samples) ** 2)
        return outer.gradient(penalty, kernels)

    gradients = penalty_gradients(tf.constant(normal(4, 8, 8, 1)))

    assert all(np.all(np.isfinite(gradient)) and np.any(gradient) for gradient in gradients)


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "name", ["patch", "autoencoder", *(pytest.param(name, marks=pytest.mark.slow) for name in GENERATORS)]
)
def test_three_updates_move_both_players(name, execution):
    player = f"{name}:{GENERATORS[name]}" if name in GENERATORS else "dcgan:width=4"
    gan = ganreg.assemble(
        generator=f"{player},conditional=true",
        discriminator=f"{name}:{DISCRIMINATORS[name]},conditional=true",
        loss="non-saturating",
        data=DataSpec((4, 4, 1), num_classes=2, value_range=(-1, 1)),
        schedule="simultaneous",
    )
    before = [model.trainable_variables[0].numpy() for model in (gan.generator, gan.discriminator)]
    samples, labels = np.tanh(normal(12, 4, 4, 1)), np.arange(12) % 2

    history = gan.fit(samples, labels, batch_size=4, steps=3, verbose=0, execution=execution, updates_per_call=1)

    after = [model.trainable_variables[0].numpy() for model in (gan.generator, gan.discriminator)]
    assert all(np.any(one != other) for one, other in zip(before, after, strict=True))
    assert all(np.all(np.isfinite(values)) for values in history.history.values())
    images = gan.generate(3, seed=1, labels=[0, 1, 0])
    np.testing.assert_array_equal(images, gan.generate(3, seed=1, labels=[0, 1, 0]))
    assert np.abs(images).max() <= 1


@pytest.mark.slow
@pytest.mark.parametrize("conditional", [False, True])
@pytest.mark.parametrize("name", DISCRIMINATORS)
def test_xla_compiles_loops_with_lazy_penalties_and_agrees_with_the_graph(name, conditional):
    """XLA cannot compile some second derivatives inside of a condition."""
    samples, labels = np.tanh(normal(8, 4, 4, 1)), np.arange(8) % 2 if conditional else None
    losses = []
    for execution in ("graph", "xla"):
        gan = ganreg.assemble(
            generator=f"dcgan:width=4,conditional={str(conditional).lower()}",
            discriminator=f"{name}:{DISCRIMINATORS[name]},conditional={str(conditional).lower()}",
            loss="non-saturating",
            regularizers=["r1:every=2"],
            data=DataSpec((4, 4, 1), num_classes=2 if conditional else None, value_range=(-1, 1)),
        )
        history = gan.fit(samples, labels, batch_size=4, steps=2, verbose=0, execution=execution, updates_per_call=2)
        assert gan.programs.execution.mode == execution
        losses.append([values[0] for values in history.history.values()])
    np.testing.assert_allclose(*losses, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "spec", "message"),
    [
        ("discriminator", "patch:layers=0", "'layers' must be >= 1"),
        ("discriminator", "patch:norm=instance", "'norm'.*none, batch, layer"),
        ("discriminator", "autoencoder:error=huber", "'error'.*mean-squared, mean-absolute"),
        ("generator", "resnet:norm=layer", "'norm'.*batch, none"),
        ("discriminator", "resnet:norm=batch", "'norm'.*none, layer"),
        ("discriminator", "resnet:pooling=max", "'pooling'.*sum, mean"),
        ("generator", "self-attention:attention_side=0", "'attention_side' must be >= 1"),
        ("generator", "style:mapping_rate=0", "'mapping_rate' must be > 0"),
        ("discriminator", "style:minibatch_stddev=-1", "'minibatch_stddev' must be >= 0"),
        ("generator", "r3gan:blocks=0", "'blocks' must be >= 1"),
    ],
)
def test_a_parameter_out_of_bounds_is_refused(kind, spec, message):
    with pytest.raises(SpecError, match=message):
        ganreg.create(kind, spec)
