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


@attrs.frozen(kw_only=True)
class _OnEachSample(ganreg.Regularizer):
    needs_output_per_sample = True


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 9}, "the batch size is 9, which is not a multiple of 2; use a batch size of 8"),
        ({"batch_size": 1}, "use a batch size of 2"),
        ({"discriminator": "mlp:conditional=true", "generator": "mlp:conditional=true"}, "takes one label per sample"),
        ({"also": "packing"}, "packing is given twice"),
        ({"also": _OnEachSample()}, "needs one logit per sample"),
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
@pytest.mark.slow
def test_trains_with_penalties_and_batch_statistics(execution):
    gan = _assemble("packing", "r1", "minibatch-stddev:group_size=2", "minibatch-discrimination", "top-k")
    samples = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")
    history = gan.fit(samples, steps=3, execution=execution, verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()


def test_refuses():
    with pytest.raises(ValueError, match="samples"):
        Packing(samples=1)
