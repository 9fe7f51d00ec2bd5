"""Numbers from every kind of container are numpy's; errors name the container and never show what is in it."""

import fractions

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import ganreg
from ganreg.data.conversion import as_array, as_numbers_or_text, is_array_like, library_type, type_of

NUMBERS = np.arange(6).reshape(3, 2)


class OfAnotherLibrary:
    """An array like those of JAX, which numpy asks for its values."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


@pytest.mark.parametrize(
    "values",
    [
        NUMBERS,
        NUMBERS.tolist(),
        tuple(map(tuple, NUMBERS)),
        list(NUMBERS),
        [list(row) for row in NUMBERS],
        NUMBERS.astype(object),
        NUMBERS.astype(np.float16),
        NUMBERS.astype(np.longdouble),
        np.ma.array(NUMBERS),
        tf.constant(NUMBERS),
        tf.Variable(NUMBERS),
        tf.cast(NUMBERS, tf.bfloat16),
        list(tf.constant(NUMBERS)),
        keras.Variable(NUMBERS),
        OfAnotherLibrary(NUMBERS),
        [OfAnotherLibrary(row) for row in NUMBERS],
        [[fractions.Fraction(int(number)) for number in row] for row in NUMBERS],
        [Image.fromarray(row[np.newaxis].astype(np.uint8)) for row in NUMBERS],
    ],
)
def test_the_same_numbers_from_every_container(values):
    array = as_array(values)
    assert array.dtype.kind in "fiub"
    np.testing.assert_array_equal(array.reshape(3, 2), NUMBERS)
    assert is_array_like(values)


def test_bytes_and_truth_values_keep_their_type():
    assert as_array(tf.zeros(3, tf.uint8)).dtype == np.uint8
    assert as_array([Image.new("L", (2, 2))] * 2).dtype == np.uint8
    assert as_array([True]).dtype == bool


@pytest.mark.parametrize("kind", ["float32", "bfloat16", "float16", "uint8", "int64", "bool"])
def test_tensors_of_torch(kind):
    torch = pytest.importorskip("torch")
    tensor = torch.tensor(NUMBERS % 2).to(getattr(torch, kind))
    array = as_array(tensor.requires_grad_() if "float" in kind else tensor)
    np.testing.assert_array_equal(array, NUMBERS % 2)
    assert array.dtype == (np.float32 if "float" in kind else kind)
    np.testing.assert_array_equal(as_array(list(tensor)), NUMBERS % 2)
    with pytest.raises(ganreg.DataError, match=r"samples are a sparse torch.Tensor; pass x.to_dense\(\)"):
        as_array(tensor.detach().to_sparse())


def test_tables_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(NUMBERS, columns=["a", "b"])
    np.testing.assert_array_equal(as_array(frame), NUMBERS)
    np.testing.assert_array_equal(as_array(frame["b"]), NUMBERS[:, 1])
    assert as_array(frame.astype("uint8")).dtype == np.uint8
    mixed = frame.assign(a=frame["a"].astype("Int64"), b=frame["b"] > 1)
    np.testing.assert_array_equal(as_array(mixed), np.stack([NUMBERS[:, 0], NUMBERS[:, 1] > 1], axis=1))
    missing = as_array(frame.assign(a=pandas.array([None, 2, 4], "Int64")))
    np.testing.assert_array_equal(missing, [[np.nan, 1], [2, 3], [4, 5]])
    for labels in (["x", "y", "x"], pandas.Categorical(["x", "y", "x"])):
        assert as_numbers_or_text(pandas.Series(labels), "labels").tolist() == ["x", "y", "x"]
    assert as_numbers_or_text(pandas.Series([1, 0, 1], dtype="Int8"), "labels").tolist() == [1, 0, 1]
    with pytest.raises(ganreg.DataError, match=r"columns c, d are not; encode or drop them, .* dataset csv"):
        as_array(frame.assign(c=["secret"] * 3, d=pandas.Timestamp("2020-01-01")))
    with pytest.raises(ganreg.DataError, match="columns 0, 1, 2 and 2 more are not"):
        as_array(pandas.DataFrame(np.full((1, 5), "secret")))
    with pytest.raises(ganreg.DataError, match="labels must be numbers, got an array of"):
        as_numbers_or_text(pandas.Series(["x", None], dtype="string"), "labels")


class Refusing:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("secret")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (None, "samples must be an array of numbers, got None"),
        ("secret", "must be an array of numbers, got str"),
        (b"secret", "must be an array of numbers, got bytes"),
        ({"secret": 1}, "got a dict; convert it to an array"),
        ({1.5}, "got a set; convert it"),
        ((number for number in (1, 2)), "got a generator; convert it"),
        (len, "got a builtin_function_or_method"),
        (object(), "must be an array of numbers, got a object; convert it to a numpy array"),
        ([[1, 2], [3]], "cannot be made an array, as their lists have different lengths or types"),
        (
            [np.zeros(2), np.zeros(3)],
            r"as they have different shapes, such as \(2,\) and \(3,\); bring them to one size",
        ),
        (["secret"], "must be numbers, got an array of text"),
        ([b"secret"], "must be numbers, got an array of bytes"),
        ([None], "got an array of NoneType objects"),
        (np.array([{}, "secret"], object), "got an array of dict and str objects"),
        ([1 + 2j], "got an array of complex numbers"),
        (np.zeros(2, "M8[s]"), "got an array of dates"),
        (np.zeros(2, "m8[s]"), "got an array of time spans"),
        (np.zeros(2, [("secret", "f4")]), "got a structured array; convert them to plain numbers"),
        (np.ma.masked_equal(NUMBERS, 3), r"masked array with masked values; fill or remove them"),
        (tf.ragged.constant([[1.0], [2.0, 3.0]]), r"RaggedTensor, but all must have one shape; use x.to_tensor\(\)"),
        (tf.sparse.from_dense(NUMBERS), r"are a SparseTensor; use tf.sparse.to_dense\(x\)"),
        (keras.KerasTensor((2, 2)), "converting a keras.KerasTensor raised ValueError; pass a numpy array"),
        (Refusing(), "converting a .*Refusing raised RuntimeError; pass a numpy array"),
    ],
)
def test_what_is_no_array_of_numbers(values, message):
    with pytest.raises(ganreg.DataError, match=message) as error:
        as_array(values)
    assert "secret" not in str(error.value)
    assert "\n" not in str(error.value)


def test_symbolic_tensors_hold_no_values():
    with tf.Graph().as_default(), pytest.raises(ganreg.DataError, match="symbolic tensor, which holds no values yet"):
        as_array(tf.zeros(3))


def test_sparse_matrices():
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(ganreg.DataError, match=r"are a sparse scipy.csr_\w+; pass x.toarray\(\)"):
        as_array(sparse.csr_matrix(NUMBERS))


@pytest.mark.parametrize("value", ["text", b"bytes", {1: 2}, {1}, object(), iter([1]), len, None])
def test_what_holds_no_samples(value):
    assert not is_array_like(value)


def test_libraries_that_nobody_imported_have_no_objects():
    assert library_type("no_such_library", "Tensor") == ()
    assert library_type("tensorflow", "data.Dataset") is tf.data.Dataset
    assert library_type("numpy", "no_such_name") == ()
    assert library_type("numpy", "pi") == ()
    assert not isinstance(NUMBERS, library_type("no_such_library", "Tensor"))


def test_types_have_short_names():
    assert [type_of(one) for one in (1, [], ganreg.DataSpec((1,)), NUMBERS)] == [
        "int", "list", "ganreg.DataSpec", "numpy.ndarray",
    ]  # fmt: skip
