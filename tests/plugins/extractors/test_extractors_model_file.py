"""The extractor `model`, on models whose output is known."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg import Data, DataError, Source

POINTS = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)


def prepared(samples=POINTS, **parameters):
    return ganreg.create("extractor", "model", **parameters).prepare(Source.of(Data(train=samples)))


def test_the_output_of_a_model_and_of_one_of_its_layers(model_file):
    hidden = POINTS @ [[1.0], [2.0]]
    of_layer, whole = prepared(file=model_file, layer="hidden"), prepared(file=model_file)

    np.testing.assert_allclose(of_layer(POINTS), hidden, rtol=1e-5, atol=1e-6)
    expected = 1 / (1 + np.exp(-hidden))
    np.testing.assert_allclose(whole(POINTS), np.hstack([expected, 1 - expected]), atol=1e-6)
    np.testing.assert_allclose(of_layer.probabilities(POINTS), whole(POINTS), atol=1e-7)
    assert (whole.description, of_layer.description) == ("by_hand.keras", "by_hand.keras, layer hidden")


@pytest.mark.parametrize("layer", ["", "hidden"])
def test_the_network_of_the_features(model_file, layer):
    extractor = ganreg.create("extractor", "model", file=model_file, layer=layer)
    features = extractor.prepare(Source.of(Data(train=POINTS)))
    network = extractor.network(ganreg.DataSpec((2,)))

    for model in (features.network, network):
        np.testing.assert_allclose(model(POINTS), features(POINTS), rtol=1e-5)
        assert not model.trainable_variables
    assert network.to_json() == features.network.to_json()
    with pytest.raises(DataError, match="does not take samples of shape 3"):
        extractor.network(ganreg.DataSpec((3,)))


def test_features_depend_on_the_content_of_the_file(model_file, tmp_path):
    same = tmp_path / "same.keras"
    same.write_bytes(model_file.read_bytes())
    model = keras.models.load_model(model_file)
    model.layers[1].set_weights([np.array([[3.0], [4.0]])])
    model.save(tmp_path / "other.keras")

    facts = prepared(file=model_file).facts

    assert prepared(file=same).facts == facts
    assert prepared(file=tmp_path / "other.keras").facts != facts


def test_outputs_of_several_axes_are_flattened(tmp_path):
    inputs = keras.Input((2,))
    keras.Model(inputs, keras.layers.Reshape((2, 1))(inputs)).save(tmp_path / "shaped.keras")

    np.testing.assert_array_equal(prepared(file=tmp_path / "shaped.keras")(POINTS), POINTS)


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match=r"there is no file .*none\.keras"):
        prepared(file=tmp_path / "none.keras")


def test_no_file_at_all():
    with pytest.raises(DataError, match=r"extractor 'model' needs a file: use --features FILE\.keras"):
        prepared()


def test_a_damaged_file(tmp_path, model_file):
    broken = tmp_path / "broken.keras"
    broken.write_bytes(model_file.read_bytes()[:2000])

    with pytest.raises(DataError, match=r"cannot load .*broken\.keras in safe mode"):
        prepared(file=broken)


def test_code_in_a_file_is_not_run(tmp_path):
    inputs = keras.Input((2,))
    keras.Model(inputs, keras.layers.Lambda(lambda x: x * 2)(inputs)).save(tmp_path / "code.keras")

    with pytest.raises(DataError, match="in safe mode"):
        prepared(file=tmp_path / "code.keras")


def test_a_model_of_other_samples(model_file):
    with pytest.raises(DataError, match="does not take samples of shape 3"):
        prepared(np.zeros((4, 3), np.float32), file=model_file)


def test_a_layer_that_is_not_there(model_file):
    with pytest.raises(DataError, match="has no layer 'hiden'; did you mean hidden"):
        prepared(file=model_file, layer="hiden")


@pytest.mark.parametrize("layer", ["", "hidden"])
def test_a_model_that_was_saved_before_it_had_weights(tmp_path, layer):
    path = tmp_path / "unbuilt.keras"
    with pytest.warns(UserWarning, match="not yet been built"):
        keras.Sequential([keras.layers.Dense(1, name="hidden")]).save(path)

    with pytest.raises(DataError, match=r"unbuilt\.keras was saved before .*keras\.Input.* save it again"):
        prepared(file=path, layer=layer)


def test_a_sequential_model_that_was_built_by_a_call(tmp_path):
    model = keras.Sequential([keras.layers.Dense(1, name="hidden"), keras.layers.Dense(2)])
    model(POINTS[:4])
    model.save(tmp_path / "called.keras")

    features = prepared(file=tmp_path / "called.keras", layer="hidden")

    weights, bias = model.layers[0].get_weights()
    np.testing.assert_allclose(features(POINTS), POINTS @ weights + bias, rtol=1e-5, atol=1e-6)


def test_several_outputs(tmp_path):
    inputs = keras.Input((2,))
    keras.Model(inputs, [inputs * 2, inputs + 1]).save(tmp_path / "two.keras")

    with pytest.raises(DataError, match="must have one output per sample, not 2; choose one with layer="):
        prepared(file=tmp_path / "two.keras")
