"""Components' variables: named after the component, with the values and types that it gives."""

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.component_state import with_state
from ganreg.engine.resolving import resolve

POINTS = ganreg.DataSpec((2,))


@attrs.frozen(kw_only=True)
class Keeping(ganreg.Regularizer):
    """Keeps a count, a vector as long as a sample, and the sum of the generator's weights."""

    def initial_state(self, data):
        return {"count": np.int32(3), "vector": np.arange(data.size, dtype=np.float32)}

    def initial_network_state(self, generator, discriminator):
        return {"sum": np.float32(sum(np.sum(value) for value in generator.get_weights()))}


@pytest.fixture(scope="module")
def networks():
    latents, samples = keras.Input((3,)), keras.Input((2,))
    generator = keras.Model(latents, keras.layers.Dense(2)(latents))
    return generator, keras.Model(samples, keras.layers.Dense(1)(samples))


def parts_of(networks, *regularizers):
    assembly = resolve(ganreg.Recipe(), data=POINTS, regularizers=regularizers)
    return with_state(assembly, POINTS, *networks)


def test_each_component_gets_the_variables_that_it_names(networks):
    loss, first, second = parts_of(networks, Keeping(), Keeping())
    assert loss.state == {}
    assert set(first.state) == {"count", "vector", "sum"}
    assert first.state["count"].numpy() == 3
    assert first.state["count"].dtype.name == "int32"
    assert first.state["vector"].numpy().tolist() == [0.0, 1.0]
    expected = sum(np.sum(value, dtype=np.float64) for value in networks[0].get_weights())
    assert first.state["sum"].numpy() == pytest.approx(expected)
    assert (first.label, second.label) == ("Keeping", "Keeping-2")
    first.state["count"].assign(7)
    assert second.state["count"].numpy() == 3


def test_a_component_without_state_gets_none(networks):
    assert [part.state for part in parts_of(networks, "r1")] == [{}, {}]


@attrs.frozen(kw_only=True)
class OfAnyLength(ganreg.Regularizer):
    """Keeps the name of the loss as bytes; a checkpoint may hold another one."""

    def initial_assembly_state(self, assembly):
        name = b"" if assembly.restored else assembly.parts["loss"].spec.name.encode()
        return {"name": tf.Variable(np.frombuffer(name, np.uint8), shape=(None,))}


def test_values_may_depend_on_the_assembly_and_have_an_open_shape(networks, tmp_path):
    assembly = resolve(ganreg.Recipe(loss="hinge"), data=POINTS, regularizers=[OfAnyLength()])
    (_, made), (_, restored) = (
        with_state(attrs.evolve(assembly, restored=restored), POINTS, *networks) for restored in (False, True)
    )
    before, after = made.state["name"], restored.state["name"]
    assert (bytes(before.numpy()), bytes(after.numpy())) == (b"hinge", b"")
    assert not before.trainable
    assert before.name == "OfAnyLength/name:0"

    tf.train.Checkpoint(name=before).write(str(tmp_path / "state"))
    tf.train.Checkpoint(name=after).read(str(tmp_path / "state")).assert_consumed()

    assert bytes(after.numpy()) == b"hinge"


@attrs.frozen(kw_only=True)
class Broken(ganreg.Regularizer):
    """Cannot say what it keeps."""

    def initial_state(self, data):
        raise KeyError("forgotten")


def test_a_component_that_fails_is_named(networks):
    with pytest.raises(ganreg.PluginError, match=r"Broken' of .* failed in initial_state: KeyError: 'forgotten'"):
        parts_of(networks, Broken())
