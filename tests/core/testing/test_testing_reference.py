"""The reference components: what they build and compute, by hand."""

import numpy as np
import pytest

from ganreg import AssemblyError, DataSpec, Game
from ganreg.contract.kinds import KINDS
from ganreg.testing.reference import (
    NETWORKS,
    ReferenceDiscriminator,
    ReferenceEnergy,
    ReferenceGenerator,
    ReferenceLoss,
    ReferenceTranslation,
    ReferenceTranslator,
    networks_for,
)
from ganreg.testing.tiny import tiny_gan

SHAPES = [(2,), (8, 8, 1), (5, 4, 3)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("conditional", [False, True])
def test_the_generator_makes_samples_of_any_shape_and_range(shape, conditional):
    generator = ReferenceGenerator(conditional=conditional, latent_dim=4)
    model = generator.build(DataSpec(shape, num_classes=3, value_range=(0.0, 2.0)))
    latents = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    inputs = [latents, np.int32([0, 1, 2])] if conditional else latents
    samples = np.asarray(model(inputs))
    assert samples.shape == (3, *shape)
    assert samples.min() >= 0.0
    assert samples.max() <= 2.0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("source", SHAPES)
@pytest.mark.parametrize("conditional", [False, True])
def test_the_translator_makes_samples_of_any_shape_and_range(source, shape, conditional):
    translator = ReferenceTranslator(conditional=conditional)
    model = translator.build(DataSpec(source), DataSpec(shape, num_classes=3, value_range=(0.0, 2.0)))
    sources = np.random.default_rng(0).normal(size=(2, *source)).astype(np.float32)
    sources[1] = sources[0]
    samples = np.asarray(model([sources, np.int32([0, 2])] if conditional else sources))
    assert samples.shape == (2, *shape)
    assert samples.min() >= 0.0
    assert samples.max() <= 2.0
    assert np.allclose(*samples) != conditional


@pytest.mark.parametrize("kind", NETWORKS)
def test_labels_are_refused_where_samples_have_none(kind):
    game = ReferenceTranslation() if kind == "translator" else Game()
    source = DataSpec((2,)) if kind == "translator" else None
    data = DataSpec((2,), source=source, paired=source is not None)
    role = "discriminator" if kind == "discriminator" else "generator"
    with pytest.raises(
        AssemblyError, match=f"{NETWORKS[kind].__name__} takes labels, which its samples lack; use data"
    ):
        tiny_gan(data=data, game=game, **{role: NETWORKS[kind](conditional=True)})


def test_every_role_of_a_game_has_a_network():
    class WithEncoder(Game):
        roles = {"generator": "generator", "discriminator": "discriminator", "encoder": "translator"}  # noqa: RUF012

    labelled = DataSpec((2,), num_classes=3)
    networks = networks_for(WithEncoder(), labelled)
    assert {role: KINDS[kind].base for role, kind in WithEncoder.roles.items()} == {
        role: next(base for base in type(network).__mro__ if base.__module__.startswith("ganreg.contract"))
        for role, network in networks.items()
    }
    assert [networks[role].conditional for role in WithEncoder.roles] == [True, True, False]
    assert not any(network.conditional for network in networks_for(WithEncoder(), DataSpec((2,))).values())


@pytest.mark.parametrize("shape", SHAPES)
def test_gain_and_offset_scale_the_logits(shape):
    samples = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    plain = ReferenceDiscriminator().build(DataSpec(shape))
    scaled = ReferenceDiscriminator(gain=3.0, offset=-2.0).build(DataSpec(shape))
    scaled.set_weights(plain.get_weights())
    outputs = plain(samples)
    np.testing.assert_allclose(scaled(samples)["logits"], 3 * np.asarray(outputs["logits"]) - 2, rtol=1e-5)
    assert [tuple(feature.shape) for feature in outputs["features"]] == [(3, 8), (3, 8)]


def test_labels_change_the_output():
    samples, labels = np.ones((2, 2), np.float32), np.int32([0, 2])
    spec = DataSpec((2,), num_classes=3)
    first, second = np.asarray(ReferenceDiscriminator(conditional=True).build(spec)([samples, labels])["logits"])
    assert first != second
    # A new batch normalization does not mix the batch outside training.
    generator = ReferenceGenerator(latent_dim=4, conditional=True).build(spec)
    made = np.asarray(generator([np.ones((2, 4), np.float32), labels]))
    assert not np.allclose(*made)


def test_the_logits_of_an_energy_are_never_positive():
    samples = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    logits = np.asarray(ReferenceEnergy(offset=3.0).build(DataSpec((2,)))(samples)["logits"])
    assert logits.shape == (50, 1)
    assert logits.max() <= 0


def test_the_loss_is_cross_entropy():
    """-log σ(r) - log(1 - σ(f)), and -log σ(f)."""
    real, fake = np.float32([0.0, 2.0]), np.float32([0.0, -1.0])
    sigmoid = 1 / (1 + np.exp(-np.stack([real, fake])))
    expected = -np.log(sigmoid[0]) - np.log(1 - sigmoid[1])
    np.testing.assert_allclose(ReferenceLoss().discriminator_loss(real, fake), expected, rtol=1e-5)
    np.testing.assert_allclose(ReferenceLoss().generator_loss(fake), -np.log(sigmoid[1]), rtol=1e-5)
