"""Whatever a user passes becomes the batches that numpy computes from it, or one clear line."""

import re

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import ganreg
from ganreg.data.batches import ArrayBatches
from ganreg.data.checking import Entrance, Request, as_data, part_of
from ganreg.data.fitting import Expected
from ganreg.data.py_datasets import PyDatasetBatches
from ganreg.data.streams import StreamBatches

POINTS = ganreg.DataSpec((2,), num_classes=3, value_range=(-1, 1))
SAMPLES = np.linspace(-1, 1, 24, dtype=np.float32).reshape(12, 2)
LABELS = np.arange(12) % 3


def unloadable():
    raise AssertionError("nothing is to be loaded")


def checked(
    x, y=None, *, data=POINTS, needs_labels=False, needs_source=False, entrance=None, load=unloadable, batch_size=None,
    shuffle=False, held_out=False,
):  # fmt: skip
    entrance = entrance or Entrance(tuple)
    expected = Expected(data, needs_labels=needs_labels, needs_source=needs_source, class_names=entrance.class_names)
    request = Request(batch_size=batch_size, usual_batch_size=4, seed=0, shuffle=shuffle, held_out=held_out)
    return entrance.batches(x, y, expected, request, load)


def pipeline(*arrays):
    """Batches of 4."""
    return tf.data.Dataset.from_tensor_slices(arrays if len(arrays) > 1 else arrays[0]).batch(4)


class Sequence:
    """Makes a `PyDataset` from arrays; imported where it is used, to be one of the test's own."""

    def __new__(cls, *arrays):
        import keras

        class Slices(keras.utils.PyDataset):
            num_batches = len(arrays[0]) // 4

            def __getitem__(self, index):
                return tuple(array[4 * index : 4 * index + 4] for array in arrays)

        return Slices()


def loader(*arrays):
    torch = pytest.importorskip("torch")
    dataset = torch.utils.data.TensorDataset(*map(torch.as_tensor, arrays))
    return torch.utils.data.DataLoader(dataset, batch_size=4)


def generator(*arrays):
    for start in range(0, len(arrays[0]), 4):
        yield tuple(array[start : start + 4] for array in arrays)


FORMS = {
    "arrays": lambda x, y: (x, y),
    "a pair": lambda x, y: ((x, y),),
    "a dict": lambda x, y: ({"image": x, "label": y},),
    "lists": lambda x, y: (x.tolist(), y.tolist()),
    "tensors": lambda x, y: (tf.constant(x), tf.constant(y)),
    "tf.data": lambda x, y: (pipeline(x, y),),
    "tf.data of dicts": lambda x, y: (tf.data.Dataset.from_tensor_slices({"image": x, "label": y}).batch(4),),
    "an iterator of tf.data": lambda x, y: (iter(pipeline(x, y)),),
    "PyDataset": lambda x, y: (Sequence(x, y),),
    "DataLoader": lambda x, y: (loader(x, y),),
    "a generator": lambda x, y: (generator(x, y),),
    "Data": lambda x, y: (ganreg.Data(train=x, train_labels=y, value_range=(-1, 1)),),
    "Batches": lambda x, y: (ArrayBatches(x, y.astype(np.int32), batch_size=4, seed=0, shuffle=False),),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_batches(form):
    taken = checked(*FORMS[form](SAMPLES, LABELS), needs_labels=True).take(0, 3)
    assert set(taken) == {"real", "labels"}
    np.testing.assert_array_equal(taken["real"], SAMPLES.reshape(3, 4, 2))
    np.testing.assert_array_equal(taken["labels"], LABELS.reshape(3, 4))
    assert taken["labels"].dtype == np.int32


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"Batches"}))
def test_labels_that_no_network_takes_are_dropped(form):
    assert set(checked(*FORMS[form](SAMPLES, LABELS)).take(0, 1)) == {"real"}


@pytest.mark.parametrize(
    ("samples", "labels", "message"),
    [
        (np.zeros((8, 3)), LABELS[:8], r"samples have shape \(3,\), but the networks were built for \(2,\)"),
        (np.full((8, 2), 1.5), LABELS[:8], r"range over 1\.5\.\.1\.5 but must stay in -1\.\.1"),
        (np.full((8, 2), np.nan), LABELS[:8], "contain NaN or infinity"),
        (SAMPLES[:8], LABELS[:8] + 1, "label 3 is not one of the 3 classes"),
    ],
)
@pytest.mark.parametrize("form", sorted(set(FORMS) - {"Batches", "Data"}))
def test_what_does_not_fit_is_refused_in_every_form(samples, labels, message, form):
    with pytest.raises(ganreg.DataError, match=message):
        checked(*FORMS[form](samples, labels), needs_labels=True).take(0, 1)


@pytest.mark.parametrize("x", [SAMPLES, pipeline(SAMPLES), (SAMPLES,), {"image": SAMPLES}, [*SAMPLES]])
def test_labels_must_be_there(x):
    with pytest.raises(ganreg.DataError, match="conditional and need labels"):
        checked(x, needs_labels=True)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (pipeline(SAMPLES), LABELS, "must yield its labels in pairs with its samples; do not pass y"),
        (SAMPLES, pipeline(LABELS), "must yield its labels in pairs with its samples; do not pass y"),
        ((SAMPLES, LABELS), LABELS, "a tuple holds its own labels or samples; do not pass y"),
        (ganreg.Data(train=SAMPLES), LABELS, "a ganreg.Data holds its own labels"),
        (ArrayBatches(SAMPLES, None, batch_size=4, seed=0), LABELS, "a ganreg.ArrayBatches holds its own labels"),
        (None, LABELS, "y belongs to samples that are not there; pass both: x and y"),
        ((SAMPLES, LABELS, np.ones(12)), None, r"must be a pair, got 3 values \(a GAN uses no sample weights\)"),
        ("digits", None, "names and files of datasets are for assemble"),
        (SAMPLES, "labels.npy", "names and files of datasets are for assemble"),
    ],
    ids=range(9),
)
def test_what_would_be_ignored_is_refused(x, y, message):
    with pytest.raises(ganreg.DataError, match=message):
        checked(x, y)


@pytest.mark.parametrize("form", ["tf.data", "PyDataset", "a generator", "Batches"])
def test_pipelines_have_a_batch_size_of_their_own(form):
    assert checked(*FORMS[form](SAMPLES, LABELS), batch_size=4).batch_size == 4
    with pytest.raises(ganreg.DataError, match="come in batches of 4, so batch_size=3 cannot be used; leave it out"):
        checked(*FORMS[form](SAMPLES, LABELS), batch_size=3)


def test_arrays_come_in_batches_of_the_wanted_size():
    assert checked(SAMPLES, batch_size=3).batch_size == 3
    assert checked(SAMPLES).batch_size == 4


def test_without_samples_the_dataset_is_loaded():
    data = ganreg.Data(train=SAMPLES, test=SAMPLES[:4] / 2, value_range=(-1, 1))
    assert checked(None, load=lambda: data).take(0, 1)["real"][0].tolist() == SAMPLES[:4].tolist()
    held_out = checked(None, load=lambda: data, held_out=True)
    assert held_out.take(0, 1)["real"][0].tolist() == (SAMPLES[:4] / 2).tolist()


class TestOpenPipelines:
    def test_a_second_call_goes_on_without_reading_again(self):
        passes = []

        class Counting:
            def __iter__(self):
                passes.append(1)
                return iter([SAMPLES[:4], SAMPLES[4:8], SAMPLES[8:]])

        entrance, numbers = Entrance(tuple), Counting()
        first = checked(numbers, entrance=entrance).take(0, 2)["real"]
        second = checked(numbers, entrance=entrance).take(2, 2)["real"]
        np.testing.assert_array_equal(
            np.concatenate([first, second]).reshape(16, 2), np.concatenate([SAMPLES, SAMPLES[:4]])
        )
        assert len(passes) == 2

    def test_a_generator_loses_no_batch_between_calls(self):
        entrance, batches = Entrance(tuple), generator(SAMPLES)
        taken = [checked(batches, entrance=entrance).take(first, 1)["real"][0] for first in (0, 1, 2)]
        np.testing.assert_array_equal(np.concatenate(taken), SAMPLES)

    def test_an_evaluation_does_not_move_a_training(self):
        entrance, dataset = Entrance(tuple), pipeline(SAMPLES)
        training = checked(dataset, entrance=entrance)
        training.take(0, 2)
        evaluation = checked(dataset, entrance=entrance, held_out=True)
        assert evaluation is not training
        np.testing.assert_array_equal(evaluation.take(0, 1)["real"][0], SAMPLES[:4])
        assert checked(dataset, entrance=entrance) is training
        np.testing.assert_array_equal(training.take(2, 1)["real"][0], SAMPLES[8:])

    def test_only_a_few_stay_open(self):
        entrance = Entrance(tuple)
        datasets = [pipeline(SAMPLES) for _ in range(6)]
        batches = [checked(dataset, entrance=entrance) for dataset in datasets]
        assert checked(datasets[-1], entrance=entrance) is batches[-1]
        assert checked(datasets[0], entrance=entrance) is not batches[0]

    def test_kinds_of_pipelines(self):
        assert isinstance(checked(Sequence(SAMPLES)), PyDatasetBatches)
        assert isinstance(checked(pipeline(SAMPLES)), StreamBatches)


SOURCES = np.linspace(0, 1, 36, dtype=np.float32).reshape(12, 3)
UNPAIRED = ganreg.DataSpec((2,), 3, (-1, 1), source=ganreg.DataSpec((3,), value_range=(0, 1)))
PAIRED = ganreg.DataSpec((2,), 3, (-1, 1), source=UNPAIRED.source, paired=True)
SEEN_SOURCES = SOURCES * 2 - 1
"""Sources in 0..1 as networks see them."""


def translating(x, y=None, *, data=PAIRED, shuffle=True, **options):
    return checked(x, y, data=data, needs_source=True, shuffle=shuffle, **options)


def test_sources_come_with_the_samples_that_they_belong_to():
    """The source that begins with 3 i / 35 belongs to the sample that begins with 4 i / 23 - 1."""
    taken = translating(SOURCES, SAMPLES).take(0, 9)
    assert set(taken) == {"real", "source"}
    source = (taken["source"][..., 0] + 1) / 2
    np.testing.assert_allclose(source * 35 / 3, (taken["real"][..., 0] + 1) * 23 / 4, atol=1e-4)


@pytest.mark.parametrize(
    "given",
    [
        lambda: (SOURCES, SAMPLES),
        lambda: ((SOURCES, SAMPLES),),
        lambda: ({"image": SAMPLES, "source": SOURCES},),
        lambda: (ganreg.Data(train=SAMPLES, value_range=(-1, 1), source=SOURCES_AS_DATA, paired=True),),
        lambda: (pipeline(SOURCES, SAMPLES),),
        lambda: (loader(SOURCES, SAMPLES),),
        lambda: (Sequence(SOURCES, SAMPLES),),
        lambda: (tf.data.Dataset.from_tensor_slices({"image": SAMPLES, "source": SOURCES, "label": LABELS}).batch(4),),
    ],
    ids=range(8),
)
def test_sources_in_every_form(given):
    taken = translating(*given(), shuffle=False).take(0, 3)
    assert set(taken) == {"real", "source"}
    np.testing.assert_allclose(taken["real"], SAMPLES.reshape(3, 4, 2))
    np.testing.assert_allclose(taken["source"], SEEN_SOURCES.reshape(3, 4, 3), atol=1e-6)


SOURCES_AS_DATA = ganreg.Data(train=SOURCES, value_range=(0, 1))


def test_labels_come_with_sources():
    arrays = translating({"image": SAMPLES, "label": LABELS, "source": SOURCES}, needs_labels=True).take(0, 3)
    np.testing.assert_array_equal(arrays["labels"], np.round((arrays["real"][..., 0] + 1) * 23 / 4).astype(int) % 3)
    dicts = tf.data.Dataset.from_tensor_slices({"image": SAMPLES, "source": SOURCES, "label": LABELS}).batch(4)
    np.testing.assert_array_equal(translating(dicts, needs_labels=True).take(0, 3)["labels"], LABELS.reshape(3, 4))


def test_sources_that_no_game_needs_are_dropped():
    unfit = {"image": SAMPLES, "source": np.full((2, 9), np.nan)}
    assert set(checked(unfit, data=UNPAIRED).take(0, 1)) == {"real"}
    dicts = tf.data.Dataset.from_tensor_slices({"image": SAMPLES, "source": SOURCES + 9}).batch(4)
    assert set(checked(dicts).take(0, 1)) == {"real"}


def test_unpaired_sources_may_be_of_any_number():
    taken = translating(SOURCES[:5], SAMPLES, data=UNPAIRED).take(0, 2)
    assert taken["source"].shape == (2, 4, 3)
    with pytest.raises(
        ganreg.DataError, match="there are 5 sources for 12 samples, but the data are paired; pass one so"
    ):
        translating(SOURCES[:5], SAMPLES)


@pytest.mark.parametrize(
    ("sources", "message"),
    [
        (np.zeros((12, 2)), r"sources have shape \(2,\), but the networks were built for \(3,\)"),
        (SOURCES * 2, r"sources range over [\d.]+\.\.[\d.]+ but must stay in 0\.\.1"),
        (SOURCES * np.nan, r"sources contain NaN or infinity in \d+ of \d+ rows"),
    ],
)
@pytest.mark.parametrize("as_pipeline", [False, True], ids=["arrays", "pipeline"])
def test_sources_that_do_not_fit_are_refused_in_either_form(sources, message, as_pipeline):
    with pytest.raises(ganreg.DataError, match=message):
        translating(*((pipeline(sources, SAMPLES),) if as_pipeline else (sources, SAMPLES))).take(0, 3)


def test_sources_of_bytes_are_seen_as_every_other_source():
    taken = translating(np.array([[0, 51, 255]] * 12, np.uint8), SAMPLES).take(0, 1)
    np.testing.assert_allclose(taken["source"][0, 0], [-1, -0.6, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (SAMPLES, None, r"needs sources: call fit\(sources, samples\), or pass a Data with a source"),
        (pipeline(SAMPLES), None, r"needs sources: the pipeline must yield pairs \(source, sample\), or 'source'"),
        (pipeline(SOURCES, SAMPLES), SAMPLES, "must yield its sources in pairs with its samples; do not pass y"),
        (SOURCES, pipeline(SAMPLES), "must yield its sources in pairs with its samples; do not pass y"),
    ],
    ids=["samples", "pipeline of samples", "pipeline and samples", "sources and pipeline"],
)
def test_missing_sources(x, y, message):
    with pytest.raises(ganreg.DataError, match=message):
        translating(x, y)


@pytest.mark.parametrize("given", [(SOURCES, SAMPLES), (pipeline(SOURCES, SAMPLES),)], ids=["arrays", "pipeline"])
def test_missing_labels_of_pairs(given):
    with pytest.raises(
        ganreg.DataError, match="need labels: pass a Data with train_labels, or a pipeline of dicts with"
    ):
        translating(*given, needs_labels=True)


def numbers(first, count):
    return np.arange(first, first + count, dtype=np.float32)[:, np.newaxis]


DATA = ganreg.Data(
    train=numbers(0, 4), train_labels=[0, 1, 0, 1], test=numbers(10, 2), test_labels=[1, 0],
    source=ganreg.Data(train=numbers(20, 4), test=numbers(30, 2)), paired=True,
)  # fmt: skip


def firsts(parts):
    return [None if part is None else int(part.ravel()[0]) for part in parts]


@pytest.mark.parametrize(("held_out", "expected"), [(False, [0, 0, 20]), (True, [10, 1, 30])])
def test_a_part_of_data(held_out, expected):
    assert firsts(part_of(DATA, Expected(DATA.spec, needs_source=True), held_out=held_out)) == expected


@pytest.mark.parametrize(
    ("test", "source_test", "expected"),
    [(None, None, [0, None, 20]), (10, None, [10, None, 20]), (None, 30, [0, None, 30]), (10, 30, [10, None, 30])],
)
def test_unpaired_data_are_held_out_where_they_can_be(test, source_test, expected):
    def data(first, held_out, **fields):
        return ganreg.Data(train=numbers(first, 3), test=None if held_out is None else numbers(held_out, 2), **fields)

    unpaired = data(0, test, source=data(20, source_test))
    expected_of = Expected(unpaired.spec, needs_source=True)
    assert firsts(part_of(unpaired, expected_of, held_out=True)) == expected
    assert firsts(part_of(unpaired, expected_of, held_out=False)) == [0, None, 20]
    assert firsts(part_of(data(0, test), Expected(ganreg.DataSpec((1,))), held_out=False)) == [0, None, None]


def test_unpaired_data_are_not_taken_for_pairs():
    unpaired = ganreg.Data(train=numbers(0, 4), source=ganreg.Data(train=numbers(20, 4)))
    with pytest.raises(
        ganreg.DataError, match=r"assembled for paired data, but these are not paired; pass Data\(\.\.\., pa"
    ):
        part_of(unpaired, Expected(DATA.spec, needs_source=True), held_out=False)
    assert firsts(part_of(unpaired, Expected(DATA.spec), held_out=False)) == [0, None, 20]


def test_data_of_another_range_are_refused_unless_they_are_bytes():
    """0..1 within 0..255 would be nearly black."""
    images = ganreg.DataSpec((2, 2, 1), value_range=(0, 255))
    floats = np.linspace(0, 1, 16).reshape(4, 2, 2, 1)
    message = r"samples are in the range \(0\.0, 1\.0\), but the networks were built for \(0\.0, 255\.0\); scale them"
    with pytest.raises(ganreg.DataError, match=message):
        checked(ganreg.Data(train=floats), data=images)
    pixels = np.round(255 * floats).astype(np.uint8)
    taken = checked(ganreg.Data(train=pixels), data=images).take(0, 1)["real"]
    np.testing.assert_allclose(taken[0], pixels / 127.5 - 1, atol=1e-6)
    translated = ganreg.DataSpec((1,), source=images)
    data = ganreg.Data(train=numbers(0, 4), source=ganreg.Data(train=floats))
    with pytest.raises(ganreg.DataError, match="sources are in the range"):
        part_of(data, Expected(translated, needs_source=True), held_out=False)


class TestDataForAssembling:
    @pytest.mark.parametrize("given", [SAMPLES, SAMPLES.tolist(), tf.constant(SAMPLES), (SAMPLES,), {"image": SAMPLES}])
    def test_samples_in_every_form(self, given):
        np.testing.assert_array_equal(as_data(given).train, SAMPLES)

    @pytest.mark.parametrize("given", [(SAMPLES, LABELS), {"image": SAMPLES, "label": LABELS}], ids=["pair", "dict"])
    def test_samples_with_labels(self, given):
        assert as_data(given).train_labels.tolist() == LABELS.tolist()

    def test_samples_with_sources(self):
        data = as_data({"image": SAMPLES, "source": SOURCES})
        np.testing.assert_array_equal(data.source.train, SOURCES)
        assert not data.paired

    @pytest.mark.parametrize("given", ["digits", POINTS, DATA, None, {"name": "digits"}, 5.0j], ids=repr)
    def test_anything_else_is_left_to_others(self, given):
        assert given == 5.0j or as_data(given) is given

    @pytest.mark.parametrize("given", [pipeline(SAMPLES), generator(SAMPLES), {1.5}], ids=["tf", "generator", "set"])
    def test_pipelines_do_not_describe_their_samples(self, given):
        with pytest.raises(
            ganreg.DataError, match=r"does not describe its samples; pass data=DataSpec\(shape, \.\.\.\)"
        ):
            as_data(given)


SHAPES = st.sampled_from([(1,), (3,), (4, 2), (4, 4, 1), (2, 2, 3), (2, 2, 2, 1)])
KINDS = st.sampled_from(
    ["uint8", "int8", "int64", "uint16", "float16", "float32", "float64", "bool", "<U3", "complex64"]
)
MARKER = 77.25
"""A value inside the range of the samples: messages may name the extremes, but no other value."""


@st.composite
def given_data(draw):
    """Samples of some shape and type, the range of which the networks know, and the form in which they are passed."""
    shape, kind = draw(SHAPES), draw(KINDS)
    value_range = draw(st.sampled_from([None, (-1, 1), (0, 1), (0, 255), (-500, 500)]))
    count = draw(st.integers(1, 13))
    elements = st.integers(0, 255) if kind == "uint8" else st.sampled_from([0, 1, -1, 0.5, MARKER, 200, np.nan])
    raw = draw(arrays.arrays(np.float64, (count, *shape), elements=elements))
    with np.errstate(invalid="ignore"):
        samples = np.full(raw.shape, "77.", kind) if kind == "<U3" else raw.astype(kind)
    form = draw(st.sampled_from(sorted(set(FORMS) - {"Batches", "Data", "an iterator of tf.data"})))
    return ganreg.DataSpec(shape, 3, value_range), samples, form


def numpys_own(samples, spec):
    """What networks must see, computed in float64; `None` if the samples cannot be used."""
    if samples.dtype == np.uint8:
        return samples / 127.5 - 1
    if samples.dtype.kind not in "fiub" or not np.isfinite(samples.astype(np.float64)).all():
        return None
    values = samples.astype(np.float64)
    bounds = spec.value_range or ((-1, 1) if spec.is_image else (-np.inf, np.inf))
    if values.min() < bounds[0] or values.max() > bounds[1]:
        return None
    if spec.value_range is None:
        return values
    least, greatest = spec.value_range
    return 2 * (values - least) / (greatest - least) - 1


WHOLE = ("arrays", "a pair", "a dict", "lists", "tensors")
"""The forms that are checked as a whole; the others are checked batch by batch."""


@settings(deadline=None)  # the first of each library imports it
@given(given_data())
def test_batches_are_numpys_or_the_error_is_short_and_shows_no_values(case):
    spec, samples, form = case
    if form == "DataLoader":
        assume(samples.dtype.kind != "U")  # torch has no text
    count, labels = len(samples), np.arange(len(samples)) % 3
    size = 4 if form in (*WHOLE, "PyDataset") else min(4, count)
    number = count // size
    meant = (
        samples.astype(np.int64) if form == "lists" and samples.dtype == np.uint8 else samples
    )  # lists know no bytes
    everything, used = numpys_own(meant, spec), None if number == 0 else numpys_own(meant[: number * size], spec)
    try:
        taken = checked(*FORMS[form](samples, labels), data=spec, needs_labels=True).take(0, number)
    except ganreg.DataError as error:
        text = str(error)
        assert text.count("\n") <= 1
        batches = [meant] if form in WHOLE else [meant[start : start + 4] for start in range(0, count, 4)]
        named = [batch for batch in batches if batch.dtype.kind in "fiu"]  # messages may name a batch's extremes
        shown = {f"{extreme:g}" for batch in named for extreme in (batch.min(), batch.max())}
        marker = "77." if meant.dtype.kind == "U" else f"{np.real(np.asarray(MARKER).astype(meant.dtype)):g}"
        assert meant.dtype.kind == "b" or marker in shown or not re.search(rf"\b{re.escape(marker)}\b", text)
        assert used is None or (everything is None and form in WHOLE)
        return
    assert used is not None
    np.testing.assert_allclose(taken["real"].reshape(-1, *spec.shape), used, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(taken["labels"].ravel(), labels[: number * size])
