"""Packing: what D sees of packs, and which combinations are refused."""

import attrs
import numpy as np
import pytest
from ganreg_regularizers.packing import Packing

import ganreg


def test_the_discriminator_sees_packs():
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


def _assemble(*regularizers, discriminator="mlp:widths=(8,)", generator="mlp:widths=(8,)", batch_size=8):
    return ganreg.assemble(
        generator=generator,
        discriminator=discriminator,
        regularizers=regularizers,
        data=ganreg.DataSpec((2,), num_classes=3),
        batch_size=batch_size,
    )


def test_a_conditional_discriminator_reads_the_label_of_a_pack_once():
    data = ganreg.DataSpec((2,), num_classes=3)
    packing = Packing(samples=3)
    inner = ganreg.create("discriminator", "mlp:widths=(6,),conditional=true").build(packing.discriminator_data(data))
    batch = np.random.default_rng(0).normal(size=(6, 2)).astype("float32")
    outputs = packing.wrap_discriminator(inner, data)([batch, np.array([2, 2, 2, 0, 0, 0])])
    expected = inner([batch.reshape(2, 6), np.array([2, 0])])
    np.testing.assert_allclose(outputs["logits"], expected["logits"], rtol=1e-6)


def test_batches_consist_of_packs_of_one_class_where_the_discriminator_reads_labels():
    networks = dict.fromkeys(("generator", "discriminator"), "mlp:widths=(8,),conditional=true")
    gan = _assemble("packing:samples=4", **networks)
    samples, labels = np.random.default_rng(0).normal(size=(40, 2)), np.random.default_rng(1).integers(3, size=40)
    packs = gan.batches_of(samples, labels).take(0, 12)["labels"].reshape(-1, 4)
    assert (packs == packs[:, :1]).all()
    assert set(packs[:, 0]) == {0, 1, 2}
    with pytest.raises(ganreg.DataError, match="takes one label for every 4 samples, which a pipeline does not"):
        gan.batches_of(iter([(samples[:8], labels[:8])]))
    with pytest.warns(ganreg.GanregWarning, match="never checks"):
        other = _assemble("packing:samples=4", generator=networks["generator"])
    free = other.batches_of(samples, labels).take(0, 12)["labels"].reshape(-1, 4)
    assert (free != free[:, :1]).any()


@attrs.frozen(kw_only=True)
class _OnEachSample(ganreg.Regularizer):
    needs_output_per_sample = True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 9}, "the batch size is 9, which is not a multiple of 2; use a batch size of 8"),
        ({"batch_size": 1}, "use a batch size of 2"),
        ({"also": "packing"}, "packing is given twice"),
        ({"also": _OnEachSample()}, "needs one logit per sample"),
        ({"also": "mutual-information", "generator": "mlp:latent_dim=80"}, "regularizer 'mutual-information' needs"),
    ],
    ids=["remainder", "too-small", "twice", "per-sample", "codes"],
)
def test_refuses_combinations(options, message):
    options = dict(options)
    also = [options.pop("also")] if "also" in options else []
    with pytest.raises(ganreg.AssemblyError, match=message):
        _assemble("packing", *also, **options)


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.slow
def test_trains_with_penalties_and_batch_statistics(execution):
    gan = _assemble("packing", "r1", "minibatch-stddev:group_size=2", "minibatch-discrimination", "top-k")
    samples = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    history = gan.fit(samples, steps=3, execution=execution, verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()


def test_refuses():
    with pytest.raises(ValueError, match="samples"):
        Packing(samples=1)
