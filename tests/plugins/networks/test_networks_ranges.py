"""Every bundled generator of images makes the data's own range, and is trained on the scale of real samples."""

import numpy as np
import pytest

import ganreg
from ganreg.plugins.registry import registry

NETWORKS = {
    "mlp": "mlp:widths=[4]",
    "dcgan": "dcgan:width=4",
    "resnet": "resnet:width=4",
    "self-attention": "self-attention:width=4",
    "style": "style:width=4",
    "r3gan": "r3gan:width=8",
}
SLOW = ("resnet", "self-attention", "style", "r3gan")
DISCRIMINATOR = {"discriminator": "mlp:widths=[4]", "loss": "non-saturating", "batch_size": 4}


def test_every_generator_is_here():
    assert set(registry().names("generator")) >= set(NETWORKS)


@pytest.mark.parametrize("name", [pytest.param(one, marks=[pytest.mark.slow] * (one in SLOW)) for one in NETWORKS])
def test_real_and_generated_samples_are_on_one_scale(name):
    pixels = np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3)).astype(np.uint8)
    made = {}
    for value_range in [(-1, 1), (0, 255)]:
        data = ganreg.DataSpec((16, 16, 3), value_range=value_range)
        gan = ganreg.assemble(generator=NETWORKS[name], data=data, **DISCRIMINATOR)
        latents = 1e3 * np.random.default_rng(1).normal(size=(16, gan.assembly.generator.latent_dim))
        seen = np.array(gan.generator(latents.astype(np.float32)))
        real = gan.batches_of(pixels).take(0, 1)["real"]
        for samples in (seen, real):
            assert -1 <= samples.min() <= samples.max() <= 1
        made[value_range] = gan.generate(8, seed=0)
    np.testing.assert_allclose(made[0, 255], (made[-1, 1] + 1) * 127.5, atol=1e-2)
