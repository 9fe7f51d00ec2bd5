import pytest
from ganreg_networks.attention import Attend, Gate
from ganreg_networks.resnet import ResnetDiscriminator, ResnetGenerator
from ganreg_networks.self_attention import SelfAttentionDiscriminator, SelfAttentionGenerator

from ganreg import AssemblyError, DataSpec

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


@pytest.mark.parametrize(("side", "middle"), [(4, 2), (8, 4), (28, 14), (32, 16), (64, 16), (128, 32)])
@pytest.mark.parametrize("network", [SelfAttentionGenerator(width=1), SelfAttentionDiscriminator(width=1)])
def test_attention_is_at_the_middle_resolution(network, side, middle, layers_of):
    (layer,) = layers_of(network.build(DataSpec((side, side, 1))), Attend)

    assert layer.output.shape[1:3] == (middle, middle)


@pytest.mark.parametrize(("network", "channels"), [(SelfAttentionGenerator, 64), (SelfAttentionDiscriminator, 32)])
def test_attention_is_at_the_chosen_resolution_and_nowhere_else(network, channels, layers_of):
    (layer,) = layers_of(network(width=16, attention_side=8).build(DataSpec((32, 32, 1))), Attend)
    queries, keys, values = (tensor.shape[1:] for tensor in layer.input)

    assert (queries, keys, values) == ((8, 8, channels // 8), (4, 4, channels // 8), (4, 4, channels // 2))
    with pytest.raises(
        AssemblyError, match="no maps of side attention_side=4 for samples of 32x32x1; use one of 8, 16"
    ):
        network(attention_side=4).build(DataSpec((32, 32, 1)))


@pytest.mark.parametrize(("shape", "sides"), [((100, 1), (25,)), ((16, 32, 1), (8, 16)), ((8, 8, 8, 1), (4, 4, 4))])
@pytest.mark.parametrize("network", [SelfAttentionGenerator(width=1), SelfAttentionDiscriminator(width=1)])
def test_attention_is_between_all_places_of_signals_rectangles_and_volumes(network, shape, sides, layers_of):
    (layer,) = layers_of(network.build(DataSpec(shape)), Attend)

    assert layer.output.shape[1:-1] == sides


@pytest.mark.parametrize(
    ("attending", "plain"),
    [(SelfAttentionGenerator, ResnetGenerator), (SelfAttentionDiscriminator, ResnetDiscriminator)],
)
def test_it_is_the_residual_network_with_four_convolutions_and_a_gate_more(attending, plain, layers_of):
    """C channels: C/8 for queries and keys, C/2 for values, C/2 back to C, all with biases, and γ."""
    model, other = (cls(width=16).build(DIGITS) for cls in (attending, plain))
    (attend,) = layers_of(model, Attend)
    channels = 2 * attend.output.shape[-1]

    added = 2 * (channels + 1) * (channels // 8) + (channels + 1) * (channels // 2) + (channels // 2 + 1) * channels + 1

    assert len(layers_of(model, Gate)) == 1
    assert model.count_params() - other.count_params() == added
