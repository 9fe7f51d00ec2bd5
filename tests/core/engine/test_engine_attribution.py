"""Naming whose code fails while a compiled call is traced or runs."""

import sys
from unittest import mock

import attrs
import keras
import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.engine.attribution import attributed


@attrs.frozen(kw_only=True)
class Late(ganreg.Regularizer):
    """Fails from the eighth iteration on."""

    def discriminator_penalty(self, step):
        limit = tf.constant(7, step.iteration.dtype)
        with tf.control_dependencies([tf.debugging.assert_less(step.iteration, limit, message="too late")]):
            return tf.reduce_mean(step.real_logits)


@pytest.mark.parametrize("updates_per_call", [1, 5])
def test_a_component_that_fails_in_the_middle_of_a_training(small, points, updates_per_call):
    gan = small(regularizers=[Late()])
    message = (
        r"regularizer 'unregistered/Late' of .*test_engine_attribution.* failed in discriminator_penalty.*too late"
    )
    with pytest.raises(ganreg.PluginError, match=message) as error:
        gan.fit(points, steps=20, verbose=0, execution="graph", updates_per_call=updates_per_call)
    assert "\n" not in str(error.value)


def _fails_late(value, iteration):
    if iteration >= 3:
        raise KeyError("no such colour")
    return value


@attrs.frozen(kw_only=True)
class Calling(ganreg.Regularizer):
    """Calls Python in the middle of a compiled call."""

    def discriminator_penalty(self, step):
        value = tf.reduce_mean(step.real_logits)
        made = tf.py_function(_fails_late, [value, tf.cast(step.iteration, tf.float32)], tf.float32)
        return tf.reshape(made, [])


def test_python_that_fails_within_a_compiled_call(small, points):
    message = (
        r"regularizer 'unregistered/Calling' of .*test_engine_attribution.* failed in .*KeyError: 'no such colour'"
    )
    with pytest.raises(ganreg.PluginError, match=message) as error:
        small(regularizers=[Calling()]).fit(points, steps=8, verbose=0, execution="graph", updates_per_call=4)
    assert "\n" not in str(error.value)


def test_what_no_component_did_passes_as_it_is(small, points, monkeypatch):
    gan = small(regularizers=[Late()])
    full = mock.Mock(side_effect=tf.errors.ResourceExhaustedError(None, None, "out of memory"))
    monkeypatch.setattr("ganreg.engine.running.execution.TrainFunction.run", full)
    with pytest.raises(tf.errors.ResourceExhaustedError, match="out of memory"):
        gan.fit(points, steps=1, verbose=0, execution="graph")


PACKAGE = {
    "__init__.py": "",
    "layers.py": """
import keras
import tensorflow as tf

class Fragile(keras.layers.Layer):
    def call(self, inputs):
        size = tf.shape(inputs)[0]
        tf.debugging.assert_greater(size, {least}, message="too few samples")
        if {traced} and inputs.shape[0] is not None:
            raise OSError("no colours left")
        return inputs
""",
    "networks.py": """
import attrs
import keras
import ganreg
from fragile{tag}.layers import Fragile

@attrs.frozen(kw_only=True)
class Made(ganreg.Discriminator):
    def build(self, data):
        samples = keras.Input(data.shape)
        hidden = Fragile()(samples)
        return keras.Model(samples, {{"logits": keras.layers.Dense(1)(hidden), "features": (hidden,)}})
""",
}


@pytest.fixture
def fragile(tmp_path, monkeypatch):
    """Writes a package whose discriminator has a layer, in a module of its own, that fails."""

    def make(tag, **options):
        folder = tmp_path / f"fragile{tag}"
        folder.mkdir()
        for name, text in PACKAGE.items():
            (folder / name).write_text(text.format(tag=tag, **options) if text else "")
        monkeypatch.syspath_prepend(tmp_path)
        module = __import__(f"fragile{tag}.networks", fromlist=["Made"])
        return module.Made()

    yield make
    for name in [name for name in sys.modules if name.startswith("fragile")]:
        del sys.modules[name]


def test_a_layer_in_another_module_that_fails_as_it_runs(small, points, fragile):
    gan = small(discriminator=fragile("run", least=1000, traced=False))
    message = r"discriminator 'unregistered/Made' of fragilerun.networks failed in call.*too few samples"
    with pytest.raises(ganreg.PluginError, match=message):
        gan.fit(points, steps=2, verbose=0, execution="graph")


def test_a_layer_in_another_module_that_fails_as_it_is_traced(small, points, fragile):
    gan = small(discriminator=fragile("traced", least=0, traced=True))
    message = r"discriminator 'unregistered/Made' of fragiletraced.networks failed in call.*OSError: no colours left"
    with pytest.raises(ganreg.PluginError, match=message) as error:
        gan.fit(points, steps=2, verbose=0, execution="graph")
    assert "\n" not in str(error.value)


def test_our_own_error_is_taken_out_of_keras_s(small):
    gan = small(regularizers=["packing:samples=2"])
    with pytest.raises(ganreg.GanregError, match=r"^[^\n]*7[^\n]*$") as error:
        gan.fit(np.zeros((64, 2), np.float32), batch_size=7, steps=1, verbose=0, execution="graph")
    assert "Exception encountered" not in str(error.value)


class Failing(keras.layers.Layer):
    """Raises what it is given."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def call(self, inputs):
        raise self.error


def test_what_a_layer_raises_is_told_without_its_arguments():
    with (
        pytest.raises(ganreg.PluginError, match=r"^loss 'a' of acme failed in b: LookupError: gone$"),
        attributed("loss 'a' of acme", "b"),
    ):
        Failing(LookupError("gone"))(np.zeros(3))


def test_an_attempt_to_end_the_process_is_a_failure():
    with (
        pytest.raises(ganreg.PluginError, match="loss 'a' of acme failed in b: SystemExit: 0"),
        attributed("loss 'a' of acme", "b"),
    ):
        sys.exit(0)


def test_a_data_set_whose_loading_fails_is_named(small):
    @attrs.frozen(kw_only=True)
    class Broken(ganreg.Dataset):
        def spec(self):
            return ganreg.DataSpec((1,))

        def load(self):
            raise EOFError("the worker died")

    gan = small(data=Broken())
    with pytest.raises(
        ganreg.PluginError, match=r"dataset 'unregistered/Broken' of .*failed in load: EOFError: the worker died"
    ):
        gan.fit(steps=1, verbose=0)


@pytest.mark.parametrize("make", ["generator", "tf.data"])
def test_a_pipeline_that_fails_in_the_middle(small, make):
    def batches():
        for number in range(20):
            if number == 3:
                raise ConnectionError("the worker died")
            yield np.zeros((8, 2), np.float32)

    pipeline = (
        batches()
        if make == "generator"
        else tf.data.Dataset.from_generator(batches, output_signature=tf.TensorSpec((8, 2), tf.float32))
    )
    gan = small()
    message = r"^the data pipeline failed at batch 3, counted from 0: .*the worker died"
    with pytest.raises(ganreg.DataError, match=message) as error:
        gan.fit(pipeline, steps=6, verbose=0, execution="graph", updates_per_call=1)
    assert error.value.exit_code == 1
    assert int(gan.iterations) == 3
