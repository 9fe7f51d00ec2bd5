"""The fixtures that pytest has wherever ganreg is installed, and that having them costs nothing."""

import subprocess
import sys

import attrs
import numpy as np
from faulty_gan.regularizers import Drift

import ganreg


def test_points_and_images_are_data_to_train_on(points, images):
    assert (points.shape, points.dtype) == ((256, 2), np.float32)
    assert (images.shape, images.dtype) == ((64, 8, 8, 1), np.float32)
    assert (images.min(), images.max()) == (-1.0, 1.0)


def test_a_step_needs_nothing(discriminator_step, points):
    step = discriminator_step()

    np.testing.assert_array_equal(step.real, points[:8])
    assert step.fake_logits.shape == (8,)
    assert float(Drift(weight=0.0).discriminator_penalty(step)) == 0.0


def test_a_step_takes_what_the_function_takes(discriminator_step):
    real, fake = np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)

    step = discriminator_step(lambda samples, training: samples[:, :1] * 2, real=real, fake=fake, iteration=3)

    np.testing.assert_array_equal(step.real_logits, [2.0, 2.0])
    assert int(step.iteration) == 3


def test_a_tiny_gan_trains(tiny_gan, points):
    history = tiny_gan.fit(points, steps=2, verbose=0, execution="eager").history

    assert isinstance(tiny_gan, ganreg.GAN)
    assert np.isfinite(history["discriminator_loss"]).all()
    assert tiny_gan.generate(3).shape == (3, 2)
    assert tiny_gan(np.zeros((4, tiny_gan.assembly.generator.latent_dim), np.float32)).shape == (4, 2)


def test_a_tiny_gan_makes_another_with_components(tiny_gan, images):
    data = ganreg.DataSpec((8, 8, 1), value_range=(-1.0, 1.0))

    gan = tiny_gan(regularizers=[Drift(weight=1.0)], data=data, seed=3)
    history = gan.fit(images, steps=1, verbose=0, execution="eager").history

    assert "discriminator/Drift" in history
    assert gan.recipe.seed == 3


def test_starting_pytest_loads_no_tensorflow():
    code = "import sys, ganreg.testing.pytest_plugin; print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "set()\n"


def test_the_reference_components_are_no_plugins_affair(tiny_gan):
    classes = [type(part.implementation).__module__ for part in tiny_gan.assembly.all_parts]
    assert set(classes) == {"ganreg.testing.reference"}
    assert attrs.has(type(tiny_gan.assembly.loss))
