"""The augmentations in training on images, with a penalty on D's slope, compiled either way."""

import numpy as np
import pytest

import ganreg

TOGETHER = {
    "diffaugment": ["diffaugment", "r1", "packing"],
    "ada": ["ada:interval=1,images=64,target=-1", "r1", "minibatch-discrimination"],
    "consistencies": ["consistency", "balanced-consistency", "apa", "minibatch-stddev"],
}


@pytest.mark.parametrize("execution", ["graph", pytest.param("xla", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", TOGETHER)
def test_trains(name, execution):
    gan = ganreg.assemble(
        generator="mlp:widths=(8,)",
        discriminator="mlp:widths=(8,)",
        regularizers=TOGETHER[name],
        data=ganreg.DataSpec((8, 8, 1), value_range=(-1, 1)),
        batch_size=8,
    )
    images = np.random.default_rng(0).uniform(-1, 1, size=(64, 8, 8, 1)).astype("float32")
    history = gan.fit(images, steps=3, execution=execution, verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
    if name == "ada":
        np.testing.assert_allclose(gan.component_state["ada"]["p"].numpy(), 3 / 8, rtol=1e-6)


@pytest.mark.parametrize(
    "shape",
    [(8, 8, 1), *(pytest.param(shape, marks=pytest.mark.slow) for shape in [(28, 28, 1), (32, 32, 3)])],
    ids=str,
)
def test_real_networks_in_half_precision(shape):
    gan = ganreg.assemble(
        generator="dcgan:width=4",
        discriminator="dcgan:width=4",
        regularizers=["diffaugment", "consistency"],
        data=ganreg.DataSpec(shape, value_range=(-1, 1)),
        batch_size=4,
        precision="mixed_bfloat16",
    )
    images = np.random.default_rng(0).uniform(-1, 1, size=(8, *shape)).astype("float32")
    history = gan.fit(images, steps=2, execution="graph", verbose=0).history
    assert np.isfinite([values[-1] for values in history.values()]).all()
