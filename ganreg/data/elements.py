"""What a pipeline yields, or a caller passes together: samples alone, pairs as Keras has them, or dicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ganreg.data.conversion import type_of
from ganreg.errors import DataError

Parts = dict[str, Any]
"""Samples as `real`, and, where there are any, `labels` and `source`, each in any form."""

WORDS = {"real": "samples", "labels": "labels", "source": "sources"}
"""The names of the parts, and how messages call them."""

_FIELDS = {"image": "real", "label": "labels", "source": "source"}
"""The keys of dicts, and the names of the parts that they hold."""


def parts_of(element: Any, *, translates: bool, yielded: bool = True) -> Parts:
    """Takes an element apart.

    Args:
        element: samples; `(samples,)`; a pair, `(samples, labels)` or, if samples are made from sources,
            `(source, sample)`; a pair followed by `None` for sample weights; or a dict with `image` and, where there
            are any, `label` and `source`.
        translates: whether samples are made from sources.
        yielded: whether a pipeline yields it; otherwise a user passes it as a whole. Defaults to `True`.

    Returns:
        The parts that are there.

    Raises:
        DataError: it is something else, or has sample weights.
    """
    if isinstance(element, Mapping):
        parts = _named(element, "a pipeline of dicts must yield" if yielded else "a dict of data must have")
    elif isinstance(element, (tuple, list)):
        parts = _paired(element, translates, yielded)
    else:
        parts = {"real": element}
    parts = {name: values for name, values in parts.items() if values is not None}
    if "real" not in parts:
        raise DataError(f"{'the data pipeline must yield' if yielded else 'data must have'} samples, got None")
    return parts


def _named(element: Mapping[Any, Any], must: str) -> Parts:
    if "image" not in element or set(element) - set(_FIELDS):
        keys = ", ".join(repr(key) if isinstance(key, str) else type_of(key) for key in element)
        raise DataError(
            f"{must} 'image' and, where there are any, 'label' and 'source', "
            f"got {keys or 'none of them'}; rename the keys, or use pairs"
        )
    return {_FIELDS[name]: values for name, values in element.items()}


def _paired(element: tuple[Any, ...] | list[Any], translates: bool, yielded: bool) -> Parts:
    if len(element) == 3 and element[2] is None:
        element = element[:2]
    names = (("source", "real") if translates else ("real", "labels")) if len(element) > 1 else ("real",)
    if len(element) != len(names):
        must = "a pipeline of tuples must yield pairs" if yielded else "a tuple of data must be a pair"
        more = "yield" if yielded else "pass"
        weights = " (a GAN uses no sample weights)" if len(element) == 3 else ""
        raise DataError(
            f"{must}, got {len(element)} values{weights}; for more, {more} dicts with 'image', 'label' and 'source'"
        )
    return dict(zip(names, element, strict=True))
