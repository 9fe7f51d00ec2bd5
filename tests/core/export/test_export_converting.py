"""Writing exports whole or not at all."""

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf

from ganreg.errors import RunError
from ganreg.export.converting import write_network
from ganreg.export.formats import FORMATS


@pytest.fixture(scope="module")
def doubling():
    """A model that doubles its input `[B, 2]`."""
    latents = keras.Input((2,), name="latents")
    return keras.Model(latents, keras.layers.Rescaling(2.0)(latents), name="generator")


@pytest.fixture(scope="module")
def odd():
    """A model with an operation that no format has."""

    class Odd(keras.layers.Layer):
        def call(self, inputs):
            return tf.numpy_function(np.sort, [inputs], tf.float32, stateful=False)

        def compute_output_shape(self, input_shape):
            return input_shape

    latents = keras.Input((2,), name="latents")
    return keras.Model(latents, Odd()(latents), name="generator")


def test_an_onnx_file_names_its_ports(doubling, tmp_path):
    for batch_size, size in ((None, "batch"), (3, 3)):
        write_network(doubling, tmp_path / "g.onnx", FORMATS["onnx"], batch_size=batch_size)
        graph = onnx.load(tmp_path / "g.onnx").graph
        for port, name in ((graph.input[0], "latents"), (graph.output[0], "samples")):
            sizes = [one.dim_param or one.dim_value for one in port.type.tensor_type.shape.dim]
            assert (port.name, sizes) == (name, [size, 2])
    assert [path.name for path in tmp_path.iterdir()] == ["g.onnx"]


def test_a_saved_model_takes_any_batch_or_a_fixed_one(doubling, tmp_path):
    for batch_size, accepted in ((None, (1, 5)), (3, (3,))):
        write_network(doubling, tmp_path / "g", FORMATS["tf_saved_model"], batch_size=batch_size)
        loaded = tf.saved_model.load(tmp_path / "g")
        for count in accepted:
            np.testing.assert_array_equal(loaded.serve(np.ones((count, 2), np.float32)), np.full((count, 2), 2.0))
    with pytest.raises(TypeError, match="shape=\\(3, 2\\)"):
        loaded.serve(np.ones((5, 2), np.float32))
    assert [path.name for path in tmp_path.iterdir()] == ["g"]


def test_only_an_earlier_export_is_replaced(doubling, tmp_path):
    other, taken = tmp_path / "other", tmp_path / "g.onnx"
    other.mkdir()
    taken.mkdir()
    (other / "thesis.tex").write_text("precious")
    with pytest.raises(RunError, match="exists and is not a SavedModel; choose another folder"):
        write_network(doubling, other, FORMATS["tf_saved_model"], batch_size=None)
    with pytest.raises(RunError, match="is a folder; choose another name"):
        write_network(doubling, taken, FORMATS["onnx"], batch_size=None)
    with pytest.raises(RunError, match=r"there is no folder .*nowhere to write g to"):
        write_network(doubling, tmp_path / "nowhere" / "g", FORMATS["tf_saved_model"], batch_size=None)
    assert (other / "thesis.tex").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["g.onnx", "other"]


@pytest.mark.parametrize("name", ["onnx", "litert"])
def test_what_cannot_be_converted_is_said_in_one_line_and_keeps_the_old_file(odd, tmp_path, name, capfd):
    path = tmp_path / f"g{FORMATS[name].suffix}"
    path.write_text("earlier")
    with pytest.raises(RunError, match=rf"^network 'generator' cannot be converted to {name}: [^\n]*PyFunc") as caught:
        write_network(odd, path, FORMATS[name], batch_size=1)
    assert caught.value.exit_code == 1
    assert path.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == [path.name]
