"""How the plugin offers its regularizers, and that compiling them changes nothing."""

import importlib
import pkgutil
import subprocess
import sys

import attrs
import ganreg_regularizers
import keras
import numpy as np
import pytest
import tensorflow as tf
from ganreg_regularizers.feature_matching import FeatureMatching
from ganreg_regularizers.instance_noise import InstanceNoise
from ganreg_regularizers.minibatch_discrimination import MinibatchDiscrimination
from ganreg_regularizers.r1 import R1
from ganreg_regularizers.r2 import R2
from ganreg_regularizers.wgan_gp import WganGp

import ganreg
from ganreg.testing import discriminator_step, generator_step

COMPONENTS = ganreg_regularizers.ganreg_regularizers()
NAMES = [component.name for component in COMPONENTS]
PENALTIES = {"of-discriminator": [WganGp(), R1(), R2()], "of-generator": [FeatureMatching(layers="all")]}


def _load(component):
    module, name = component.implementation.split(":")
    return getattr(importlib.import_module(module), name)


def _classes():
    """The regularizers that the modules of the package define, without those that others build on."""
    names = [info.name for info in pkgutil.iter_modules(ganreg_regularizers.__path__)]
    modules = [importlib.import_module(f"ganreg_regularizers.{name}") for name in names]
    found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    mine = {cls for cls in found if issubclass(cls, ganreg.Regularizer) and cls is not ganreg.Regularizer}
    return mine - {base for cls in mine for base in cls.__mro__[1:]}


def test_offers_every_regularizer_of_the_package_under_its_own_name():
    offered = {_load(component): component.name.replace("-", "") for component in COMPONENTS}
    assert offered == {cls: cls.__name__.lower() for cls in _classes()}
    assert len(set(NAMES)) == len(COMPONENTS)


@pytest.mark.parametrize("component", COMPONENTS, ids=NAMES)
def test_records_fit_a_listing(component):
    assert 0 < len(component.summary) <= 52
    assert component.paper.startswith("arXiv:")
    assert component.paper in _load(component).__doc__


def test_what_remedies_an_unbounded_slope_bounds_it():
    remedies = [_load(component) for component in COMPONENTS if "unbounded-slope" in component.remedies]
    assert remedies
    assert all(implementation().bounds_slope for implementation in remedies)


def test_no_regularizer_is_used_by_default():
    assert not any(component.default for component in COMPONENTS)
    assert ganreg.Recipe(generator="mlp", discriminator="mlp").regularizers == ()


def test_showing_a_regularizer_does_not_load_tensorflow():
    modules = [component.implementation.split(":")[0] for component in COMPONENTS]
    code = f"import sys, {', '.join(modules)}; print({{'tensorflow', 'keras'}} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


@pytest.mark.parametrize("component", COMPONENTS, ids=NAMES)
def test_every_field_explains_itself(component):
    implementation = _load(component)
    assert isinstance(implementation(), ganreg.Regularizer)
    assert all(field.metadata["help"] and field.validator for field in attrs.fields(implementation))


@pytest.fixture(scope="module")
def discriminator():
    """Two convolutions and minibatch discrimination."""
    keras.utils.set_random_seed(0)
    samples = keras.Input((6, 6, 1))
    shallow = keras.layers.Conv2D(4, 3, strides=2, activation="tanh")(samples)
    deep = keras.layers.Conv2D(3, 2, activation="tanh")(shallow)
    model = keras.Model(samples, {"logits": keras.layers.Conv2D(1, 1)(deep), "features": (shallow, deep)})
    return MinibatchDiscrimination(kernels=2).wrap_discriminator(model, ganreg.DataSpec((6, 6, 1)))


@pytest.fixture(scope="module")
def everything(discriminator):
    """A function of real and generated samples: each penalty, and its gradient by what its player trains."""

    def compute(real, fake, iteration):
        options = {"seed": 1, "iteration": iteration, "inputs": [InstanceNoise(anneal_steps=10)]}
        results = []
        for penalty in PENALTIES["of-discriminator"]:
            with tf.GradientTape() as tape:
                step = discriminator_step(discriminator, real=real, fake=fake, **options)
                value = penalty.discriminator_penalty(step)
            # Zeros, where nothing leads to one, are only made for the variables that Keras wraps.
            variables = [variable.value for variable in discriminator.trainable_variables]
            results += [value, *tape.gradient(value, variables, unconnected_gradients="zero")]
        for penalty in PENALTIES["of-generator"]:
            with tf.GradientTape() as tape:
                tape.watch(fake)
                step = generator_step(lambda z, training: z, discriminator, real=real, latents=fake, **options)
                value = penalty.generator_penalty(step)
            results += [value, tape.gradient(value, fake)]
        return results

    return compute


@pytest.mark.slow
@pytest.mark.parametrize("jit_compile", [False, True], ids=["graph", "xla"])
def test_compiled_penalties_equal_eager_ones(everything, jit_compile):
    real, fake = tf.random.stateless_normal((2, 5, 6, 6, 1), [3, 4])
    iteration = tf.constant(5)
    eager = everything(real, fake, iteration)
    compiled = tf.function(everything, jit_compile=jit_compile)(real, fake, iteration)
    for mine, theirs in zip(compiled, eager, strict=True):
        assert np.isfinite(theirs).all()
        np.testing.assert_allclose(mine, theirs, rtol=2e-4, atol=2e-5)


def test_each_penalty_reaches_the_weights(everything, discriminator):
    real, fake = tf.random.stateless_normal((2, 5, 6, 6, 1), [3, 4])
    results = everything(real, fake, tf.constant(0))
    first_kernel_of_each = results[1 :: 1 + len(discriminator.trainable_variables)][:3]
    assert all(np.any(gradient) for gradient in [*first_kernel_of_each, results[-1]])


@pytest.mark.slow
def test_batches_of_unknown_size(everything):
    """The graph that a dataset of unknown batch size leads to: shapes are known only as it runs."""
    unknown = tf.TensorSpec((None, 6, 6, 1))
    real, fake = tf.random.stateless_normal((2, 5, 6, 6, 1), [3, 4])
    traced = tf.function(everything, input_signature=[unknown, unknown, tf.TensorSpec((), tf.int32)])
    for mine, theirs in zip(traced(real, fake, 5), everything(real, fake, 5), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=2e-4, atol=2e-5)
