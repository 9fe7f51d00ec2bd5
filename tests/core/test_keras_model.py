"""The methods that Keras asks of a model, where `test_keras_page.py` says too little: games, files and seeds."""

import copy
import re

import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.variables import variable_groups, weights_hash

BIGAN = {
    "game": "bidirectional",
    "generator": "mlp:latent_dim=2,widths=[4]",
    "networks": {"encoder": "mlp:widths=[4]"},
    "discriminator": "mlp:widths=[4]",
    "loss": "non-saturating",
    "data": ganreg.DataSpec((1,)),
    "batch_size": 16,
}
X = np.random.default_rng(0).normal(size=(48, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def game():
    """A GAN of three networks, trained for three iterations."""
    gan = ganreg.assemble(**BIGAN)
    gan.fit(X, epochs=1, verbose=0, execution="eager")
    return gan


def test_a_game_s_networks_are_counted_and_printed_once(game):
    assert len(game.layers) == 5  # generator, encoder, discriminator and two averages
    assert game.get_layer("average_encoder") is game.average_networks["encoder"]
    lines = []
    game.summary(print_fn=lines.append)
    names = re.findall(r"│ (\w+) \(", "\n".join(lines))
    assert sorted(names) == ["discriminator", "encoder", "generator"]


@pytest.mark.slow
def test_a_game_s_files_hold_everything(game, tmp_path):
    game.save(tmp_path / "game.keras")
    game.save_weights(tmp_path / "game.weights.h5")
    loaded, other = keras.models.load_model(tmp_path / "game.keras"), ganreg.assemble(**BIGAN)
    other.load_weights(tmp_path / "game.weights.h5")
    copied = copy.deepcopy(game)
    expected = weights_hash(game.players)
    assert [weights_hash(one.players) for one in (loaded, other, copied)] == [expected] * 3
    for one in (loaded, other, copied):
        one.train_on_batch(X[:16])
    assert len({weights_hash(one.players) for one in (loaded, other, copied)}) == 1
    assert weights_hash(loaded.players) != expected


def test_a_game_takes_callbacks_and_validation(game):
    rates = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    stopping = keras.callbacks.EarlyStopping(monitor="val_generator_loss")
    history = game.fit(
        X, epochs=1, verbose=0, execution="eager", validation_split=0.5, callbacks=[rates, stopping]
    ).history
    assert "val_generator_loss" in history
    assert history["learning_rate_generator"] == pytest.approx([0.0001])


def test_a_file_holds_every_variable(game, tmp_path):
    """Each is set to something that no GAN begins with, and comes back."""
    for group in variable_groups(game.players).values():
        for variable in group:
            variable.assign(np.full(variable.shape, 3).astype(variable.dtype.as_numpy_dtype))
    game.save(tmp_path / "game.keras")
    loaded = keras.models.load_model(tmp_path / "game.keras")
    for group in variable_groups(loaded.players).values():
        assert all((variable.numpy() == 3).all() for variable in group)


def test_a_changed_rate_and_a_schedule_are_in_the_file(small, tmp_path):
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 100)
    gan = small(generator_optimizer=keras.optimizers.Adam(schedule))
    gan.discriminator_optimizer.learning_rate = 0.125
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    assert float(loaded.discriminator_optimizer.learning_rate) == 0.125
    assert isinstance(loaded.generator_optimizer._learning_rate, keras.optimizers.schedules.CosineDecay)


def test_a_file_is_overwritten_only_where_that_is_allowed(small, tmp_path):
    gan = small()
    gan.save(tmp_path / "gan.keras")
    with pytest.raises(ganreg.RunError, match=r"gan\.keras exists"):
        gan.save(tmp_path / "gan.keras", overwrite=False)
    gan.generator.weights[0].assign(np.full(gan.generator.weights[0].shape, np.nan))
    with pytest.raises(ganreg.NumericalError):
        gan.save(tmp_path / "gan.keras")
    keras.models.load_model(tmp_path / "gan.keras")  # as it was


def test_weights_loaded_in_the_middle_of_a_training_move_its_iterations(small, points, tmp_path, numbers, same):
    """What is done again is done as the first time: the data, the noise and the moments are those of that iteration."""

    class Back(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 0:
                self.model.save_weights(tmp_path / "x.weights.h5")
            if epoch == 1:
                self.model.load_weights(tmp_path / "x.weights.h5")

    straight, back = small(regularizers=["instance-noise"]), small(regularizers=["instance-noise"])
    straight.fit(points[:48], epochs=2, verbose=0, execution="eager")
    history = back.fit(points[:48], epochs=3, verbose=0, execution="eager", callbacks=[Back()])
    assert history.epoch == [0, 1, 2]
    assert int(back.iterations) == 6
    assert same(numbers(straight.generator), numbers(back.generator))
    assert history.history["generator_loss"][1] == history.history["generator_loss"][2]


@pytest.fixture
def random_seed(monkeypatch):
    """Sets Keras's seed, and takes it back."""
    from keras.src.utils import rng_utils

    before = rng_utils.get_random_seed()
    yield keras.utils.set_random_seed
    rng_utils.global_state.set_global_attribute(rng_utils.GLOBAL_RANDOM_SEED, before)


def test_keras_s_seed_is_that_of_a_gan_without_one(small, random_seed):
    random_seed(11)
    assert small().recipe.seed == 11
    assert small(seed=0).recipe.seed == 0
    assert (
        ganreg.assemble(ganreg.Recipe(seed=5), generator="mlp", discriminator="mlp", loss="hinge", data=X).recipe.seed
        == 5
    )
    first = small().generator.get_weights()
    random_seed(12)
    assert not np.array_equal(first[0], small().generator.get_weights()[0])
    np.testing.assert_array_equal(first[0], small(seed=11).generator.get_weights()[0])


@pytest.mark.parametrize("name", ["generator", "discriminator", "average_generator", "players", "assembly", "programs"])
def test_parts_cannot_be_replaced(game, name):
    with pytest.raises(ganreg.AssemblyError, match=rf"gan\.{name} cannot be replaced; assemble another GAN"):
        setattr(game, name, None)


def test_a_directory_that_does_not_exist_is_not_a_wrong_recipe(game, tmp_path):
    with pytest.raises(FileNotFoundError):
        game.load_weights(tmp_path / "none.weights.h5")
