"""Arrays of numbers from whatever holds them: lists, tensors of any library, tables.

Libraries are recognised without being imported: an object cannot be torch's while nobody has imported torch.
"""

from __future__ import annotations

import numbers
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
import numpy.typing as npt

from ganreg.errors import DataError

Array = npt.NDArray[Any]

_PLAIN = (bool, int, float, complex, str, bytes, np.generic, list, tuple, type(None))
"""What numpy makes an array of, in a list, without asking the objects themselves."""
_SMALL_NUMBERS = ("bfloat16", "float8_", "float6_", "float4_", "int4", "uint4", "int2", "uint2")
"""The beginnings of the names of dtypes that numpy knows only from other packages."""
_LISTED = 3
"""The number of columns that a message names."""


def library_type(library: str, name: str) -> type[Any] | tuple[()]:
    """Returns a class of a library, such as `library_type("torch", "Tensor")`; `()` if nobody has imported it.

    Either can be the second argument of `isinstance`.
    """
    found: Any = sys.modules.get(library)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) else ()


def type_of(value: Any) -> str:
    """The type of an object, as messages call it: `"torch.Tensor"`, `"list"`."""
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    return kind.__qualname__ if package in ("builtins", "__main__") else f"{package}.{kind.__qualname__}"


def is_array_like(value: Any) -> bool:
    """Whether an object holds samples rather than yielding batches of them: an array, a tensor, a table or a list."""
    if isinstance(value, (str, bytes)):
        return False
    if isinstance(value, (np.ndarray, np.generic, numbers.Number, Sequence)) or _is_tensor(value):
        return True
    return hasattr(value, "__array__") or hasattr(value, "__array_interface__")


def as_array(values: Any, what: str = "samples") -> Array:
    """Returns an array of numbers; text, dates, objects and missing values are refused.

    Args:
        values: numbers, lists, numpy arrays, tensors of TensorFlow, torch or JAX, pandas tables, or whatever else numpy
            makes an array from.
        what: the name of the values in messages. Defaults to "samples".

    Returns:
        An array of floats, integers or booleans.

    Raises:
        DataError: they are not such numbers; the message names their type, never their values.
    """
    array = _any_array(values, what)
    if array.dtype.name.startswith(_SMALL_NUMBERS):
        return array.astype(np.float32)
    if array.dtype.kind == "O" and array.size and all(isinstance(one, numbers.Real) for one in array.flat):
        return array.astype(np.float64)
    if array.dtype.kind not in "fiub":
        raise DataError(f"{what} must be numbers, got {_content(array)}; convert them to plain numbers")
    return array


def as_numbers_or_text(values: Any, what: str) -> Array:
    """Returns labels as an array of numbers or of `str`.

    Args:
        values: as for `as_array`; text too.
        what: the name of the labels in messages.

    Raises:
        DataError: they are neither, or some are missing.
    """
    array = _any_array(values, what, text=True)
    if array.dtype.kind == "S" or (array.dtype.kind == "O" and array.size and _all(array, bytes)):
        try:
            return np.char.decode(array.astype(bytes), "utf-8")
        except UnicodeDecodeError as error:
            raise DataError(f"{what} are bytes that are not UTF-8 text; decode them, or pass class numbers") from error
    if array.dtype.kind in "UT" or (array.dtype.kind == "O" and array.size and _all(array, str)):
        return np.array(array.tolist(), str)
    return as_array(array, what)


def _all(array: Array, kind: type) -> bool:
    return all(isinstance(one, kind) for one in array.flat)


def _any_array(values: Any, what: str, *, text: bool = False) -> Array:
    """An array of any dtype."""
    if isinstance(values, np.ma.MaskedArray):
        if np.ma.is_masked(values):
            raise DataError(f"{what} are a masked array with masked values; fill or remove them: x.filled(...)")
        return np.asarray(values.data)
    if isinstance(values, np.ndarray):
        return np.asarray(values)
    for convert in (_from_tensor, _from_pandas):
        if (array := convert(values, what)) is not None:
            return array
    _refuse_other_kinds(values, what)
    if isinstance(values, Sequence) and len(values) and not isinstance(values[0], _PLAIN):
        return _stacked([_any_array(one, what, text=text) for one in values], what)
    return _guarded(np.asarray, values, what)


def _refuse_other_kinds(values: Any, what: str) -> None:
    if isinstance(values, (str, bytes)) or values is None:
        raise DataError(f"{what} must be an array of numbers, got {'None' if values is None else type_of(values)}")
    if isinstance(values, (Mapping, Set, Iterator)) or callable(values):
        raise DataError(f"{what} must be an array of numbers, got a {type_of(values)}; convert it to an array")
    if hasattr(values, "toarray"):
        raise DataError(f"{what} are a sparse {type_of(values)}; pass x.toarray()")


def _stacked(arrays: Sequence[Array], what: str) -> Array:
    shapes = sorted({array.shape for array in arrays})
    if len(shapes) > 1:
        raise DataError(
            f"{what} cannot be made an array, as they have different shapes, such as {shapes[0]} and {shapes[-1]}; "
            "bring them to one size"
        )
    return np.stack(arrays)


def _guarded(convert: Callable[[Any], Any], values: Any, what: str) -> Array:
    """What a conversion makes of values, as an array; its own errors, which may quote the data, are replaced."""
    try:
        array = np.asarray(convert(values))
    except Exception as error:  # whatever the object's own conversion raises
        if isinstance(values, Sequence):
            raise DataError(
                f"{what} cannot be made an array, as their lists have different lengths or types; "
                "bring them to one shape"
            ) from error
        raise DataError(
            f"{what} cannot be made an array: converting a {type_of(values)} raised {type(error).__name__}; "
            "pass a numpy array"
        ) from error
    if array.dtype.kind == "O" and array.ndim == 0 and not isinstance(array.item(), numbers.Number):
        raise DataError(f"{what} must be an array of numbers, got a {type_of(values)}; convert it to a numpy array")
    return array


def _is_tensor(values: Any) -> bool:
    kinds = [library_type("tensorflow", name) for name in ("Tensor", "RaggedTensor", "SparseTensor")]
    return isinstance(values, (library_type("torch", "Tensor"), *kinds))


def _from_tensor(values: Any, what: str) -> Array | None:
    """An array from a tensor of torch or TensorFlow."""
    if isinstance(values, library_type("torch", "Tensor")):
        if str(values.layout) != "torch.strided":
            raise DataError(f"{what} are a sparse torch.Tensor; pass x.to_dense()")
        host = values.detach().cpu().resolve_conj().resolve_neg()
        return _guarded(lambda one: (one.float() if "float" in str(one.dtype) else one).numpy(), host, what)
    if isinstance(values, library_type("tensorflow", "RaggedTensor")):
        raise DataError(f"{what} are a RaggedTensor, but all must have one shape; use x.to_tensor(), or resize them")
    if isinstance(values, library_type("tensorflow", "SparseTensor")):
        raise DataError(f"{what} are a SparseTensor; use tf.sparse.to_dense(x)")
    if isinstance(values, library_type("tensorflow", "Tensor")) and not hasattr(values, "numpy"):
        raise DataError(f"{what} are a symbolic tensor, which holds no values yet; pass an array")
    if isinstance(values, (library_type("tensorflow", "Tensor"), library_type("tensorflow", "Variable"))):
        return np.asarray(values.numpy())
    return None


def _from_pandas(values: Any, what: str) -> Array | None:
    """An array from a table or a column of pandas; missing values become NaN, or `None` in a column of text."""
    if isinstance(values, library_type("pandas", "DataFrame")):
        pandas: Any = sys.modules["pandas"]
        numeric = [pandas.api.types.is_numeric_dtype(one) for one in values.dtypes]
        odd = [str(name) for name, fits in zip(values.columns, numeric, strict=True) if not fits]
        if odd:
            more = f" and {len(odd) - _LISTED} more" if len(odd) > _LISTED else ""
            raise DataError(
                f"{what} must be numbers, but the DataFrame's columns {', '.join(odd[:_LISTED])}{more} are not; "
                "encode or drop them, or train on the file with the dataset csv"
            )
        table: Array = values.to_numpy()
        return table if table.dtype.kind in "fiub" else np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    if isinstance(values, (library_type("pandas", "Series"), library_type("pandas", "Index"))):
        plain = np.asarray(values.to_numpy())
        if plain.dtype.kind != "O" or not sys.modules["pandas"].api.types.is_numeric_dtype(values.dtype):
            return plain
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan))
    return None


def _content(array: Array) -> str:
    """What an array that is not of numbers holds."""
    kinds = {"U": "text", "T": "text", "S": "bytes", "M": "dates", "m": "time spans", "c": "complex numbers"}
    if array.dtype.names:
        return "a structured array"
    if array.dtype.kind == "O":
        found = sorted({type_of(one) for one in array.flat})
        return f"an array of {' and '.join(found[:_LISTED]) or 'objects'} objects"
    return f"an array of {kinds.get(array.dtype.kind, array.dtype)}"
