"""What every bundled loss has in common, and how the plugin offers them."""

import doctest
import importlib
import pkgutil
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


def _classes():
    """The losses that the modules of the package define, without those that others build on."""
    modules = [
        importlib.import_module(f"ganreg_losses.{info.name}") for info in pkgutil.iter_modules(ganreg_losses.__path__)
    ]
    found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    mine = {cls for cls in found if issubclass(cls, ganreg.Loss) and cls is not ganreg.Loss}
    return mine - {base for cls in mine for base in cls.__mro__[1:]}


def test_offers_every_loss_of_the_package_under_its_own_name():
    offered = {_load(component): component.name.replace("-", "") for component in COMPONENTS}
    assert offered == {cls: cls.__name__.lower() for cls in _classes()}
    assert len(set(NAMES)) == len(COMPONENTS)


@pytest.mark.parametrize("component", COMPONENTS, ids=NAMES)
def test_records_fit_a_listing(component):
    assert 0 < len(component.summary) <= 52
    assert component.paper.startswith("arXiv:")
    assert component.paper in _load(component).__doc__


def test_exactly_one_loss_is_the_default():
    (default,) = (component.name for component in COMPONENTS if component.default)
    gan = ganreg.assemble(generator="mlp:widths=[4]", discriminator="mlp:widths=[4]", data=ganreg.DataSpec((2,)))
    assert gan.assembly.recipe.loss.name == default


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


@pytest.mark.slow
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
