from types import SimpleNamespace

import numpy as np
import pytest
from ganreg_networks.style_discriminator import StyleDiscriminator
from ganreg_networks.style_layers import EqualizedConvolution, EqualizedDense

import ganreg
from ganreg import DataSpec, GanregWarning

DIGITS = DataSpec((8, 8, 1), num_classes=10, value_range=(-1, 1))


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


@pytest.mark.parametrize("size", [0, 1, 2, 4])
def test_logits_depend_on_the_batch_only_through_the_minibatch_deviation(size):
    network = StyleDiscriminator(width=8, minibatch_stddev=size)
    model, samples = network.build(DIGITS), normal(4, 8, 8, 1)

    among_others = model(samples)["logits"][:1]

    assert np.allclose(among_others, model(samples[:1])["logits"], atol=1e-5) == (size < 2)
    assert not network.normalizes_batch


@pytest.mark.parametrize(("size", "warnings"), [(4, 1), (0, 0)])
def test_comparing_samples_is_warned_of_where_they_should_be_scored_alone(size, warnings):
    part = SimpleNamespace(implementation=ganreg.create("regularizer", "wgan-gp"), spec=SimpleNamespace(name="wgan-gp"))
    assembly = SimpleNamespace(data=DIGITS, regularizer_parts=[part])

    problems = list(StyleDiscriminator(minibatch_stddev=size).check(assembly))

    assert [problem.severity for problem in problems] == ["warning"] * warnings
    assert all("minibatch_stddev=0" in problem.hint for problem in problems)


def test_the_warning_reaches_the_user():
    with pytest.warns(GanregWarning, match=r"wgan-gp.*'style' depend on the other samples.*minibatch_stddev=0"):
        ganreg.assemble(
            generator="dcgan",
            discriminator="style:width=4",
            loss="wasserstein",
            regularizers=["wgan-gp"],
            data=DIGITS,
        )


def test_maps_halve_down_to_4_pixels():
    model = StyleDiscriminator(width=8, max_width=24).build(DataSpec((32, 32, 3)))

    assert [feature.shape[1:] for feature in model.output["features"]] == [(16, 16, 16), (8, 8, 24), (4, 4, 24), (24,)]


def test_the_whole_network_computes_what_that_of_the_authors_does(fill):
    """Constants are what github.com/NVlabs/stylegan2-ada-pytorch computes with these weights, in PyTorch 2.13.

    That is `Discriminator(0, 16, 3, channel_base=128, channel_max=16)`.
    """
    model = StyleDiscriminator(width=8, max_width=16).build(DataSpec((16, 16, 3)))
    fill(np.random.default_rng(0), model, [EqualizedConvolution, EqualizedDense])

    logits = model(normal(8, 16, 16, 3))["logits"][:, 0]

    expected = [-1.2781746, -1.2961488, -1.1783526, -1.2666276, -1.2393143, -1.2465801, -1.2252743, -1.2732589]
    np.testing.assert_allclose(logits, expected, rtol=1e-4)
