"""Saving a GAN or its generator, and the recipe that a folder holds."""

import tomllib
from importlib import metadata

import keras
import numpy as np
import pytest

import ganreg
from ganreg.checkpoints.saving import recipe_text, refuse_unregistered_components, save, save_generator, versions


def assemble(**options):
    given = {
        "generator": "mlp:latent_dim=2,widths=[4]",
        "discriminator": "mlp:widths=[4]",
        "loss": "hinge",
        "regularizers": ["r1:weight=0.5"],
        "data": ganreg.DataSpec((3,), num_classes=2, value_range=(-1.0, 1.0)),
        "batch_size": 8,
    }
    return ganreg.assemble(**given | options)


@pytest.fixture(scope="module")
def gan():
    return assemble()


def test_the_text_holds_the_recipe_the_data_and_the_versions(gan):
    table = tomllib.loads(recipe_text(gan.assembly))
    assert table.pop("data") == {"shape": [3], "num_classes": 2, "value_range": [-1.0, 1.0]}
    assert table.pop("plugins") == {
        name: metadata.version(name)
        for name in ("ganreg", "tensorflow", "keras", "ganreg-networks", "ganreg-losses", "ganreg-regularizers")
    }
    assert ganreg.Recipe.from_table(table, where="text") == gan.recipe


def test_versions_are_those_of_the_components_in_use():
    without = assemble(regularizers=[])
    assert "ganreg-regularizers" not in versions(without.assembly)


def test_a_component_of_no_plugin_is_named_without_a_distribution():
    class Unregistered(ganreg.Regularizer):
        """Does nothing."""

    assembly = assemble(regularizers=[Unregistered()]).assembly
    assert tomllib.loads(recipe_text(assembly))["regularizers"] == [{"name": "unregistered/Unregistered", "every": 1}]
    with pytest.raises(ganreg.RunError, match=r"Unregistered.* is offered by no plugin, so a saved recipe cannot name"):
        refuse_unregistered_components(assembly)


def test_a_learning_rate_schedule_cannot_be_named():
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)
    gan = assemble(generator_optimizer=keras.optimizers.SGD(rate))
    with pytest.raises(ganreg.RunError, match="generator's optimizer follows a learning-rate schedule"):
        recipe_text(gan.assembly)


def test_a_saved_gan_is_loaded_as_it_was(gan, tmp_path):
    save(gan.players, tmp_path / "saved", overwrite=False)
    loaded = ganreg.load(tmp_path / "saved")
    assert loaded.recipe == gan.recipe
    for mine, other in zip(gan.discriminator.variables, loaded.discriminator.variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), other.numpy())
    np.testing.assert_array_equal(loaded.generate(4, seed=1), gan.generate(4, seed=1))


def test_overwriting_leaves_only_the_present_checkpoint(tmp_path):
    gan = assemble()
    gan.iterations.assign(5)
    save(gan.players, tmp_path / "saved", overwrite=False)
    with pytest.raises(ganreg.RunError, match="saved exists"):
        save(gan.players, tmp_path / "saved", overwrite=False)
    gan.iterations.assign(3)
    save(gan.players, tmp_path / "saved", overwrite=True)
    assert [path.name for path in (tmp_path / "saved" / "checkpoints").glob("*.json")] == ["ckpt-3.json"]


def test_a_generator_is_saved_as_a_keras_file(gan, tmp_path):
    save_generator(gan.players, tmp_path / "generator.keras")
    model = keras.saving.load_model(tmp_path / "generator.keras", safe_mode=True)
    latents = np.ones((3, 2), np.float32)
    np.testing.assert_array_equal(model(latents), gan.average_generator(latents))
    assert [path.name for path in tmp_path.iterdir()] == ["generator.keras"]


def test_a_folder_that_cannot_be_created_is_named(gan, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ganreg.RunError, match=r"cannot create the folder .*saved: Not a directory"):
        save(gan.players, tmp_path / "file" / "saved", overwrite=False)
