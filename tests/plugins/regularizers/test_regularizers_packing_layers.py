"""The layer that joins samples into packs, sample by sample."""

import keras
import numpy as np
import pytest
from ganreg_regularizers.packing_layers import FirstOfPack, Pack

import ganreg


@pytest.mark.parametrize("shape", [(2,), (3, 4, 2), (5, 3)], ids=str)
@pytest.mark.parametrize("samples", [2, 3])
def test_a_pack_is_neighbours_joined_along_the_last_axis(shape, samples):
    batch = np.random.default_rng(0).normal(size=(12, *shape)).astype("float32")
    packs = Pack(samples)(batch)
    assert packs.shape == (12 // samples, *shape[:-1], shape[-1] * samples)
    for index, pack in enumerate(packs):
        mine = batch[index * samples : (index + 1) * samples]
        np.testing.assert_array_equal(pack, np.concatenate(list(mine), axis=-1))


def test_a_partial_pack_is_named():
    with pytest.raises(
        ganreg.AssemblyError, match="the batch size is 7, which is not a multiple of 2; use a batch size of 6"
    ):
        Pack(2)(np.zeros((7, 2), np.float32))


def test_saves_and_loads(tmp_path):
    samples = keras.Input((2,))
    model = keras.Model(samples, Pack(2)(samples))
    model.save(tmp_path / "pack.keras")
    batch = np.arange(8, dtype=np.float32).reshape(4, 2)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "pack.keras")(batch), model(batch))


def test_shapes_of_packs():
    assert Pack(3).compute_output_shape((12, 5, 2)) == (4, 5, 6)
    assert Pack(3).compute_output_shape((None, 2)) == (None, 6)


def test_the_first_label_of_each_pack_is_kept():
    layer = FirstOfPack(2)
    np.testing.assert_array_equal(layer(np.array([4, 4, 7, 7], "int32")), [4, 7])
    assert FirstOfPack.from_config(layer.get_config()).samples == 2
    assert [layer.compute_output_shape((size,)) for size in (6, None)] == [(3,), (None,)]
