"""Frozen layers in a file."""

import keras
import numpy as np
import pytest

from ganreg.engine.freezing import freeze_layers, frozen_layers
from ganreg.engine.variables import weights_hash


def first_layer(gan):
    return next(layer for layer in gan.generator.layers if layer.weights)


@pytest.mark.parametrize("compiles", [False, True])
def test_a_file_keeps_what_is_frozen(small, points, tmp_path, compiles):
    gan = small(generator_optimizer=keras.optimizers.Adam(0.01, beta_1=0.25))
    first_layer(gan).trainable = False
    if compiles:
        gan.compile()
    gan.fit(points, steps=1, verbose=0, execution="eager")
    gan.save(tmp_path / "gan.keras")
    loaded = keras.models.load_model(tmp_path / "gan.keras")
    before = first_layer(loaded).get_weights()[0]
    for one in (gan, loaded):
        one.fit(points, steps=1, verbose=0, execution="eager")
    assert weights_hash(gan.players) == weights_hash(loaded.players)
    np.testing.assert_array_equal(first_layer(loaded).get_weights()[0], before)
    assert loaded.generator_optimizer.get_config()["beta_1"] == 0.25


def test_a_gan_as_it_was_built_needs_no_description(small):
    gan, other = small(), small()
    assert frozen_layers(gan.players) == {}
    first_layer(gan).trainable = False
    described = frozen_layers(gan.players)
    assert list(described) == ["frozen"]
    freeze_layers(other.players, described)
    assert not first_layer(other).trainable
    assert other.discriminator.trainable_variables
