"""The translator `mlp`: dense layers between samples of any two shapes."""

import itertools
import math
import random

import keras
import numpy as np
import pytest
from ganreg_games.mlp import MlpTranslator
from hypothesis import given, settings
from hypothesis import strategies as st

from ganreg import AssemblyError, DataSpec, SpecError, create

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@pytest.fixture(autouse=True)
def _same_weights_each_time():
    random.seed(0)  # what Keras's initializers and dropout draw their seeds from


def normal(*shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


@given(SHAPES, SHAPES, st.lists(st.integers(1, 6), max_size=3).map(tuple), st.sampled_from([None, 3]))
@settings(max_examples=15, deadline=None)
def test_shapes_and_numbers_of_parameters(source, target, widths, classes):
    translator = MlpTranslator(widths=widths, conditional=classes is not None)
    data = DataSpec(target, num_classes=classes)

    model = translator.build(DataSpec(source), data)

    samples = normal(5, *source)
    inputs = samples if classes is None else [samples, np.arange(5) % 3]
    assert model(inputs).shape == (5, *target)
    sizes = [math.prod(source) + (classes or 0), *widths, math.prod(target)]
    assert model.count_params() == sum((before + 1) * after for before, after in itertools.pairwise(sizes))


def test_it_computes_dense_layers_with_relus():
    model = MlpTranslator(widths=(7, 5)).build(DataSpec((2, 3)), DataSpec((4,)))
    samples = normal(6, 2, 3)

    hidden = samples.reshape(6, -1).astype(np.float64)
    *layers, (weights, bias) = zip(model.get_weights()[::2], model.get_weights()[1::2], strict=True)
    for kernel, shift in layers:
        hidden = np.maximum(hidden @ kernel + shift, 0)
    np.testing.assert_allclose(model(samples), hidden @ weights + bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("value_range", [(-1.0, 1.0), (0.0, 255.0), None])
def test_values_are_within_the_range_of_the_target(value_range):
    model = MlpTranslator(widths=(8,)).build(DataSpec((2,)), DataSpec((3,), value_range=value_range))

    made = model(1e4 * normal(50, 2)).numpy()

    if value_range is None:
        assert np.abs(made).max() > 1e3
    else:
        assert (made.min(), made.max()) == pytest.approx(value_range)


def test_labels_change_what_is_made():
    model = MlpTranslator(conditional=True).build(DataSpec((2,)), DataSpec((3,), num_classes=4))
    samples = normal(5, 2)

    made = [model([samples, np.full(5, label)]).numpy() for label in range(4)]

    assert len({values.tobytes() for values in made}) == 4


def test_a_conditional_network_needs_classes_of_the_target():
    with pytest.raises(
        AssemblyError, match=r"translator mlp is conditional.*no classes; use labelled data or set cond"
    ):
        MlpTranslator(conditional=True).build(DataSpec((2,), num_classes=3), DataSpec((3,)))


@pytest.mark.parametrize("widths", ["[0]", "[8,-1]", "[1.5]"])
def test_widths_are_positive_integers(widths):
    with pytest.raises(SpecError, match="widths"):
        create("translator", f"mlp:widths={widths}")


def test_saved_and_loaded_it_computes_the_same(tmp_path):
    model = MlpTranslator(conditional=True).build(DataSpec((2,)), DataSpec((4, 4, 1), 3, (0, 1)))
    model.save(tmp_path / "translator.keras")

    again = keras.saving.load_model(tmp_path / "translator.keras", safe_mode=True)

    inputs = [normal(5, 2), np.arange(5) % 3]
    np.testing.assert_array_equal(model(inputs), again(inputs))
