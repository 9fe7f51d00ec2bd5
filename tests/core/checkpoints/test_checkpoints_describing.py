"""A GAN as text and back."""

import json
import tomllib

import keras
import numpy as np
import pytest

import ganreg
from ganreg.checkpoints.describing import assembly_of, assembly_of_config, config_of
from ganreg.checkpoints.saving import recipe_text


@pytest.fixture(scope="module")
def gan(small):
    schedule = keras.optimizers.schedules.CosineDecay(0.01, 100)
    return small(
        ganreg.DataSpec((2,), num_classes=3, value_range=(0, 1)),
        generator_optimizer=keras.optimizers.Adam(schedule, beta_1=0.25),
        regularizers=["r1:weight=0.5"],
    )


def test_the_configuration_is_plain_and_comes_back(gan):
    config = json.loads(json.dumps(config_of(gan.assembly)))
    again = assembly_of_config(config, restored=True)
    assert again.recipe == gan.recipe
    assert again.data == gan.assembly.data
    assert again.restored
    options = again.optimizers["generator"].get_config()
    assert options["beta_1"] == 0.25
    assert options["learning_rate"]["class_name"] == "CosineDecay"


def test_a_component_of_no_plugin_cannot_be_described(small, parts):
    with pytest.raises(ganreg.RunError, match="offered by no plugin"):
        config_of(small(regularizers=[parts.Shift()]).assembly)


@pytest.mark.parametrize("config", [{}, {"recipe": 3}, {"recipe": "= broken"}])
def test_a_damaged_configuration_is_named(config):
    with pytest.raises(ganreg.RunError, match="the configuration of a GAN must hold its recipe as TOML text"):
        assembly_of_config(config, restored=False)


def test_the_text_of_a_run_is_read_with_its_place_in_messages(small):
    table = tomllib.loads(recipe_text(small().assembly))
    assert assembly_of(table, where="run/recipe.toml").data == ganreg.DataSpec((2,))
    with pytest.raises(ganreg.RunError, match=r"^run/recipe\.toml is damaged: data must be a table"):
        assembly_of(table | {"data": 3}, where="run/recipe.toml")


def test_the_classes_are_kept_in_a_file_and_in_a_folder(tmp_path):
    points = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    networks = dict.fromkeys(("generator", "discriminator"), "mlp:widths=[4],conditional=true")
    gan = ganreg.assemble(**networks, loss="hinge", data=ganreg.DataSpec((2,), num_classes=2))
    gan.fit(points, np.array(["cat"] * 48 + ["dog"] * 16), steps=1, verbose=0, execution="eager")
    gan.save(tmp_path / "gan.keras")
    gan.save(tmp_path / "folder")
    for again in (keras.models.load_model(tmp_path / "gan.keras"), ganreg.load(tmp_path / "folder")):
        assert again.draw_labels(1000, seed=0).mean() == pytest.approx(0.25, abs=0.04)
        np.testing.assert_array_equal(again.generate(3, seed=1, labels="dog"), gan.generate(3, seed=1, labels=1))
