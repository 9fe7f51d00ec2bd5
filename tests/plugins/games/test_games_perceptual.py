"""The perceptual loss: its value and gradient, its frozen network as part of the state, and what it refuses."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_games.perceptual import Perceptual

import ganreg
from ganreg import AssemblyError, Data, RunError
from ganreg.engine.variables import weights_hash
from ganreg.runs.training import resume, train
from ganreg.runs.verifying import verify

ONE_BY_ONE = {"verbose": 0, "execution": "graph", "updates_per_call": 1}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))


def network(shape=(8, 8, 1), seed=0):
    """A network whose layers have statistics, seeds and layers of their own, with weights of the test's."""
    inputs = keras.Input(shape)
    maps = keras.layers.Conv2D(3, 3, padding="same", activation="tanh", name="maps")(inputs)
    maps = keras.layers.BatchNormalization()(maps)
    size = 3 * shape[0] * shape[1]
    inner = keras.Sequential([keras.Input((size,)), keras.layers.Dropout(0.5), keras.layers.Dense(5)])
    model = keras.Model(inputs, keras.layers.Activation("tanh")(inner(keras.layers.Flatten()(maps))))
    stream = np.random.default_rng(seed)
    model.set_weights([drawn(stream, value.shape) for value in model.get_weights()])
    return model


def drawn(stream, shape):
    """Kernels that do not saturate a tanh; biases, and means and variances of a batch, which are positive."""
    return stream.uniform(0.1, 1, shape) if len(shape) == 1 else stream.normal(size=shape) / np.prod(shape[:-1]) ** 0.5


@pytest.fixture
def model_file(tmp_path):
    network().save(tmp_path / "net.keras")
    return tmp_path / "net.keras"


def translated(gan, batch):
    return gan.networks["generator"](batch["source"])


@pytest.mark.parametrize("distance", ["squared", "absolute"])
@pytest.mark.parametrize("layer", ["", "maps"])
def test_it_is_the_mean_distance_of_features(play, batch_of, update, model_file, distance, layer):
    gan = play("translation", regularizers=[Perceptual(weight=3.0, distance=distance, model=model_file, layer=layer)])
    batch, model = batch_of(gan), keras.models.load_model(model_file)
    chosen = keras.Model(model.inputs, model.get_layer(layer).output) if layer else model
    first, second = (np.asarray(chosen(samples), np.float64) for samples in (translated(gan, batch), batch["real"]))

    logs = update(gan, "generator")
    (value,) = (value for name, value in logs.items() if "erceptual" in name)

    differences = np.abs(first - second) ** (2 if distance == "squared" else 1)
    assert differences.mean() > 1e-3
    assert float(value) == pytest.approx(3.0 * differences.mean(), rel=1e-4)


def test_it_changes_the_translator_alone_by_the_gradient_of_the_distance(play, batch_of, differs_by, model_file):
    gan = play("translation:distance=0", regularizers=[f"perceptual:weight=2,model={model_file}"])
    batch, model = batch_of(gan), keras.models.load_model(model_file)
    before = {name: value.numpy() for name, value in gan.component_state["perceptual"].items()}

    def objective():
        made = translated(gan, batch)
        logits = gan.networks["discriminator"](tf.concat([made, batch["source"]], axis=-1))["logits"]
        adversarial = tf.reduce_mean(tf.nn.softplus(-logits))
        return adversarial + 2 * tf.reduce_mean(tf.square(model(made) - model(batch["real"])))

    assert differs_by(gan, "generator", objective) < 1e-5
    for name, value in gan.component_state["perceptual"].items():
        np.testing.assert_array_equal(value, before[name])


def test_it_uses_the_translation_of_the_match(play, passes, update, model_file):
    gan = play("translation", regularizers=["r1", f"perceptual:model={model_file}"])
    for player in ("discriminator", "generator", "both"):
        with passes(gan) as counts:
            update(gan, player)
        assert counts == {"generator": 1, "discriminator": 1 if player == "generator" else 2}, player


@pytest.mark.slow
def test_graph_and_xla_agree(play, model_file):
    def trained(execution):
        gan = play(
            "translation",
            regularizers=[f"perceptual:model={model_file},every=2"],
            generator_optimizer="adam",
            discriminator_optimizer="adam",
        )
        gan.fit(steps=8, verbose=0, execution=execution, updates_per_call=4)
        return [variable.numpy() for variable in gan.networks["generator"].trainable_variables]

    for one, other in zip(trained("graph"), trained("xla"), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def paired(folder, count=64):
    """A dataset in a file: pairs of images in three classes, which differ in brightness."""
    stream = np.random.default_rng(0)
    labels = np.arange(count) % 3
    images = (stream.uniform(-0.3, 0.3, (count, 8, 8, 1)) + (labels[:, None, None, None] - 1) * 0.6).astype(np.float32)
    np.savez(folder / "pairs.npz", x_train=images, y_train=labels, source=-images)
    return folder / "pairs.npz"


def assembled(data, regularizer):
    return ganreg.assemble(
        game="translation",
        generator="mlp:widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="non-saturating",
        regularizers=[regularizer],
        data=data,
        batch_size=8,
        seed=1,
    )


@pytest.fixture
def pairs(tmp_path):
    """The spec of a dataset with labels and sources."""
    return f"npz:path={paired(tmp_path)},value_range=(-1,1),paired=true"


@pytest.mark.slow
def test_a_resumed_run_needs_neither_the_file_nor_the_cache(tmp_path, pairs, model_file):
    spec = f"perceptual:model={model_file}"
    options = {"checkpoint_every": 2, "execution": "graph", "updates_per_call": 1}
    whole = assembled(pairs, spec)
    train(whole, tmp_path / "whole", steps=6, **options)
    train(assembled(pairs, spec), tmp_path / "run", steps=4, **options)
    assert verify(tmp_path / "whole").same
    network((8, 8, 1), seed=1).save(model_file)  # another network under the same name is no danger either
    loaded = ganreg.load(tmp_path / "run")
    model_file.unlink()

    resume(tmp_path / "run", steps=6)

    resumed = ganreg.load(tmp_path / "run")
    assert weights_hash(resumed.players) == weights_hash(whole.players)
    assert loaded.generate(2, seed=1).shape == (2, 8, 8, 1)
    with pytest.raises(AssemblyError, match=r"perceptual: there is no file .*net\.keras; check model="):
        verify(tmp_path / "run")


def test_a_run_that_has_no_checkpoint_needs_the_file(tmp_path, pairs, model_file):
    train(assembled(pairs, f"perceptual:model={model_file}"), tmp_path / "run", steps=2, execution="eager")
    text = (tmp_path / "run" / "run.toml").read_text()
    (tmp_path / "run" / "run.toml").write_text(text[: text.index("[result]")])
    for path in (tmp_path / "run" / "checkpoints").iterdir():
        path.unlink()
    model_file.unlink()

    with pytest.raises(AssemblyError, match=r"there is no file .*net\.keras"):
        resume(tmp_path / "run", steps=4)
    with pytest.raises(RunError, match="holds no checkpoint"):
        ganreg.load(tmp_path / "run")


def test_a_network_that_was_never_restored_is_refused(tmp_path, pairs, model_file):
    from ganreg.runs.loading import rebuild

    train(assembled(pairs, f"perceptual:model={model_file}"), tmp_path / "run", steps=1, execution="eager")

    with pytest.raises(AssemblyError, match="has no network: no checkpoint was restored"):
        rebuild(tmp_path / "run", restored=True).fit(steps=1, verbose=0, execution="eager")


def classifier_state(gan):
    return {name: value.numpy() for name, value in gan.component_state["perceptual"].items()}


def test_without_a_file_it_trains_a_classifier_of_the_data(monkeypatch, tmp_path, pairs, batch_of, update):
    """The features are those of the extractor `classifier`, which an evaluation of the same data would find cached."""
    gan = assembled(pairs, "perceptual")
    data = gan.load_data()
    features = ganreg.prepare_extractor("classifier", ganreg.Source.of(data, gan.assembly.source))
    batch = batch_of(gan)
    first, second = (features.network(samples) for samples in (translated(gan, batch), batch["real"]))

    assert first.shape == (8, 64)
    expected = np.mean((np.asarray(first, np.float64) - second) ** 2)
    assert float(update(gan, "generator")["generator/perceptual"]) == pytest.approx(expected, rel=1e-4)
    assert len(list((tmp_path / "cache" / "judging").glob("*.keras"))) == 1

    state = classifier_state(gan)
    cached = classifier_state(assembled(pairs, "perceptual"))
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "another"))
    trained_again = classifier_state(assembled(pairs, f'perceptual:dataset="{pairs}"'))
    for name, value in state.items():
        np.testing.assert_array_equal(value, cached[name])
        np.testing.assert_array_equal(value, trained_again[name])


@pytest.mark.slow
def test_the_classifier_is_not_trained_again_for_a_restored_run(monkeypatch, tmp_path, pairs):
    gan = assembled(pairs, "perceptual")
    gan.fit(steps=2, **ONE_BY_ONE)
    gan.save(tmp_path / "gan")
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "another"))

    again = ganreg.load(tmp_path / "gan")

    assert not (tmp_path / "another").exists()
    gan.fit(steps=2, **ONE_BY_ONE)
    again.fit(steps=2, **ONE_BY_ONE)
    assert weights_hash(again.players) == weights_hash(gan.players)


UNLABELLED = Data(
    train=np.zeros((32, 8, 8, 1), np.float32),
    source=Data(train=np.zeros((32, 8, 8, 1), np.float32)),
    paired=True,
    value_range=(-1, 1),
)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("perceptual", "cannot train a classifier: the data have no labels; use perceptual:dataset=SPEC"),
        ("perceptual:layer=maps", "has a layer, but no model; use perceptual:model=FILE.keras,layer=NAME"),
        ("perceptual:model=none.keras", "there is no file none.keras; check model="),
        ("perceptual:model=NET,dataset=digits", "has both a model and a dataset; leave one of them out"),
        ("perceptual:model=NET,layer=map", "has no layer 'map'; did you mean maps"),
        ("perceptual:model=OTHER", "does not take samples of shape 8x8x1"),
        ("perceptual:dataset=digitz", "perceptual:dataset: .*did you mean 'digits'"),
        (
            "perceptual:dataset=fashion-mnist",
            r"classifier of dataset 'fashion-mnist' \(28x28x1.*\) does not take.*8x8x1",
        ),
        (
            'perceptual:dataset="BRIGHT"',
            r"takes values in the range \(0.0, 1.0\), but those of the samples are in \(-1",
        ),
        ('perceptual:dataset="PLAIN"', "cannot be trained, as it has no labels; use another dataset"),
    ],
)
def test_what_it_cannot_use_is_refused_when_assembled(tmp_path, model_file, spec, message):
    network((12, 12, 1)).save(tmp_path / "other.keras")
    np.savez(tmp_path / "plain.npz", x_train=UNLABELLED.train)
    spec = spec.replace("NET", str(model_file)).replace("OTHER", str(tmp_path / "other.keras"))
    spec = spec.replace("BRIGHT", f"npz:path={tmp_path / 'plain.npz'},value_range=(0,1)")
    spec = spec.replace("PLAIN", f"npz:path={tmp_path / 'plain.npz'},value_range=(-1,1)")

    with pytest.raises(AssemblyError, match=message):
        assembled(UNLABELLED, spec)


def test_a_description_of_the_data_alone_cannot_train_a_classifier():
    with pytest.raises(AssemblyError, match="no dataset is known, only the description of a sample"):
        assembled(UNLABELLED.spec, "perceptual")


@pytest.mark.parametrize(
    ("game", "message"),
    [
        ("vae", "compares translations, but game 'vae' of ganreg-games makes samples from latents"),
        ("cycle", "compares each translation with the true sample, which game 'cycle' of ganreg-games does not know"),
        ("star", "compares each translation with the true sample, which game 'star' of ganreg-games does not know"),
    ],
)
@pytest.mark.filterwarnings("ignore:generator 'mlp' takes class labels:ganreg.GanregWarning")
def test_games_without_true_samples_are_refused(play, model_file, game, message):
    with pytest.raises(
        AssemblyError, match=f"{message}; use a game that translates from pairs, or leave perceptual out"
    ):
        play(game, regularizers=[f"perceptual:model={model_file}"])


def test_the_usual_game_is_refused(model_file):
    with pytest.raises(AssemblyError, match="compares translations, but the usual game makes samples from latents"):
        ganreg.assemble(data="gaussian-1d", regularizers=[f"perceptual:model={model_file}"])


@pytest.mark.slow
def test_a_classifier_of_each_channel_is_refused():
    spec = 'degraded:dataset="stacked:source=digits,samples=64"'
    with pytest.raises(AssemblyError, match="classifies each channel; use perceptual:dataset=SPEC or"):
        assembled(spec, "perceptual")
