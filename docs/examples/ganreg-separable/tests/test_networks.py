"""The networks `separable`: what they build, and what they refuse."""

import ganreg
import numpy as np
import pytest
from ganreg import AssemblyError, DataSpec

from ganreg_separable.discriminator import SeparableDiscriminator
from ganreg_separable.generator import SeparableGenerator

IMAGES = DataSpec((12, 8, 3), num_classes=4, value_range=(0.0, 1.0))


def test_images_keep_to_shape_and_range():
    model = SeparableGenerator(latent_dim=4, width=4).build(IMAGES)

    samples = np.asarray(model(100 * np.ones((2, 4), np.float32)))

    assert samples.shape == (2, 12, 8, 3)
    assert samples.min() >= 0
    assert samples.max() <= 1


def test_one_logit_an_image_and_smaller_and_deeper_features():
    outputs = SeparableDiscriminator(width=4).build(IMAGES)(np.ones((5, 12, 8, 3), np.float32))

    assert outputs["logits"].shape == (5, 1)
    assert [tuple(feature.shape) for feature in outputs["features"]] == [(5, 12, 8, 4), (5, 6, 4, 8), (5, 3, 2, 16)]


def test_separable_layers_have_the_weights_of_a_depthwise_and_a_pointwise_convolution():
    layer = SeparableDiscriminator(width=4).build(IMAGES).layers[2]

    assert layer.count_params() == 9 * 4 + 4 * 8 + 8


@pytest.mark.parametrize("network", [SeparableGenerator, SeparableDiscriminator])
@pytest.mark.parametrize(
    ("data", "conditional", "reason"),
    [
        (DataSpec((2,)), False, "multiples of 4, but the data is 2; choose other networks"),
        (DataSpec((12, 10, 1)), False, "multiples of 4, but the data is 12x10x1; choose other networks"),
        (DataSpec((8, 8, 1)), True, "has no classes; use labelled data"),
    ],
)
def test_other_data_is_refused_with_a_remedy(network, data, conditional, reason):
    with pytest.raises(AssemblyError, match=reason):
        network(conditional=conditional).build(data)


def test_an_assembly_tells_before_anything_is_built():
    with pytest.raises(AssemblyError, match="generator separable makes images"):
        ganreg.assemble(generator=SeparableGenerator(), discriminator=SeparableDiscriminator(), data=DataSpec((2,)))
