"""Samples from latents that a caller gives."""

import attrs
import keras
import numpy as np
import pytest

import ganreg


@attrs.frozen(kw_only=True)
class Uniform(ganreg.Generator):
    """A linear generator of latents that are uniform in [0, 1)."""

    def sample_latents(self, step, count):
        return step.uniform((count, self.latent_dim))

    def build(self, data):
        return keras.Sequential([keras.Input((self.latent_dim,)), keras.layers.Dense(data.size)])


@pytest.fixture(scope="module")
def gan(small):
    return small()


@pytest.fixture(scope="module")
def uniform(small):
    return small(generator=Uniform(latent_dim=3))


@pytest.fixture(scope="module")
def conditional(small):
    return small(
        ganreg.DataSpec((2,), num_classes=3),
        generator="mlp:latent_dim=3,widths=[8],conditional=true",
        discriminator="mlp:widths=[8],conditional=true",
    )


@pytest.mark.parametrize("count", [1, 5])
def test_drawn_latents_are_those_of_the_samples(gan, uniform, count):
    for one in (gan, uniform):
        latents = one.draw_latents(count, seed=7)
        assert (latents.shape, latents.dtype) == ((count, 3), np.float32)
        np.testing.assert_array_equal(one.generate(latents=latents), one.generate(count, seed=7))
        np.testing.assert_array_equal(one.generate(latents=latents), one.average_generator(latents))


def test_with_labels_too(conditional):
    latents, labels = conditional.draw_latents(6, seed=7), conditional.draw_labels(6, seed=7)
    np.testing.assert_array_equal(conditional.generate(latents=latents, labels=labels), conditional.generate(6, seed=7))
    np.testing.assert_array_equal(conditional.generate(latents=latents, seed=7), conditional.generate(6, seed=7))


def test_of_the_last_iterate(gan):
    own = gan.average_generator.get_weights()
    gan.generator.set_weights([3 * weights for weights in own])
    gan.average_generator.set_weights(own)
    latents = gan.draw_latents(4, seed=1)
    np.testing.assert_array_equal(gan.generate(latents=latents, average=False), gan.generator(latents))
    assert not np.allclose(gan.generate(latents=latents), gan.generator(latents))


def test_lists_and_other_types_are_taken(gan):
    latents = np.float64(gan.draw_latents(2, seed=0))
    np.testing.assert_array_equal(gan.generate(latents=latents.tolist()), gan.generate(2, seed=0))


def test_without_a_seed_latents_are_fresh(gan):
    assert not np.array_equal(gan.draw_latents(3), gan.draw_latents(3))


def test_a_number_that_agrees_may_be_given(gan):
    latents = gan.draw_latents(3, seed=0)
    np.testing.assert_array_equal(gan.generate(3, latents=latents), gan.generate(latents=latents))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 4, "latents": np.zeros((3, 3))}, "4 samples were asked for, but there are 3 latents"),
        ({"latents": np.zeros((3, 3)), "seed": 1}, "seed= has no effect; leave it out"),
        ({"latents": np.zeros(3)}, r"must have the shape \[N, 3\], got \[3\]; a single one needs a batch axis"),
        ({"latents": np.zeros((2, 4))}, r"must have the shape \[N, 3\], got \[2, 4\]"),
        ({"latents": np.zeros((0, 3))}, "at least one sample is needed"),
        ({"latents": [[0, np.nan, 1]]}, "latents contain NaN or infinity"),
        ({"latents": [["a", "b", "c"]]}, "latents must be numbers"),
        ({"latents": np.zeros((2, 3)), "truncation": 0.5}, r"draw them with gan.draw_latents\(n, truncation=...\)"),
        ({"latents": np.zeros((2, 3)), "labels": 1}, "the generator is not conditional"),
    ],
)
def test_what_would_have_no_effect_or_does_not_fit_is_refused(gan, arguments, message):
    with pytest.raises(ganreg.DataError, match=message):
        gan.generate(**arguments)


def test_with_latents_and_labels_a_seed_has_no_effect(conditional):
    with pytest.raises(ganreg.DataError, match="seed= has no effect"):
        conditional.generate(latents=np.zeros((2, 3)), labels=0, seed=1)


@pytest.mark.parametrize("count", [0, 1.5])
def test_the_number_of_latents_is_a_whole_number(gan, count):
    with pytest.raises(ganreg.DataError, match="number of latents must be a whole number of at least 1"):
        gan.draw_latents(count)


def test_other_distributions_cannot_be_truncated(uniform):
    with pytest.raises(ganreg.DataError, match="draws latents that are not normal, so they cannot be truncated"):
        uniform.generate(2, truncation=0.5)


def test_a_component_that_cannot_split_its_network_is_named(small):
    @attrs.frozen(kw_only=True)
    class Broken(Uniform):
        def split(self, network):
            return network.get_layer("gone"), network

    with pytest.raises(ganreg.PluginError, match=r"generator .*Broken.* failed in split"):
        small(generator=Broken(latent_dim=3)).draw_latents(2)


@pytest.mark.parametrize(
    "ask",
    [
        lambda gan: gan.draw_latents(2),
        lambda gan: gan.generate(latents=np.zeros((2, 3))),
        lambda gan: gan.generate(2, truncation=0.5),
        lambda gan: gan.walk([1, 2]),
        lambda gan: gan.invert(np.zeros((1, 8, 8, 1))),
    ],
)
def test_games_without_latents_refuse_them(translator, ask):
    with pytest.raises(ganreg.DataError, match="samples are made from other samples in this game, so there are no lat"):
        ask(translator)


@pytest.fixture(scope="module")
def translator():
    return ganreg.assemble(
        game="cycle",
        generator="residual:width=2,blocks=1",
        discriminator="patch:width=2",
        loss="non-saturating",
        data="degraded:dataset=digits,by=blur,paired=false",
    )
