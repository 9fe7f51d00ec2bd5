"""Every loss, regularizer and network on signals, rectangles and volumes: it trains, or is refused with a remedy."""

import pytest

import ganreg
from ganreg.testing.combinations import Combination, attempt

REGISTRY = ganreg.registry()
SHAPES = {"signals": (24, 2), "rectangles": (6, 9, 3), "volumes": (8, 8, 8, 1)}
GENERATOR, DISCRIMINATOR = "dcgan:width=4,max_width=8,conditional=true", "dcgan:width=4,max_width=8"
IMAGES_ONLY = {"ada", "diffaugment"}
"""Regularizers that change images as images are changed."""
TRANSLATIONS_ONLY = {"perceptual", "replay"}
"""Regularizers that need another game."""


def result(**fields):
    outcome = attempt(
        Combination("networks", **{"generator": GENERATOR, "discriminator": DISCRIMINATOR, **fields}), ["graph"]
    )
    assert outcome.result in ("trained", "refused"), outcome.reason
    return outcome


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("regularizer", REGISTRY.names("regularizer"))
def test_regularizers(regularizer, shape):
    outcome = result(regularizers=(regularizer,), shape=shape, labelled=True)

    images_only = regularizer in IMAGES_ONLY and len(shape) != 3
    if outcome.result == "refused":
        assert images_only or regularizer in TRANSLATIONS_ONLY, outcome.reason
        assert "; leave" in outcome.reason or "; use" in outcome.reason
    else:
        assert not images_only


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("loss", REGISTRY.names("loss"))
def test_losses_of_patches_and_energies(loss, shape):
    energy = ganreg.create("loss", loss).needs_energy
    discriminator = "autoencoder:width=4" if energy else "patch:layers=2,width=4"

    outcome = result(generator="resnet:width=4,max_width=8", discriminator=discriminator, loss=loss, shape=shape)

    assert outcome.result == "trained", outcome.reason


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("name", REGISTRY.names("discriminator"))
def test_networks(name, shape):
    takes_all = name not in ("style", "r3gan")
    players = {"discriminator": f"{name}:conditional=true"}
    if name in REGISTRY.names("generator"):
        players["generator"] = f"{name}:conditional=true"

    outcome = result(**players, shape=shape, labelled=True)

    assert outcome.result == ("trained" if takes_all else "refused"), outcome.reason
    if not takes_all:
        assert "use discriminator dcgan or resnet" in outcome.reason
