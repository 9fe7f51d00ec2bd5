"""The network of the extractor `classifier`, and its training."""

import random

import keras
import numpy as np
import pytest
from ganreg_extractors import classifier_network

import ganreg
from ganreg import DataSpec


def numbers_of(model):
    return np.concatenate([np.ravel(weights) for weights in model.get_weights()])


@pytest.mark.parametrize(
    ("shape", "halvings"),
    [((8, 8, 1), 1), ((28, 28, 1), 3), ((32, 32, 3), 3), ((1, 8, 2), 0), ((1, 17, 2), 2), ((2, 64, 1), 3), ((5,), 0)],
)
def test_images_are_halved_to_8_pixels_or_fewer(shape, halvings):
    model = classifier_network.build(DataSpec(shape, num_classes=7))

    pooling = [layer for layer in model.layers if isinstance(layer, keras.layers.MaxPooling2D)]
    assert len(pooling) == halvings
    assert model.output.shape == (None, 7)
    assert model.layers[-2].output.shape == (None, classifier_network.FEATURES)


@pytest.mark.parametrize(
    ("shape", "halvings", "axes"), [((256, 2), 6, 1), ((16, 8, 9, 1), 2, 3), ((4, 4, 4, 4, 1), 0, 0)]
)
def test_signals_and_volumes_are_convolved_along_their_axes(shape, halvings, axes):
    model = classifier_network.build(DataSpec(shape, num_classes=3))

    names = [type(layer).__name__ for layer in model.layers]
    assert names.count(f"MaxPooling{axes}D") == halvings
    assert (f"Conv{axes}D" in names) == (axes > 0)
    assert model.output.shape == (None, 3)


def test_initial_weights_depend_on_no_global_generator():
    spec = DataSpec((8, 8, 1), num_classes=3)
    built = []
    for seed in (1, 2):
        keras.utils.set_random_seed(seed)
        built.append(numbers_of(classifier_network.build(spec)))

    np.testing.assert_array_equal(*built)


def test_training_leaves_the_global_generators_alone(bars):
    images, labels = bars(100, 0)
    before = (repr(np.random.get_state()), random.getstate())

    classifier_network.train(classifier_network.build(DataSpec((4, 4, 1), num_classes=4)), images, labels)

    assert (repr(np.random.get_state()), random.getstate()) == before


def test_initial_kernels_are_those_of_glorot_and_bengio():
    """Uniform within ±sqrt(6 / (inputs + outputs)), and no two layers alike."""
    model = classifier_network.build(DataSpec((20,), num_classes=5))
    kernels = [layer.kernel.numpy() for layer in model.layers if hasattr(layer, "kernel")]

    assert len({kernel.flat[0] for kernel in kernels}) == 3
    for kernel in kernels:
        limit = (6 / sum(kernel.shape)) ** 0.5
        assert 0.95 * limit < np.abs(kernel).max() <= limit


def test_it_is_float32_whatever_the_policy():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = classifier_network.build(DataSpec((16, 16, 1), num_classes=3))
    finally:
        keras.config.set_dtype_policy("float32")

    assert {layer.compute_dtype for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)} == {
        "float32"
    }


@pytest.mark.slow
@pytest.mark.parametrize(("name", "least"), [("digits", 0.97), ("fashion-mnist", 0.90)])
def test_accuracy_on_real_data(name, least):
    dataset = ganreg.create("dataset", name)
    try:
        data = dataset.load()
    except ganreg.DataError as error:
        pytest.skip(str(error))
    model = classifier_network.build(data.spec)

    classifier_network.train(model, data.train, data.train_labels)

    answers = model.predict(ganreg.Source.as_floats(data.test), verbose=0)
    assert (answers.argmax(axis=1) == data.test_labels).mean() >= least
