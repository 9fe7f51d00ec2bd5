"""Latents: drawn by the component, then transformed by each regularizer in turn."""

import attrs
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.contract.assembly import Part
from ganreg.contract.step import Step
from ganreg.engine.latents import Latents, transformed


@attrs.frozen(kw_only=True)
class Counting(ganreg.Generator):
    """Latents 0, 1, 2, ..."""

    def sample_latents(self, step, count):
        return tf.reshape(tf.range(count, dtype=tf.float32), (count, 1))


@attrs.frozen(kw_only=True)
class Affine(ganreg.Regularizer):
    factor: float = 1.0
    shift: float = 0.0

    def transform_latents(self, latents, step):
        return self.factor * latents + self.shift


def view(part):
    return Step(None, part)


def test_regularizers_transform_latents_in_order():
    parts = [Part(Affine(factor=2.0), "a"), Part(Affine(shift=1.0), "b")]
    np.testing.assert_array_equal(Latents(Counting(), parts).draw(view, 3)[:, 0], [1.0, 3.0, 5.0])


def test_each_component_sees_its_own_step():
    seen = []

    class Spy(Affine):
        def transform_latents(self, latents, step):
            seen.append(step.state)
            return latents

    parts = [Part(Spy(), label, state={"label": label}) for label in ("first", "second")]
    transformed(tf.zeros((1, 1)), parts, "transform_latents", view)
    assert seen == [{"label": "first"}, {"label": "second"}]


def test_an_error_names_the_component():
    class Broken(Affine):
        def transform_latents(self, latents, step):
            raise ValueError("too few")

    with pytest.raises(ganreg.PluginError, match="regularizer 'x' failed in transform_latents: ValueError: too few"):
        transformed(tf.zeros((1, 1)), [Part(Broken(), "x", origin="regularizer 'x'")], "transform_latents", view)
