"""Samples, labels and sources fit what the networks were built for, or the message says what to change."""

import numpy as np
import pytest

import ganreg
from ganreg.data.fitting import ClassNames, Expected, shaped

POINTS = ganreg.DataSpec((2,), num_classes=3, value_range=(-1, 1))
IMAGES = ganreg.DataSpec((8, 8, 3), value_range=(0, 255))
PIXELS = np.arange(2 * 8 * 8 * 3).reshape(2, 8, 8, 3) % 256


def test_a_missing_channel_axis_is_added_and_nothing_else():
    images = np.arange(8.0).reshape(2, 2, 2)
    assert shaped(images, ganreg.DataSpec((2, 2, 1))).tolist() == images[..., np.newaxis].tolist()
    with pytest.raises(ganreg.DataError, match=r"shape \(2, 2\), but the networks were built for \(2, 2, 3\)$"):
        shaped(images, ganreg.DataSpec((2, 2, 3)))


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        ((5, 3, 8, 8), r"; channels come last: np.moveaxis\(x, 1, -1\)$"),
        ((8, 8, 3), r"; a single sample needs a batch axis: x\[np.newaxis\]$"),
        ((5, 8, 8), r"built for \(8, 8, 3\)$"),
        ((5, 8, 8, 1), r"built for \(8, 8, 3\)$"),
    ],
)
def test_other_shapes_are_refused_with_the_remedy(shape, remedy):
    with pytest.raises(ganreg.DataError, match=remedy):
        shaped(np.zeros(shape), IMAGES)


@pytest.mark.parametrize(("built", "given"), [((100, 2), (2, 100)), ((4, 5, 6, 1), (1, 4, 5, 6))])
def test_signals_and_volumes_with_channels_first_are_refused_with_the_remedy(built, given):
    with pytest.raises(ganreg.DataError, match=r"channels come last: np.moveaxis\(x, 1, -1\)$"):
        shaped(np.zeros((5, *given)), ganreg.DataSpec(built))


def test_samples_stay_in_the_datas_own_range_and_bytes_stay_bytes():
    expected = Expected(IMAGES)
    np.testing.assert_array_equal(expected.samples(PIXELS), PIXELS.astype(np.float32))
    assert expected.samples(PIXELS.astype(np.uint8)).dtype == np.uint8
    with pytest.raises(ganreg.DataError, match=r"range over 0\.\.510 but must stay in 0\.\.255"):
        expected.samples(2 * PIXELS)


def test_images_without_a_range_must_look_like_images():
    expected = Expected(ganreg.DataSpec((8, 8, 3)))
    for samples in (PIXELS / 255, PIXELS / 127.5 - 1, PIXELS.astype(np.uint8)):
        assert expected.samples(samples).shape == (2, 8, 8, 3)
    with pytest.raises(ganreg.DataError, match=r"images with values in 0\.\.255; .* or give their value_range"):
        expected.samples(PIXELS)
    Expected(ganreg.DataSpec((64, 3))).samples(PIXELS.reshape(2, 64, 3))  # no image: no bounds


@pytest.mark.parametrize("samples", [PIXELS.astype(np.uint8), PIXELS.astype(np.float64), PIXELS.tolist()])
def test_a_batch_becomes_what_networks_see(samples):
    batch = Expected(IMAGES).read({"real": samples})
    np.testing.assert_allclose(batch["real"], PIXELS / 127.5 - 1, atol=1e-6)
    assert batch["real"].dtype == np.float32


@pytest.mark.parametrize(
    ("shape", "value"), [((8, 8, 3), IMAGES), ((8, 8), ganreg.DataSpec((8, 8, 1))), ((), ganreg.DataSpec((1,)))]
)
def test_elements_without_a_batch_axis_are_refused(shape, value):
    with pytest.raises(
        ganreg.DataError, match=r"have no batch axis; make batches in the pipeline, such as .*\.batch\(n"
    ):
        Expected(value).read({"real": np.zeros(shape)})


LABELS = np.array([2, 0, 1])


def labels(values, *, needs=True, whole=True, names=(), data=POINTS):
    expected = Expected(data, needs_labels=needs, class_names=ClassNames(lambda: names))
    return expected.labels(values, 3, whole=whole)


@pytest.mark.parametrize(
    "values", [LABELS, LABELS[:, np.newaxis], LABELS.astype(float), np.eye(3)[LABELS], ["c", "a", "b"]]
)
def test_labels_in_every_form(values):
    assert labels(values).tolist() == LABELS.tolist()
    assert labels(values, needs=False) is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (LABELS + 1, "label 3 is not one of the 3 classes, which start at 0"),
        (np.eye(4)[LABELS], "one-hot rows of 4 classes, but there are 3 classes"),
        (["c", "a", "a"], "labels are the names of 2 classes, but the networks were built for 3; .* class_names"),
        ([0, 1], "one class number a sample, 3 of them"),
        ([0, 0.5, 1], "whole class numbers"),
    ],
)
def test_labels_of_other_classes_are_refused(values, message):
    with pytest.raises(ganreg.DataError, match=message):
        labels(values)


@pytest.mark.parametrize("values", [LABELS + 1, LABELS[:2], LABELS / 2])
def test_labels_that_no_network_takes_are_checked_too(values):
    with pytest.raises(ganreg.DataError):
        labels(values, needs=False)


def test_names_mean_what_the_dataset_says():
    assert labels(["b", "c", "c"], names=("c", "b", "a")).tolist() == [1, 0, 0]
    assert labels(["b", "c", "c"], names=("c", "b", "a"), whole=False).tolist() == [1, 0, 0]
    with pytest.raises(ganreg.DataError, match="none of the 3 class names in 1 of 3 places"):
        labels(["b", "x", "c"], names=("c", "b", "a"))


def test_names_in_a_part_of_the_labels_say_nothing_of_the_others():
    with pytest.raises(ganreg.DataError, match="text, but the names of the classes are not known"):
        labels(["c", "a", "b"], whole=False)
    assert labels(["c", "a", "b"], whole=False, needs=False) is None


def test_the_first_names_are_kept():
    expected = Expected(POINTS, needs_labels=True)
    assert expected.labels(["c", "a", "b"], 3, whole=True).tolist() == [2, 0, 1]
    assert expected.class_names.known() == ("a", "b", "c")
    assert expected.labels(["b", "b"], 2, whole=False).tolist() == [1, 1]
    with pytest.raises(ganreg.DataError, match="none of the 3 class names in 1 of 3 places"):
        expected.labels(["d", "a", "b"], 3, whole=True)


def test_the_names_of_a_dataset_are_loaded_once_and_only_for_text():
    loaded = []

    def load():
        loaded.append(1)
        return ("a", "b", "c")

    expected = Expected(POINTS, needs_labels=True, class_names=ClassNames(load))
    expected.labels(LABELS, 3, whole=True)
    assert not loaded
    for _ in range(2):
        expected.labels(["c", "a", "b"], 3, whole=True)
    assert loaded == [1]
