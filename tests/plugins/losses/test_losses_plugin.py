"""What every bundled loss has in common, and how the plugin offers them."""

import doctest
import importlib
import subprocess
import sys

import attrs
import ganreg_losses
import numpy as np
import pytest
import tensorflow as tf

import ganreg

COMPONENTS = ganreg_losses.ganreg_losses()
NAMES = [component.name for component in COMPONENTS]


def _load(component):
    module, name = component.implementation.split(":")
    return getattr(importlib.import_module(module), name)


LOSSES = [_load(component)() for component in COMPONENTS]


def test_offers_the_losses():
    assert NAMES == [
        "non-saturating",
        "minimax",
        "wasserstein",
        "least-squares",
        "hinge",
        "relativistic-paired",
        "relativistic-average",
        "f-divergence",
        "cramer",
        "energy-based",
        "boundary-equilibrium",
    ]
    assert all(component.summary and component.paper.startswith("arXiv:") for component in COMPONENTS)


def test_showing_a_loss_does_not_load_tensorflow():
    modules = sorted({component.implementation.split(":")[0] for component in COMPONENTS})
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras'}} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_every_field_explains_itself(loss):
    assert isinstance(loss, ganreg.Loss)
    assert all(field.metadata["help"] for field in attrs.fields(type(loss)))


@pytest.mark.parametrize("component", COMPONENTS, ids=NAMES)
def test_examples_in_docstrings(component):
    module = importlib.import_module(component.implementation.split(":")[0])
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_one_finite_value_a_sample_with_finite_slopes(loss, logits, slopes):
    real, fake = logits
    of_generator = (fake, real) if loss.needs_real else (fake,)
    for function, given in [(loss.discriminator_loss, logits), (loss.generator_loss, of_generator)]:
        value = np.asarray(function(*given))
        assert value.shape == given[0].shape
        assert value.dtype == np.float32
        assert np.isfinite(value).all()
        assert all(np.isfinite(slope).all() for slope in slopes(function, *given))


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_one_sample_is_a_batch(loss):
    real, fake = np.float32([0.5]), np.float32([-1.5])
    assert np.isfinite(loss.discriminator_loss(real, fake)).all()
    assert np.isfinite(loss.generator_loss(fake, real)).all()


@pytest.mark.parametrize("loss", LOSSES, ids=NAMES)
def test_trains_both_players(loss, train, energy_discriminator):
    _, logs = train(
        loss,
        discriminator=energy_discriminator if loss.needs_energy else None,
        regularizers=[] if loss.bounds_slope else ["weight-clipping"],
    )
    assert np.isfinite([logs["discriminator_loss"], logs["generator_loss"]]).all()


def test_compiled_losses_equal_eager_ones(logits):
    def everything(real, fake):
        return [(loss.discriminator_loss(real, fake), loss.generator_loss(fake, real)) for loss in LOSSES]

    given = [tf.constant(values) for values in logits]
    eager = np.array(everything(*given))
    np.testing.assert_allclose(np.array(tf.function(everything)(*given)), eager, rtol=2e-6)
    np.testing.assert_allclose(np.array(tf.function(everything, jit_compile=True)(*given)), eager, rtol=2e-5)
