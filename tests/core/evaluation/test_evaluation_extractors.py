"""Extractors against what they are said to compute, and what they refuse."""

import keras
import numpy as np
import pytest

import ganreg
from ganreg.data.arrays import Data, fingerprint
from ganreg.evaluation.extractors import EXTRACTORS, Source, default_extractor, extractor_of, in_chunks
from ganreg.evaluation.inception import resized


def source_of(train, labels=None, dataset=None, **options):
    data = Data(train=train, train_labels=labels, **options)
    return Source(data=data, spec=data.spec, dataset=dataset, fingerprint=fingerprint(data))


@pytest.fixture(scope="module")
def model_file(tmp_path_factory):
    """A file of a model whose hidden layer is x @ [[1], [2]], and whose output is the softmax of that and 0."""
    inputs = keras.Input((2,))
    hidden = keras.layers.Dense(1, use_bias=False, name="hidden")(inputs)
    outputs = keras.layers.Dense(2, use_bias=False, activation="softmax")(hidden)
    model = keras.Model(inputs, outputs)
    model.layers[1].set_weights([np.array([[1.0], [2.0]])])
    model.layers[2].set_weights([np.array([[1.0, 0.0]])])
    path = tmp_path_factory.mktemp("models") / "by_hand.keras"
    model.save(path)
    return path


POINTS = np.random.default_rng(0).normal(size=(300, 2)).astype(np.float32)


def test_pixels_are_the_values_in_the_datas_own_range():
    images = np.array([[[[0], [255]], [[51], [204]]]] * 2, dtype=np.uint8)
    features = extractor_of("pixels").prepare(source_of(images))
    np.testing.assert_allclose(features.extract(images[:1]), [[-1.0, 1.0, -0.6, 0.6]], atol=1e-6)
    assert features.description == "pixels"
    assert extractor_of("pixels").prepare(source_of(POINTS)).description == "values"


def test_a_models_output_and_one_of_its_layers(model_file):
    source = source_of(POINTS)
    hidden = POINTS @ [[1.0], [2.0]]
    of_layer = extractor_of(f"model:file={model_file},layer=hidden").prepare(source)
    np.testing.assert_allclose(of_layer.extract(POINTS), hidden, rtol=1e-5, atol=1e-6)
    whole = extractor_of(str(model_file)).prepare(source)
    expected = 1 / (1 + np.exp(-hidden))
    np.testing.assert_allclose(whole.extract(POINTS), np.hstack([expected, 1 - expected]), atol=1e-6)
    np.testing.assert_allclose(of_layer.classify(POINTS), whole.extract(POINTS), atol=1e-7)
    assert (whole.description, of_layer.description) == ("by_hand.keras", "by_hand.keras, layer hidden")
    assert whole.key != of_layer.key


def test_the_last_chunk_is_as_good_as_the_others():
    squared = in_chunks(lambda x: x * x, chunk=4)
    np.testing.assert_array_equal(squared(POINTS[:10]), POINTS[:10] ** 2)
    assert squared(POINTS[:10]).dtype == np.float32


def test_defaults_follow_from_the_data():
    assert default_extractor(ganreg.DataSpec((8, 8, 1), num_classes=10)) == "classifier"
    assert default_extractor(ganreg.DataSpec((8, 8, 1))) == "pixels"
    assert default_extractor(ganreg.DataSpec((5,), num_classes=2)) == "pixels"


@pytest.mark.parametrize("text", ["vgg", "pixel:size=3", "classifer"])
def test_an_unknown_extractor(text):
    with pytest.raises(ganreg.SpecError, match=r"there are no features '.*'; .*FILE\.keras"):
        extractor_of(text)


def test_an_unknown_parameter():
    with pytest.raises(ganreg.SpecError, match="features 'pixels' has no parameter 'size'"):
        extractor_of("pixels:size=3")


@pytest.mark.parametrize("name", EXTRACTORS)
def test_every_extractor_can_be_made_and_explains_its_fields(name):
    import attrs

    assert all(field.metadata["help"] for field in attrs.fields(type(extractor_of(name))))


def test_a_missing_file(tmp_path):
    with pytest.raises(ganreg.DataError, match=r"there is no file .*none\.keras"):
        extractor_of(f"{tmp_path}/none.keras").prepare(source_of(POINTS))


def test_a_damaged_file(tmp_path, model_file):
    broken = tmp_path / "broken.keras"
    broken.write_bytes(model_file.read_bytes()[:2000])
    with pytest.raises(ganreg.DataError, match=r"cannot load the Keras model .*broken\.keras"):
        extractor_of(str(broken)).prepare(source_of(POINTS))


def test_code_in_a_file_is_not_run(tmp_path):
    inputs = keras.Input((2,))
    keras.Model(inputs, keras.layers.Lambda(lambda x: x * 2)(inputs)).save(tmp_path / "code.keras")
    with pytest.raises(ganreg.DataError, match="in safe mode"):
        extractor_of(f"{tmp_path}/code.keras").prepare(source_of(POINTS))


def test_a_model_of_other_samples(model_file):
    with pytest.raises(ganreg.DataError, match="does not take samples of 3"):
        extractor_of(str(model_file)).prepare(source_of(np.zeros((4, 3), np.float32)))


def test_a_layer_that_is_not_there(model_file):
    with pytest.raises(ganreg.DataError, match="has no layer 'hiden'; did you mean 'hidden'"):
        extractor_of(f"model:file={model_file},layer=hiden").prepare(source_of(POINTS))


@pytest.mark.parametrize("layer", ["", ",layer=hidden"])
def test_a_model_that_was_saved_before_it_had_weights(tmp_path, layer):
    path = tmp_path / "unbuilt.keras"
    with pytest.warns(UserWarning, match="not yet been built"):
        keras.Sequential([keras.layers.Dense(1, name="hidden")]).save(path)
    with pytest.raises(ganreg.DataError, match=r"unbuilt\.keras was saved before .*keras\.Input.* save it again"):
        extractor_of(f"model:file={path}{layer}").prepare(source_of(POINTS))


def test_a_sequential_model_that_was_built_by_a_call(tmp_path):
    model = keras.Sequential([keras.layers.Dense(1, name="hidden"), keras.layers.Dense(2)])
    model(POINTS[:4])
    model.save(tmp_path / "called.keras")
    features = extractor_of(f"model:file={tmp_path}/called.keras,layer=hidden").prepare(source_of(POINTS))
    np.testing.assert_allclose(features.extract(POINTS), model.layers[0](POINTS), rtol=1e-5, atol=1e-6)


def test_a_model_without_a_file():
    with pytest.raises(ganreg.DataError, match=r"features 'model' need a file .*--features FILE\.keras"):
        extractor_of("model").prepare(source_of(POINTS))


def test_several_outputs(tmp_path):
    inputs = keras.Input((2,))
    keras.Model(inputs, [inputs * 2, inputs + 1]).save(tmp_path / "two.keras")
    with pytest.raises(ganreg.DataError, match="must have one output a sample, and has 2; name a layer="):
        extractor_of(f"{tmp_path}/two.keras").prepare(source_of(POINTS))


IMAGES = np.random.default_rng(1).uniform(-1, 1, size=(3, 10, 10, 1)).astype(np.float32)


def test_inception_without_weights_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(ganreg.DataError, match=r"keras\.applications\.InceptionV3\(\).*inception:weights=FILE"):
        extractor_of("inception").prepare(source_of(IMAGES))
    with pytest.raises(ganreg.DataError, match=r"there is no file .*none\.h5; check weights="):
        extractor_of(f"inception:weights={tmp_path}/none.h5").prepare(source_of(IMAGES))


def test_inception_is_for_images():
    with pytest.raises(ganreg.DataError, match="samples of 2 need --features pixels"):
        extractor_of("inception").prepare(source_of(POINTS))


@pytest.mark.slow
def test_inception_with_weights_from_a_file(tmp_path):
    """The pooled features of the network itself, on images that were resized and scaled beforehand."""
    keras.utils.set_random_seed(0)
    model = keras.applications.InceptionV3(weights=None, include_top=False, pooling="avg")
    path = tmp_path / "some.weights.h5"
    model.save_weights(path)
    images = ((IMAGES + 1) * 127.5).round().astype(np.uint8)
    features = extractor_of(f"inception:weights={path}").prepare(source_of(images))
    colour = np.repeat(images.astype(np.float32) / 127.5 - 1, 3, axis=-1)
    resized = np.stack([_bilinear(image, 299) for image in colour])
    expected = model(resized, training=False).numpy()
    np.testing.assert_allclose(features.extract(images), expected, rtol=1e-3, atol=1e-5)
    assert features.extract(images).shape == (3, 2048)
    assert features.classify is None


def _bilinear(image, side):
    """Each pixel's place times the ratio of the sides, the edge's going on beyond it."""
    for axis in (0, 1):
        count = image.shape[axis]
        places = np.arange(side) * (count / side)
        low = np.floor(places).astype(int)
        share = np.expand_dims(places - low, (1, 2) if axis == 0 else (0, 2))
        high = np.minimum(low + 1, count - 1)
        image = np.take(image, low, axis) * (1 - share) + np.take(image, high, axis) * share
    return image.astype(np.float32)


@pytest.mark.parametrize("shape", [(10, 10, 1), (28, 32, 3), (400, 299, 3)])
def test_inception_resizes_as_published_scores_do(shape):
    image = np.random.default_rng(0).uniform(-1, 1, size=shape).astype(np.float32)
    (found,) = resized(image[None]).numpy()
    np.testing.assert_allclose(found, _bilinear(image, 299), atol=1e-4)


@pytest.mark.slow
def test_inceptions_last_layer_is_used_where_a_file_has_it(tmp_path):
    keras.utils.set_random_seed(0)
    model = keras.applications.InceptionV3(weights=None)
    path = tmp_path / "whole.weights.h5"
    model.save_weights(path)
    features = extractor_of(f"inception:weights={path}").prepare(source_of(IMAGES))
    assert features.extract(IMAGES).shape == (3, 2048)
    expected = model(resized(np.repeat(IMAGES, 3, axis=-1)), training=False)
    np.testing.assert_allclose(features.classify(IMAGES), expected, rtol=1e-3, atol=1e-6)


@pytest.mark.slow
def test_inception_refuses_weights_of_another_network(tmp_path, model_file):
    path = tmp_path / "other.weights.h5"
    keras.models.load_model(model_file).save_weights(path)
    with pytest.raises(ganreg.DataError, match=r"other\.weights\.h5 does not hold InceptionV3's weights"):
        extractor_of(f"inception:weights={path}").prepare(source_of(IMAGES))
