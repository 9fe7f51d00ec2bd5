"""Packing: what a pack is, what D gets to see, and what it does not go with."""

import attrs
import keras
import numpy as np
import pytest
from ganreg_regularizers.packing import Packing
from ganreg_regularizers.packing_layers import Pack

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


def test_the_discriminator_judges_packs():
    data = ganreg.DataSpec((4, 4, 1), value_range=(-1, 1))
    packing = Packing(samples=3)
    packed = packing.discriminator_data(data)
    assert packed == ganreg.DataSpec((4, 4, 3), value_range=(-1, 1))
    inner = ganreg.create("discriminator", "mlp:widths=(6,)").build(packed)
    model = packing.wrap_discriminator(inner, data)
    batch = np.random.default_rng(0).normal(size=(6, 4, 4, 1)).astype("float32")
    outputs = model(batch)
    assert model.name == "discriminator"
    assert outputs["logits"].shape == (2, 1)
    expected = inner(np.stack([np.concatenate(list(batch[:3]), axis=-1), np.concatenate(list(batch[3:]), axis=-1)]))
    np.testing.assert_allclose(outputs["logits"], expected["logits"], rtol=1e-6)
    np.testing.assert_allclose(outputs["features"][0], expected["features"][0], rtol=1e-6)


def test_a_batch_that_is_no_whole_packs_is_named():
    with pytest.raises(ganreg.AssemblyError, match="a batch of 7 is no multiple of that; use a batch size of 6"):
        Pack(2)(np.zeros((7, 2), np.float32))


def test_saves_and_loads(tmp_path):
    samples = keras.Input((2,))
    model = keras.Model(samples, Pack(2)(samples))
    model.save(tmp_path / "pack.keras")
    batch = np.arange(8, dtype=np.float32).reshape(4, 2)
    np.testing.assert_array_equal(keras.models.load_model(tmp_path / "pack.keras")(batch), model(batch))


def _assemble(*regularizers, discriminator="mlp:widths=(8,)", generator="mlp:widths=(8,)", batch_size=8):
    return ganreg.assemble(
        generator=generator,
        discriminator=discriminator,
        regularizers=regularizers,
        data=ganreg.DataSpec((2,), num_classes=3),
        batch_size=batch_size,
    )


@attrs.frozen(kw_only=True)
class _OnEachSample(ganreg.Regularizer):
    needs_output_per_sample = True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 9}, "the batch of 9 is no multiple of that; use a batch size of 8"),
        ({"batch_size": 1}, "use a batch size of 2"),
        ({"discriminator": "mlp:conditional=true", "generator": "mlp:conditional=true"}, "takes one label a sample"),
        ({"also": "packing"}, "packing is given twice"),
        ({"also": _OnEachSample()}, "needs the discriminator's word on each sample"),
        ({"also": "mutual-information", "generator": "mlp:latent_dim=80"}, "regularizer 'mutual-information' needs"),
    ],
    ids=["remainder", "too-small", "labels", "twice", "per-sample", "codes"],
)
def test_refuses_combinations(options, message):
    options = dict(options)
    also = [options.pop("also")] if "also" in options else []
    with pytest.raises(ganreg.AssemblyError, match=message):
        _assemble("packing", *also, **options)


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
def test_trains_with_penalties_and_batch_statistics(execution):
    gan = _assemble("packing", "r1", "minibatch-stddev:group_size=2", "minibatch-discrimination", "top-k")
    samples = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    history = gan.fit(samples, steps=3, execution=execution, verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()


def test_refuses():
    with pytest.raises(ValueError, match="samples"):
        Packing(samples=1)
