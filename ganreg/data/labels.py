"""Class labels: numbers, one-hot rows and names of classes become class numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import numpy.typing as npt

from ganreg.data.conversion import as_numbers_or_text
from ganreg.errors import DataError

Array = npt.NDArray[Any]


@attrs.frozen(eq=False)
class Labels:
    """Labels as class numbers, and what their form says about the classes.

    Attributes:
        numbers: int32 `[N]`.
        classes: the number of columns of one-hot labels. Defaults to `None`, for labels in other forms.
    """

    numbers: Array
    classes: int | None = None


def as_labels(values: Any, count: int, what: str = "labels", *, names: Sequence[str] = ()) -> Array:
    """Converts class labels to int32 `[N]`; see `read_labels`."""
    return read_labels(values, count, what, names=names).numbers


def read_labels(values: Any, count: int, what: str = "labels", *, names: Sequence[str] = ()) -> Labels:
    """Converts class labels to class numbers.

    Args:
        values: integers from 0, `[N]` or `[N, 1]`; one-hot rows `[N, classes]`; or names of classes, `[N]` or `[N, 1]`.
        count: the required number of labels, N.
        what: the name of the labels in messages. Defaults to "labels".
        names: the names of the classes, in order; needed for labels that are names.

    Raises:
        DataError: the number of labels is wrong, or they are none of the above.
    """
    array = as_numbers_or_text(values, what)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2) or len(array) != count:
        raise DataError(f"{what} must be one class number a sample, {count} of them, got shape {array.shape}")
    if array.dtype.kind == "U":
        return Labels(_numbered(array, names, what))
    if array.ndim == 2:
        return Labels(_one_hot(array, what), array.shape[1])
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.round(array)).all()):
        raise DataError(f"{what} must be whole class numbers, got an array of {array.dtype} with fractions or NaN")
    if len(array) and (array.min() < 0 or array.max() > np.iinfo(np.int32).max):
        raise DataError(f"{what} must be class numbers, which start at 0, got {array.min():g}..{array.max():g}")
    return Labels(array.astype(np.int32))


def refuse_columns(labels: Labels, classes: int | None, what: str = "labels") -> None:
    """Checks that one-hot labels have a column for each class.

    Args:
        labels: labels in any form.
        classes: the number of classes, or `None` if it is not known.
        what: the name of the labels in messages. Defaults to "labels".

    Raises:
        DataError: they have not.
    """
    if None not in (labels.classes, classes) and labels.classes != classes:
        raise DataError(f"{what} are one-hot rows of {labels.classes} classes, but there are {classes} classes")


def names_in(*values: Any) -> tuple[str, ...]:
    """Returns the sorted names in labels; none if they are not text.

    Args:
        *values: labels in any form, or `None`.
    """
    arrays = [as_numbers_or_text(one, "labels") for one in values if one is not None]
    if not any(array.dtype.kind == "U" for array in arrays):
        return ()
    return tuple(str(name) for name in np.unique(np.concatenate([array.ravel().astype(str) for array in arrays])))


def _numbered(names_given: Array, names: Sequence[str], what: str) -> Array:
    if names_given.ndim != 1:
        raise DataError(f"{what} must be one class name a sample, got shape {names_given.shape}")
    if not len(names):
        raise DataError(
            f"{what} are text, but the names of the classes are not known; pass class numbers, such as "
            "np.unique(labels, return_inverse=True)[1], or a Data with class_names"
        )
    known = np.asarray(names)
    order = np.argsort(known)
    places = np.searchsorted(known, names_given, sorter=order)
    numbers = np.asarray(order[np.minimum(places, len(known) - 1)], np.int32)
    unknown = known[numbers] != names_given
    if unknown.any():
        raise DataError(
            f"{what} hold names that are none of the {len(names)} class names in {unknown.sum()} of {len(unknown)} "
            f"places, the first at index {np.flatnonzero(unknown)[0]}; the classes are {_listed(names)}"
        )
    return numbers


def _one_hot(rows: Array, what: str) -> Array:
    if rows.shape[1] and ((rows == 0) | (rows == 1)).all() and (rows.sum(axis=1) == 1).all():
        return np.asarray(rows.argmax(axis=1), np.int32)
    raise DataError(
        f"{what} have shape {rows.shape} but are not one-hot, which is a single 1 in each row; "
        "pass class numbers, such as labels.argmax(1)"
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")
