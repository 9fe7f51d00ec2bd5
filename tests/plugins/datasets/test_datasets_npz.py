import io
import re

import numpy as np
import pytest
from ganreg_datasets.npz import Npz
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ganreg
from ganreg import DataError, DataSpec

shared_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

POINTS = np.array([[0.5, -3.0], [100.0, 2.0], [7.0, 8.0]])
GREY = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)
UNIT = (GREY / 59).astype(np.float32)
"""GREY scaled to exactly 0..1."""


@pytest.fixture
def save(tmp_path):
    """Writes arrays by name into a file and returns its path."""

    def write(**arrays):
        np.savez(tmp_path / "samples.npz", **arrays)
        return str(tmp_path / "samples.npz")

    return write


class TestSamples:
    def test_points_keep_their_values_and_are_unbounded(self, save):
        data = Npz(path=save(x=POINTS)).load()
        np.testing.assert_array_equal(data.train, POINTS)
        assert data.train.dtype == np.float32
        assert data.spec == DataSpec((2,))

    def test_numbers_become_samples_of_one_value(self, save):
        assert Npz(path=save(x=np.arange(4.0))).load().train.tolist() == [[0], [1], [2], [3]]

    def test_grey_images_get_a_channel_and_stay_uint8(self, save):
        dataset = Npz(path=save(x=GREY))
        np.testing.assert_array_equal(dataset.load().train, GREY[..., None])
        assert dataset.load().train.dtype == np.uint8
        assert dataset.spec() == DataSpec((4, 5, 1), value_range=(-1.0, 1.0))

    @pytest.mark.parametrize(
        ("shape", "dtype", "signals", "expected"),
        [
            ((128, 2), "float32", "none", (128, 2)),
            ((1000, 12), "float64", "none", (1000, 12)),
            ((5, 7), "int64", "none", (5, 7, 1)),
            ((28, 28), "float32", "none", (28, 28, 1)),
            ((48, 64), "float32", "none", (48, 64, 1)),
            ((128, 2), "uint8", "none", (128, 2, 1)),
            ((128, 2), "uint8", "true", (128, 2)),
            ((128, 2), "float32", "false", (128, 2, 1)),
            ((4, 5, 6, 1), "float32", "none", (4, 5, 6, 1)),
        ],
    )
    def test_three_axes_are_signals_or_grey_images(self, save, shape, dtype, signals, expected):
        path = save(x=np.zeros((3, *shape), dtype))

        assert ganreg.create("dataset", f"npz:path={path},signals={signals}").load().train.shape == (3, *expected)

    def test_images_with_channels_keep_their_shape(self, save):
        assert Npz(path=save(x=np.zeros((2, 4, 5, 3), np.uint8))).spec().shape == (4, 5, 3)

    def test_an_npy_file(self, tmp_path):
        np.save(tmp_path / "points.npy", POINTS)
        np.testing.assert_array_equal(Npz(path=str(tmp_path / "points.npy")).load().train, POINTS)

    def test_a_compressed_file(self, tmp_path):
        np.savez_compressed(tmp_path / "points.npz", x=POINTS)
        np.testing.assert_array_equal(Npz(path=str(tmp_path / "points.npz")).load().train, POINTS)

    def test_a_tilde_is_expanded(self, save, tmp_path, monkeypatch):
        save(x=POINTS)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert len(Npz(path="~/samples.npz").load().train) == 3

    def test_an_instance_reads_its_file_once(self, save, tmp_path):
        dataset = Npz(path=save(x=POINTS))
        dataset.spec()
        (tmp_path / "samples.npz").unlink()
        assert len(dataset.load().train) == 3


class TestValueRange:
    @pytest.mark.parametrize(
        ("images", "expected"),
        [
            (UNIT, (0.0, 1.0)),
            (UNIT * 2 - 1, (-1.0, 1.0)),
            (UNIT.astype(np.float64), (0.0, 1.0)),
            (np.tile([[[True, False]]], (2, 2, 1)), (0.0, 1.0)),
        ],
    )
    def test_images_within_a_usual_range_are_taken_to_have_it(self, save, images, expected):
        data = Npz(path=save(x=images)).load()
        assert data.value_range == expected
        np.testing.assert_allclose(data.train[..., 0], images, atol=1e-7)

    def test_held_out_images_count_too(self, save):
        assert Npz(path=save(x_train=UNIT, x_test=UNIT - 1)).spec().value_range == (-1.0, 1.0)

    def test_other_images_need_a_range(self, save):
        path = save(x=GREY.astype(np.float32))
        with pytest.raises(DataError, match=r"samples.npz: samples are images with values in 0..59; convert 0..255 to"):
            Npz(path=path).load()
        data = Npz(path=path, value_range=(0.0, 64.0)).load()
        assert data.value_range == (0.0, 64.0)
        np.testing.assert_array_equal(data.train[..., 0], GREY)

    def test_points_may_have_a_range(self, save):
        assert Npz(path=save(x=POINTS), value_range=(-3.0, 100.0)).spec() == DataSpec((2,), None, (-3.0, 100.0))

    def test_samples_out_of_the_given_range_are_refused(self, save):
        with pytest.raises(DataError, match=r"samples.npz: samples range over -3..100 but must stay in 0..1"):
            Npz(path=save(x=POINTS), value_range=(0.0, 1.0)).load()

    def test_uint8_stands_for_the_whole_of_a_given_range(self, save):
        data = Npz(path=save(x=GREY), value_range=(0.0, 1.0)).load()
        np.testing.assert_allclose(data.train[..., 0], GREY / 255, atol=1e-6)
        assert data.value_range == (0.0, 1.0)

    @pytest.mark.parametrize("wrong", [(1.0, 1.0), (2.0, 1.0), (0.0, np.inf), (np.nan, 1.0), (0.0, 1.0, 2.0)])
    def test_a_range_that_is_none(self, wrong):
        with pytest.raises(ganreg.SpecError, match="value_range must be two finite numbers"):
            Npz(value_range=wrong)

    def test_spec_text(self, save):
        created = ganreg.create("dataset", f'npz:path="{save(x=POINTS)}",value_range=[-3,100],labels_key=none')
        assert (created.value_range, created.labels_key) == ((-3.0, 100.0), None)


class TestKeys:
    @pytest.mark.parametrize(("samples", "labels"), [("x_train", "y_train"), ("x", "y"), ("samples", "labels")])
    def test_usual_names_come_with_their_labels(self, save, samples, labels):
        data = Npz(path=save(**{samples: POINTS, labels: [0, 2, 1], "other": [9]})).load()
        np.testing.assert_array_equal(data.train, POINTS)
        assert data.train_labels.tolist() == [0, 2, 1]
        assert data.num_classes == 3

    def test_the_first_of_several_usual_names_is_taken(self, save):
        assert Npz(path=save(samples=POINTS + 2, x=POINTS + 1, x_train=POINTS)).load().train[0, 0] == 0.5

    def test_an_only_array_may_have_any_name(self, save):
        assert len(Npz(path=save(spectra=POINTS)).load().train) == 3

    def test_given_names(self, save):
        data = Npz(path=save(a=POINTS, b=[0, 1, 1], x=GREY), samples_key="a", labels_key="b").load()
        np.testing.assert_array_equal(data.train, POINTS)
        assert data.train_labels.tolist() == [0, 1, 1]

    def test_labels_can_be_left_out(self, save):
        path = save(x=POINTS, y=[0.5, 0.25, 0.1])
        with pytest.raises(DataError, match="train labels must be whole class numbers"):
            Npz(path=path).load()
        assert Npz(path=path, labels_key=None).load().train_labels is None

    def test_the_held_out_part(self, save):
        data = Npz(path=save(x_train=POINTS, y_train=[0, 1, 2], x_test=POINTS[:2] + 1, y_test=[2, 1])).load()
        np.testing.assert_array_equal(data.test, POINTS[:2] + 1)
        assert data.test_labels.tolist() == [2, 1]

    def test_held_out_samples_need_no_labels(self, save):
        data = Npz(path=save(x_train=POINTS, x_test=POINTS, y_test=[0, 1, 2])).load()
        assert len(data.test) == 3
        assert data.test_labels is None

    def test_the_held_out_part_belongs_to_the_usual_names_only(self, save):
        assert Npz(path=save(a=POINTS, x_test=GREY), samples_key="a").load().test is None

    def test_ambiguous_names_are_listed(self, save):
        with pytest.raises(DataError, match=r"samples.npz: holds the arrays a, b; name the samples' array with"):
            Npz(path=save(a=POINTS, b=POINTS)).load()

    @pytest.mark.parametrize("key", ["samples_key", "labels_key"])
    def test_a_name_that_is_not_there(self, save, key):
        with pytest.raises(DataError, match=f"has no array 'c', but holds the arrays x, y; choose one with {key}="):
            Npz(path=save(x=POINTS, y=[0, 1, 2]), **{key: "c"}).load()

    def test_a_file_without_arrays(self, save):
        with pytest.raises(DataError, match=r"samples.npz: holds no arrays"):
            Npz(path=save()).load()


class TestSources:
    def test_as_many_sources_as_samples_are_pairs(self, save):
        data = Npz(path=save(x=POINTS, y=[0, 1, 2], source=GREY)).load()
        np.testing.assert_array_equal(data.source.train, GREY[..., None])
        assert data.source.train.dtype == np.uint8
        assert data.spec == DataSpec((2,), 3, source=DataSpec((4, 5, 1), None, (-1, 1)), paired=True)

    def test_another_number_of_sources_is_not(self, save):
        data = Npz(path=save(x=POINTS, source=GREY[:2])).load()
        assert (len(data.source.train), data.paired) == (2, False)

    def test_pairs_can_be_denied(self, save):
        assert not Npz(path=save(x=POINTS, source=POINTS), paired=False).load().paired

    def test_both_parts(self, save):
        data = Npz(path=save(x_train=POINTS, x_test=POINTS[:2], source=GREY, source_test=GREY[1:])).load()
        assert data.paired
        np.testing.assert_array_equal(data.source.test, GREY[1:, :, :, None])

    def test_unpaired_sources_may_be_held_out_alone(self, save):
        data = Npz(path=save(x_train=POINTS, source=GREY[:2], source_test=GREY)).load()
        assert (data.test, len(data.source.test)) == (None, 3)

    def test_the_held_out_part_belongs_to_the_usual_names_only(self, save):
        path = save(a=POINTS, x_test=POINTS, source=GREY, source_test=GREY)
        assert Npz(path=path, samples_key="a").load().source.test is None

    def test_given_names(self, save):
        path = save(x=POINTS, source=GREY, edges=POINTS[:, :1])
        assert Npz(path=path, source_key="edges").spec().source == DataSpec((1,))
        assert Npz(path=path, source_key=None).spec() == DataSpec((2,))

    def test_an_only_array_is_the_samples_whatever_its_name(self, save):
        assert Npz(path=save(source=POINTS)).spec() == DataSpec((2,))

    @pytest.mark.parametrize(("images", "expected"), [(UNIT, (0, 1)), (2 * UNIT - 1, (-1, 1)), (GREY, (-1, 1))])
    def test_sources_have_a_range_of_their_own(self, save, images, expected):
        data = Npz(path=save(x=8 * UNIT, source=images), value_range=(0.0, 8.0)).load()
        assert (data.value_range, data.source.value_range) == ((0.0, 8.0), expected)

    def test_the_range_of_sources_can_be_given(self, save):
        path = save(x=UNIT, source=UNIT * 8)
        message = r"samples.npz: the sources in 'source': .* values in 0\.\.8; .* give their source_range=\[minimum"
        with pytest.raises(DataError, match=message):
            Npz(path=path).load()
        assert Npz(path=path, source_range=(0.0, 8.0)).load().source.value_range == (0.0, 8.0)
        with pytest.raises(ganreg.SpecError, match="source_range must be two finite numbers"):
            Npz(path=path, source_range=(1.0, 0.0))

    @pytest.mark.parametrize(
        ("arrays", "parameters", "message"),
        [
            ({}, {"source_key": "z"}, "has no array 'z', but holds the arrays x_train; choose one with source_key="),
            ({}, {"paired": True}, "has no array 'source', but holds the arrays x_train; choose one with source_key="),
            (
                {"source": POINTS[:2]},
                {"paired": True},
                "paired data need one source for each sample, but there are 2 for 3 train samples; pass as many",
            ),
            (
                {"source": POINTS, "x_test": POINTS, "source_test": POINTS[:1]},
                {},
                "but there are 1 for 3 test samples; pass as many, or set paired to false",
            ),
            (
                {"source": POINTS, "x_test": POINTS},
                {},
                "has x_test but no source_test for its pairs; save both, or use",
            ),
            (
                {"source": POINTS, "source_test": POINTS},
                {},
                "has source_test but no x_test for its pairs; save both, or",
            ),
            (
                {"source": np.full((3, 1), np.nan)},
                {},
                "the sources in 'source': samples contain NaN or infinity in 3 of",
            ),
            ({"source": ["a", "b"]}, {}, "'source': samples must be numbers, .*; source_key=none leaves them out"),
            (
                {"source": GREY, "source_test": UNIT, "x_test": POINTS},
                {},
                "the sources in 'source': source is uint8, but source_test is float32; save both as one type",
            ),
        ],
    )
    def test_sources_that_do_not_fit(self, save, arrays, parameters, message):
        path = save(x_train=POINTS, **arrays)
        with pytest.raises(DataError, match=f"^{re.escape(path)}: .*{message}") as caught:
            Npz(path=path, **parameters).load()
        assert "\n" not in str(caught.value)


class TestRefused:
    def test_no_path(self):
        with pytest.raises(DataError, match=r"dataset 'npz' needs a file, such as npz:path=samples.npz"):
            Npz().spec()

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(DataError, match=f"^{tmp_path}/nowhere.npz does not exist; check path=$"):
            Npz(path=str(tmp_path / "nowhere.npz")).load()

    def test_a_folder(self, tmp_path):
        with pytest.raises(DataError, match=f"^{tmp_path} cannot be read: Is a directory"):
            Npz(path=str(tmp_path)).load()

    @pytest.mark.parametrize(
        ("array", "message"),
        [
            (np.array([[1.0], [np.nan]]), "NaN or infinity in 1 of 2 rows, the first at index 1"),
            (np.array([[np.inf], [1.0]]), "NaN or infinity in 1 of 2 rows"),
            (np.array([[1e300], [1.0]]), "NaN or infinity in 1 of 2 rows"),
            (np.full((2, 4, 4), np.nan), "NaN or infinity in 2 of 2 rows"),
            (np.array(["cat", "dog"]), "must be numbers, got an array of text"),
            (np.array([1 + 2j]), "must be numbers, got an array of complex numbers"),
            (np.zeros((0, 2)), "samples are empty"),
            (np.float64(3.0), "must be an array of at least one sample"),
        ],
    )
    def test_arrays_that_are_no_samples(self, save, array, message):
        with pytest.raises(DataError, match=f"samples.npz: samples .*{message}|samples.npz: {message}"):
            Npz(path=save(x=array)).load()

    def test_labels_of_another_number(self, save):
        with pytest.raises(DataError, match=r"samples.npz: train labels must be one class number a sample, 3 of them"):
            Npz(path=save(x=POINTS, y=[0, 1])).load()

    def test_held_out_samples_of_another_shape_or_type(self, save):
        with pytest.raises(DataError, match=r"samples.npz: test samples have shape \(1,\)"):
            Npz(path=save(x_train=POINTS, x_test=POINTS[:, :1])).load()
        with pytest.raises(DataError, match="x_train is uint8, but x_test is float32; save both as one type"):
            Npz(path=save(x_train=GREY, x_test=UNIT)).load()

    def test_objects_are_never_unpickled(self, tmp_path):
        path = tmp_path / "samples.npz"
        np.savez(path, x=np.array([Bomb()], dtype=object))
        with pytest.raises(
            DataError, match=r"Object arrays cannot be loaded.*save it again with numpy.savez and plain"
        ):
            Npz(path=str(path)).load()
        np.save(tmp_path / "samples.npy", np.array([Bomb()], dtype=object))
        with pytest.raises(DataError, match="Object arrays cannot be loaded when allow_pickle=False; save it again"):
            Npz(path=str(tmp_path / "samples.npy")).load()
        assert not Bomb.exploded


class Bomb:
    """Notes that it was unpickled."""

    exploded = False

    def __setstate__(self, state):
        type(self).exploded = True

    def __getstate__(self):
        return {"anything": 1}


numbers = st.one_of(
    hnp.integer_dtypes(sizes=(16, 32)), hnp.unsigned_integer_dtypes(sizes=(8, 16)), hnp.floating_dtypes(sizes=(32,))
)


@shared_folder
@given(
    array=hnp.arrays(
        numbers,
        hnp.array_shapes(min_dims=1, max_dims=5, max_side=4),
        elements={"allow_nan": False, "allow_infinity": False},
    ),
    compress=st.booleans(),
)
def test_round_trip_of_any_numbers(tmp_path, array, compress):
    (np.savez_compressed if compress else np.savez)(tmp_path / "any.npz", array)
    bounds = None if array.dtype == np.uint8 else (-4e38, 4e38)
    data = Npz(path=str(tmp_path / "any.npz"), value_range=bounds).load()
    assert data.train.dtype == (np.uint8 if array.dtype == np.uint8 else np.float32)
    np.testing.assert_array_equal(data.train.reshape(array.shape), array.astype(data.train.dtype))
    signals = array.ndim == 3 and array.dtype != np.uint8 and 2 * array.shape[2] <= array.shape[1]
    assert data.train.ndim == (3 if signals else {1: 2, 3: 4}.get(array.ndim, array.ndim))


def saved_bytes(**arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def saved_npy():
    buffer = io.BytesIO()
    np.save(buffer, POINTS)
    return buffer.getvalue()


WHOLE = saved_bytes(x_train=POINTS, y_train=np.array([0, 1, 2]))
NPY = saved_npy()


def flipped(content):
    return st.builds(
        lambda at, bits: content[:at] + bytes([content[at] ^ bits]) + content[at + 1 :],
        st.integers(0, len(content) - 1),
        st.integers(1, 255),
    )


@pytest.mark.parametrize("content", [WHOLE, NPY])
def test_every_truncation_is_refused(tmp_path, content):
    path = tmp_path / "cut.npz"
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        with pytest.raises(DataError, match=f"^{re.escape(str(path))}[: ].*numpy.savez"):
            Npz(path=str(path)).load()


@shared_folder
@given(content=st.one_of(st.binary(max_size=200), flipped(WHOLE), flipped(NPY)))
def test_broken_files_give_a_data_error_of_one_line_or_whole_samples(tmp_path, content):
    path = tmp_path / "broken.npz"
    path.write_bytes(content)
    message = ""
    try:
        data = Npz(path=str(path)).load()
    except DataError as error:
        message = str(error)
    if message:
        assert message.startswith(str(path))
        assert "\n" not in message
    else:
        assert np.isfinite(data.train).all()
