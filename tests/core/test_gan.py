"""The GAN as a keras.Model: sampling, saving, exporting, evaluating, and refusing data that cannot be used."""

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg

LABELS = np.arange(64) % 3


@pytest.fixture(scope="module")
def gan(small):
    return small()


@pytest.fixture(scope="module")
def conditional(small):
    """A GAN of labelled points, trained for two iterations."""
    gan = small(
        ganreg.DataSpec((2,), num_classes=3),
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[8],conditional=true",
    )
    x = np.random.default_rng(0).normal(size=(64, 2))
    gan.fit(x, LABELS, steps=2, verbose=0, execution="graph", updates_per_call=1)
    return gan


def test_samples_come_from_the_average_unless_told_otherwise(small, points):
    gan = small(ema_decay=0.9)
    gan.fit(points, steps=2, verbose=0, execution="eager")
    averaged, last = gan.generate(4, seed=1), gan.generate(4, seed=1, average=False)
    assert not np.array_equal(averaged, last)
    gan.players.average.reset()
    np.testing.assert_array_equal(gan.generate(4, seed=1), last)


def test_conditional_networks_train(conditional):
    assert int(conditional.iterations) == 2
    assert all(np.isfinite(variable.numpy()).all() for variable in conditional.generator.weights)


def test_conditional_networks_train_on_a_pipeline_of_pairs(conditional):
    stream = tf.data.Dataset.from_tensor_slices((np.zeros((32, 2), np.float32), LABELS[:32])).batch(16)
    before = int(conditional.iterations)
    conditional.fit(stream, verbose=0, execution="graph", updates_per_call=1)
    assert int(conditional.iterations) == before + 2


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((64, 2)), None, "need labels"),
        (np.zeros((64, 2)), [3] * 64, "label 3 is not one of the 3 classes"),
        (np.zeros((64, 2)), [-1] * 64, "class numbers, which start at 0"),
        (np.zeros((64, 2)), [0.5] * 64, "whole class numbers"),
        (np.zeros((64, 2)), [0] * 63, "64 of them, got shape"),
    ],
)
def test_labels_that_do_not_fit_are_refused(conditional, x, y, message):
    with pytest.raises(ganreg.DataError, match=message):
        conditional.fit(x, y, verbose=0)


NOT_A_NUMBER = np.full((64, 2), np.nan)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((64, 3)), r"samples have shape \(3,\), but the networks were built for \(2,\)"),
        (np.zeros((8, 2)), "batch size 16 is more than the 8 samples"),
        (np.zeros((0, 2)), "empty"),
        (NOT_A_NUMBER, "NaN.* in 64 of 64 rows, the first at index 0"),
        (np.array([["a", "b"]] * 64), "must be numbers"),
        ([[1, 2], [3]], "cannot be made an array"),
    ],
)
def test_samples_that_do_not_fit_are_refused(gan, x, message):
    with pytest.raises(ganreg.DataError, match=message):
        gan.fit(x, verbose=0)


@pytest.mark.parametrize("size", [0, -4])
def test_a_batch_size_must_be_positive(gan, points, size):
    with pytest.raises(ganreg.DataError, match=f"batch size must be at least 1, got {size}"):
        gan.fit(points, batch_size=size, verbose=0)


def test_samples_out_of_range_are_refused(small):
    gan = small(ganreg.DataSpec((2,), value_range=(-1, 1)))
    with pytest.raises(ganreg.DataError, match=r"range over 0\.\.255 but must stay in -1\.\.1"):
        gan.fit(np.tile([0.0, 255.0], (64, 1)), verbose=0)


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (np.zeros((32, 3), np.float32), r"samples have shape \(3,\), but the networks were built for \(2,\)"),
        (np.zeros((32, 2), np.float32), "need labels"),
        ((np.zeros((32, 2), np.float32), np.full(32, 3)), "label 3 is not one of the 3 classes"),
        ((np.full((32, 2), np.nan, np.float32), np.zeros(32, int)), "NaN"),
    ],
)
def test_a_pipeline_that_does_not_fit_is_refused(conditional, stream, message):
    pipeline = tf.data.Dataset.from_tensor_slices(stream).batch(16)
    with pytest.raises(ganreg.DataError, match=message):
        conditional.fit(pipeline, verbose=0, execution="eager")


def test_a_spec_alone_has_no_samples_to_load(gan):
    with pytest.raises(ganreg.DataError, match="assembled from a DataSpec alone; pass the samples"):
        gan.fit(verbose=0)


def test_a_missing_channel_axis_is_added(small):
    gan = small(ganreg.DataSpec((4, 4, 1), value_range=(-1, 1)))
    gan.fit(np.zeros((16, 4, 4), np.uint8), steps=1, verbose=0, execution="eager")
    assert int(gan.iterations) == 1


def test_evaluate_moves_nothing(small, points, numbers, same):
    gan = small(
        generator="mlp:latent_dim=3,widths=[8],norm=batch",
        discriminator="mlp:widths=[8],dropout=0.5",
        regularizers=["r1"],
    )
    networks = [gan.generator, gan.discriminator, gan.average_generator, gan.discriminator_optimizer]
    before = [numbers(network) for network in networks]
    logs = gan.evaluate(points)
    assert sorted(logs) == sorted(gan.players.updates.log_names)
    assert all(same(old, numbers(network)) for old, network in zip(before, networks, strict=True))
    assert int(gan.iterations) == 0


def test_evaluate_leaves_the_components_states_alone(small, points, parts):
    """A component may move its state in a penalty, as path-length does; evaluating must not."""

    @attrs.frozen(kw_only=True)
    class Counting(ganreg.Regularizer):
        def initial_state(self, data):
            return {"calls": np.float32(0)}

        def generator_penalty(self, step):
            step.state["calls"].assign_add(1.0)
            return tf.constant(0.0)

    gan = small(regularizers=[Counting()])
    gan.fit(points, steps=2, batch_size=16, verbose=0)
    gan.evaluate(points, batch_size=16)
    (calls,) = [state["calls"] for state in gan.component_state.values() if state]
    assert float(calls) == 2


def test_evaluate_is_the_mean_over_whole_batches(dirac):
    """D(x) = -x under the minimax loss: on reals the mean of softplus(x), on fakes at 1 softplus(-1)."""
    x = np.array([[0.5], [-1.0], [2.0], [0.25], [9.0]], np.float32)
    logs = dirac().evaluate(x)
    fake = np.log1p(np.exp(-1.0))
    assert logs["discriminator_loss"] == pytest.approx(np.mean(np.log1p(np.exp(x[:4]))) + fake, rel=1e-5)
    assert logs["generator_loss"] == pytest.approx(-fake, rel=1e-5)
    assert logs["real_accuracy"] == 0.25
    assert logs["fake_accuracy"] == 1.0


def test_evaluate_takes_the_held_out_samples(dirac):
    gan = dirac()
    data = ganreg.Data(train=np.zeros((4, 1)), test=np.full((4, 1), 3.0))
    assembled = ganreg.assemble(
        generator=gan.assembly.generator,
        discriminator=gan.assembly.discriminator,
        loss="minimax",
        data=data,
        batch_size=2,
    )
    expected = np.log1p(np.exp(3.0)) + np.log1p(np.exp(-1.0))
    assert assembled.evaluate()["discriminator_loss"] == pytest.approx(expected, rel=1e-5)


def test_it_is_a_keras_model(gan, capsys):
    assert isinstance(gan, keras.Model)
    gan.summary()
    assert "Total params" in capsys.readouterr().out
    latents = np.ones((5, 3), np.float32)
    np.testing.assert_allclose(gan.predict(latents, verbose=0), gan(latents), rtol=1e-5)
    np.testing.assert_allclose(gan(latents), gan.average_generator(latents), rtol=1e-6)


def test_a_conditional_gan_predicts_from_pairs(conditional):
    latents, labels = np.ones((3, 3), np.float32), np.array([0, 1, 2], np.int32)
    expected = conditional.average_generator([latents, labels])
    np.testing.assert_allclose(conditional(latents, labels), expected, rtol=1e-6)
    np.testing.assert_allclose(conditional.predict([latents, labels], verbose=0), expected, rtol=1e-5)


def test_its_networks_are_those_of_the_components(gan):
    assert gan.generator.input_shape == (None, 3)
    assert gan.generator.output_shape == (None, 2)
    assert sorted(gan.discriminator.output) == ["features", "logits"]


def test_early_stopping_restores_the_best_weights(small, points):
    gan = small()
    stopping = keras.callbacks.EarlyStopping(
        monitor="discriminator_loss", mode="max", patience=1, restore_best_weights=True
    )
    gan.fit(points, epochs=3, verbose=0, callbacks=[stopping], execution="graph")
    assert stopping.best_weights is not None


SAVED = {
    "generator": "mlp:latent_dim=3,widths=[8],norm=batch",
    "discriminator": "mlp:widths=[8],dropout=0.3",
    "regularizers": ["r1:every=2", "minibatch-discrimination", "instance-noise"],
    "schedule": "alternating:discriminator_steps=2",
    "data": "quadratic:samples=200",
}


def _state(gan, numbers):
    networks = (gan.generator, gan.discriminator, gan.average_generator)
    optimizers = (gan.generator_optimizer, gan.discriminator_optimizer)
    return [array for holder in (*networks, *optimizers) for array in numbers(holder)]


@pytest.fixture(scope="module")
def saved(small, tmp_path_factory):
    """A GAN with all that can be forgotten, trained for 7 iterations, and the folder that it was saved in."""
    gan = small(**SAVED)
    gan.fit(steps=7, verbose=0, execution="graph", updates_per_call=1)
    folder = tmp_path_factory.mktemp("saved") / "run"
    gan.save(folder)
    return gan, folder


def test_loading_gives_everything_back(saved, numbers, same):
    gan, folder = saved
    loaded = ganreg.load(folder)
    assert int(loaded.iterations) == 7
    assert loaded.recipe == gan.recipe
    assert loaded.assembly.data == gan.assembly.data
    assert same(_state(gan, numbers), _state(loaded, numbers))
    np.testing.assert_array_equal(gan.generate(4, seed=1), loaded.generate(4, seed=1))


@pytest.mark.slow
def test_training_goes_on_as_if_never_interrupted(saved, small, numbers, same):
    """Bit for bit: weights, moments, batch statistics, dropout's seeds, noise, order of data."""
    resumed, straight = ganreg.load(saved[1]), small(**SAVED)
    resumed.fit(steps=5, verbose=0, execution="graph", updates_per_call=1)
    straight.fit(steps=12, verbose=0, execution="graph", updates_per_call=1)
    assert same(_state(resumed, numbers), _state(straight, numbers))


def test_component_state_is_saved(parts, small, tmp_path):
    """Checked on the checkpoint itself, as an unregistered component's recipe cannot be saved."""
    from ganreg.checkpoints.folder import CheckpointFolder

    first, second = (small(regularizers=[parts.Counter()]) for _ in range(2))
    state = first.component_state["Counter"]
    state["discriminator"].assign(5.0)
    state["mean"].assign([1.0, 2.0])
    CheckpointFolder(first.players, tmp_path).write()
    CheckpointFolder(second.players, tmp_path).restore()
    assert float(second.component_state["Counter"]["discriminator"]) == 5.0
    assert second.component_state["Counter"]["mean"].numpy().tolist() == [1.0, 2.0]


@pytest.mark.slow
def test_optimizer_objects_are_saved_with_their_options(small, points, tmp_path, numbers, same):
    def make():
        return small(
            generator_optimizer=keras.optimizers.Adam(0.003, beta_1=0.1),
            discriminator_optimizer=keras.optimizers.SGD(0.02, momentum=0.5, name="mine"),
        )

    straight, saved = make(), make()
    saved.fit(points, steps=2, verbose=0, execution="graph", updates_per_call=1)
    saved.save(tmp_path / "run")
    resumed = ganreg.load(tmp_path / "run")
    resumed.fit(points, steps=2, verbose=0, execution="graph", updates_per_call=1)
    straight.fit(points, steps=4, verbose=0, execution="graph", updates_per_call=1)
    assert same(_state(resumed, numbers), _state(straight, numbers))


def test_a_learning_rate_schedule_is_not_silently_lost(small, tmp_path):
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 100)
    gan = small(generator_optimizer=keras.optimizers.Adam(schedule))
    with pytest.raises(ganreg.RunError, match="generator's optimizer follows a learning-rate schedule"):
        gan.save(tmp_path / "run")


def test_the_generator_is_saved_by_itself_as_a_keras_file(saved, tmp_path):
    """Loaded in safe mode, so that nothing in the file is executed."""
    gan, _ = saved
    gan.average_generator.save(tmp_path / "generator.keras")
    model = keras.saving.load_model(tmp_path / "generator.keras", safe_mode=True)
    latents = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.testing.assert_allclose(model.predict(latents, verbose=0), gan.predict(latents, verbose=0), rtol=1e-5)


def test_saving_may_be_told_not_to_overwrite(gan, tmp_path):
    with pytest.raises(ganreg.RunError, match="exists; choose another, or pass overwrite=True"):
        gan.save(tmp_path, overwrite=False)


def test_an_unregistered_component_is_saved_by_name_in_a_folder_only(parts, small, tmp_path):
    gan = small(regularizers=[parts.Shift()])
    with pytest.raises(ganreg.RunError, match=r"'unregistered/Shift' of .* is offered by no plugin"):
        gan.save(tmp_path / "gan.keras")
    gan.save(tmp_path / "folder")
    assert isinstance(ganreg.load(tmp_path / "folder").assembly.regularizers[0], parts.Shift)


def test_an_unregistered_component_trains(parts, small, points):
    gan = small(regularizers=[parts.Shift()])
    gan.fit(points, steps=1, verbose=0, execution="eager")
    assert int(gan.iterations) == 1
