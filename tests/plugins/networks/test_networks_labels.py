import keras
import numpy as np
import pytest
from ganreg_networks.labels import append_label_map, append_labels, label_input, label_problems, one_hot

from ganreg import DataSpec

DATA = DataSpec((2, 3, 1), num_classes=4)
LABELS = np.array([3, 0, 1], "int32")


def test_labels_become_rows_of_the_identity():
    labels = label_input()

    encoded = keras.Model(labels, one_hot(labels, DATA))(LABELS)

    np.testing.assert_array_equal(encoded, np.eye(4)[LABELS])


def test_vectors_come_before_their_labels():
    vectors, labels = keras.Input((2,)), label_input()
    given = np.arange(6.0, dtype="float32").reshape(3, 2)

    appended = keras.Model([vectors, labels], append_labels(vectors, labels, DATA))([given, LABELS])

    np.testing.assert_array_equal(appended, np.hstack([given, np.eye(4)[LABELS]]))


def test_each_class_has_a_map_of_its_own_behind_the_image():
    images, labels = keras.Input((2, 3, 1)), label_input()
    model = keras.Model([images, labels], append_label_map(images, labels, DATA))
    given = np.ones((3, 2, 3, 1), "float32")
    (maps,) = model.get_weights()

    appended = model([given, LABELS]).numpy()

    np.testing.assert_array_equal(appended[..., :1], given)
    np.testing.assert_allclose(appended[..., 1].reshape(3, 6), maps[LABELS])


def test_maps_start_about_as_large_as_pixels():
    data = DataSpec((32, 32, 1), num_classes=2)
    images, labels = keras.Input(data.shape), label_input()
    (maps,) = keras.Model([images, labels], append_label_map(images, labels, data)).get_weights()

    assert maps.std() == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize(
    ("conditional", "classes", "count"), [(True, None, 1), (True, 3, 0), (False, None, 0), (None, None, 0)]
)
def test_only_a_conditional_network_on_data_without_classes_is_refused(conditional, classes, count):
    problems = list(label_problems("generator mlp", conditional, DataSpec((2,), num_classes=classes)))

    assert [problem.severity for problem in problems] == ["error"] * count
    assert all(str(problem).startswith("generator mlp is conditional") for problem in problems)
