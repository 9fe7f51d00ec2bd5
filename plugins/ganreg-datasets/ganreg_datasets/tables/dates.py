"""Formats of dates and times: recognising them, and reading and writing columns in them."""

from __future__ import annotations

import datetime
import functools
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.cells import as_mask

if TYPE_CHECKING:
    import pyarrow as pa
else:
    pa = lazy_module("pyarrow")

pc = lazy_module("pyarrow.compute")

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_FIELDS: Mapping[str, str] = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "b": "[A-Za-z]{3}",
    "B": "[A-Za-z]{3,9}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "M": "[0-9]{2}",
    "S": "[0-9]{2}",
    "p": "[AaPp][Mm]",
}
_FRACTION = r"(?:\.(?P<f>[0-9]{1,6}))?"
_DATES = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m"),
    *("%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y", "%m/%d/%y", "%d/%m/%y"),
    *("%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"),
)
_TIMES = ("%H:%M", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p")
_YEARS = range(1000, 3000)
_EPOCH = datetime.datetime(1970, 1, 1)
_SECOND = 1_000_000
_TRIED = 1000
"""The number of cells on which formats are tried before all others."""


@attrs.frozen
class DateFormat:
    """How a column writes dates or times.

    Attributes:
        pattern: the format as `strftime` has it, with the fields %Y %y %m %d %b %B %H %I %M %S %f %p; a fraction of
            seconds, `.%f`, may be missing where it is 0.
        padded: whether numbers below 10 are written with a zero in front.
        digits: the greatest number of digits of the fraction.
        suffix: what follows every date, such as `Z` or `+01:00`.
    """

    pattern: str
    padded: bool = True
    digits: int = 0
    suffix: str = ""

    @property
    def unit(self) -> int:
        """The finest step that the format can write, in microseconds; 0 stands for a month."""
        fields = set(re.findall("%(.)", self.pattern))
        if not fields & set("HI"):
            return 86_400 * _SECOND if "d" in fields else 0
        finest = next(size for field, size in (("S", 1), ("M", 60), ("", 3600)) if field in fields or not field)
        return 10 ** (6 - self.digits) if self.digits else finest * _SECOND

    def read(self, cells: pa.StringArray) -> tuple[Array, Array]:
        """Reads cells, int64 `[N]`: microseconds since 1970, or months if the format has no days.

        Returns:
            The numbers, and which cells hold a date that exists, booleans `[N]`.
        """
        whole = self.pattern if self.digits else self.pattern.replace(".%f", "")
        found = _fixed_fields(cells, whole + self.suffix) if self.padded else None
        if found is not None:
            return _numbers(found)
        texts, fit = _fields(cells, self.pattern, self.suffix)
        numbers, exist = _numbers(texts)
        return numbers, exist & fit

    def write(self, value: int) -> str:
        """Writes a number that `read` returned."""
        if self.unit == 0:
            moment = datetime.datetime(1970 + value // 12, value % 12 + 1, 1)
        else:
            moment = _EPOCH + datetime.timedelta(microseconds=value)
        text = re.sub(r"\.?%(.)", lambda field: self._written(field, moment), self.pattern)
        return text + self.suffix

    def _written(self, field: re.Match[str], moment: datetime.datetime) -> str:
        letter, point = field[1], field[0][:1] if field[0].startswith(".") else ""
        if letter == "f":
            fraction = f"{moment.microsecond:06d}"[: self.digits]
            return point + fraction if self.digits and (self.always_fraction or fraction.strip("0")) else ""
        width = 2 if self.padded or letter in "MSy" else 1
        hour = moment.hour % 12 or 12
        numbers = {"y": moment.year % 100, "m": moment.month, "d": moment.day, "H": moment.hour, "I": hour}
        numbers |= {"M": moment.minute, "S": moment.second}
        texts = {"Y": f"{moment.year:04d}", "B": _MONTHS[moment.month - 1], "b": _MONTHS[moment.month - 1][:3]}
        texts["p"] = "AM" if moment.hour < 12 else "PM"
        return point + (texts[letter] if letter in texts else f"{numbers[letter]:0{width}d}")

    always_fraction: bool = True


def described(pattern: str) -> DateFormat:
    """The format that a user means by a pattern.

    Raises:
        ValueError: the pattern has other fields, or neither a year with a month nor an hour.
    """
    fields = re.findall("%(.?)", pattern)
    unknown = [field for field in fields if field not in _FIELDS and field != "f"]
    if unknown or not fields:
        raise ValueError(f"date_format={pattern!r} must consist of %Y %y %m %d %b %B %H %I %M %S %f %p and separators")
    if not set(fields) & set("HI") and not (set(fields) & set("Yy") and set(fields) & set("mbB")):
        raise ValueError(f"date_format={pattern!r} needs a year and a month, or an hour")
    return DateFormat(pattern)


def recognised_formats(cells: pa.StringArray) -> list[DateFormat]:
    """The formats in which every cell is a date that exists, the likeliest first; the second one is another reading.

    Args:
        cells: cells, none of which is missing.
    """
    forms = [DateFormat(pattern, suffix=suffix) for pattern, suffix in _candidates(cells[0].as_py())]
    few = pc.unique(cells[:_TRIED])
    likely = [form for form in forms if settle(form, few) is not None]
    return [settled for form in likely if (settled := settle(form, cells)) is not None]


def settle(form: DateFormat, cells: pa.StringArray) -> DateFormat | None:
    """The format with its padding and digits as cells have them; `None` if a cell is not a date in it."""
    fixed = _fixed_fields(cells, form.pattern.replace(".%f", "") + form.suffix)
    if fixed is not None and _numbers(fixed)[1].all():
        return attrs.evolve(form, always_fraction=".%f" not in form.pattern)
    found, fit = _fields(cells, form.pattern, form.suffix)
    if not fit.all() or not _numbers(found)[1].all():
        return None
    numbers = [found[field] for field in "mdHI" if field in found]
    single = any(pc.any(pc.equal(pc.binary_length(one), 1)).as_py() for one in numbers)
    lengths = pc.binary_length(found["f"]) if "f" in found else None
    digits = 0 if lengths is None else pc.max(lengths).as_py()
    always = lengths is None or bool(pc.min(lengths).as_py())
    return attrs.evolve(form, padded=not single, digits=digits, always_fraction=always)


def _candidates(example: str) -> Iterator[tuple[str, str]]:
    """Patterns that fit one cell, each with what follows the date."""
    zone = re.search(r"(?<=[0-9])( ?(Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))$", example)
    suffixes = ["", *([zone[0]] if zone and ":" in example else [])]
    patterns = [*_DATES, *(f"{date}{space}{time}" for date, space, time in itertools.product(_DATES, " T", _TIMES))]
    for pattern, suffix in itertools.product([*patterns, *_TIMES], suffixes):
        if re.fullmatch(_expression(pattern) + re.escape(suffix), example):
            yield pattern, suffix


@functools.cache
def _expression(pattern: str) -> str:
    """The regular expression of a pattern, with a group for each field."""
    parts = []
    for piece in re.split(r"(:%S\.%f|\.%f|%.)", pattern):
        if piece in (":%S.%f", ".%f"):  # seconds may be written with and without a fraction
            parts.append((":(?P<S>[0-9]{2})" if "S" in piece else "") + _FRACTION)
        else:
            parts.append(f"(?P<{piece[1]}>{_FIELDS[piece[1]]})" if piece.startswith("%") else re.escape(piece))
    return "".join(parts)


def _fixed_fields(cells: Any, pattern: str) -> dict[str, Array] | None:
    """The fields of cells that are all as long as the pattern with numbers of two digits, and the year of four, int64.

    Much faster than a regular expression. `None` if a cell is different, or the pattern has names.
    """
    pieces = re.findall("%.|[^%]", pattern)
    widths = {piece: {"%Y": 4}.get(piece, 2 if piece.startswith("%") else 1) for piece in pieces}
    length = sum(widths[piece] for piece in pieces)
    if not len(cells) or set(pieces) & {"%b", "%B", "%p", "%f"} or cells.null_count:
        return None
    offsets = np.frombuffer(cells.buffers()[1], np.int32)[cells.offset : cells.offset + len(cells) + 1]
    if int(offsets[-1]) - int(offsets[0]) != length * len(cells) or (np.diff(offsets) != length).any():
        return None
    data = np.frombuffer(cells.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    characters = data.reshape(len(cells), length)
    fields, place = {}, 0
    for piece in pieces:
        part = characters[:, place : place + widths[piece]]
        place += widths[piece]
        if not piece.startswith("%"):
            if len(piece.encode()) != 1 or (part != ord(piece)).any():
                return None
            continue
        digits = part - np.uint8(ord("0"))  # what is less wraps around
        if (digits > 9).any():
            return None
        fields[piece[1]] = digits @ (10 ** np.arange(widths[piece] - 1, -1, -1, dtype=np.int64))
    return fields


def _fields(cells: Any, pattern: str, suffix: str) -> tuple[dict[str, Any], Array]:
    """The text of each field, and which cells match; those of others are 0 or the like."""
    expression = f"^{_expression(pattern)}{re.escape(suffix)}$".replace("\\ ", " ").replace("\\-", "-")
    found = pc.extract_regex(cells, expression)
    fit = ~as_mask(pc.is_null(found))
    texts = {
        field.name: pc.if_else(pa.array(fit), found.field(index), "" if field.name in "bBpf" else "0")
        for index, field in enumerate(found.type)
    }
    return texts, fit


def _numbers(found: Mapping[str, Any]) -> tuple[Array, Array]:
    """Microseconds since 1970, or months without days, and which of them exist."""
    number = {field: _integers(found[field]) for field in "YymdHIMS" if field in found}
    count = len(next(iter(found.values())))
    year = number.get("Y", np.full(count, 1970, np.int64))
    if "y" in number:
        year = number["y"] + np.where(number["y"] < 69, 2000, 1900)  # as `strptime` has it
    month = number.get("m", np.ones(count, np.int64))
    if "b" in found or "B" in found:
        month = _months(found.get("b", found.get("B")))
    exist = (month >= 1) & (month <= 12) & (year >= _YEARS.start) & (year < _YEARS.stop)
    months = (year - 1970) * 12 + month - 1
    if not {"d", "H", "I"} & number.keys():
        return months, exist
    day = number.get("d", np.ones(count, np.int64))
    firsts = months.astype("datetime64[M]").astype("datetime64[D]")
    days = firsts.astype(np.int64) + day - 1
    exist &= (day >= 1) & (days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) == months)
    hour = number.get("H", np.zeros(count, np.int64))
    if "I" in number:
        exist &= (number["I"] >= 1) & (number["I"] <= 12)
        hour = number["I"] % 12 + 12 * _afternoon(found["p"]) if "p" in found else number["I"] % 12
    minute, second = (number.get(field, np.zeros(count, np.int64)) for field in "MS")
    exist &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    return seconds * _SECOND + (_fractions(found["f"]) if "f" in found else 0), exist


def _integers(texts: Any) -> Array:
    if isinstance(texts, np.ndarray):
        return texts

    values: Array = pc.cast(texts, pa.int64()).to_numpy(zero_copy_only=False)
    return values


def _fractions(texts: Any) -> Array:

    return _integers(pc.utf8_slice_codeunits(pc.utf8_rpad(texts, 6, "0"), 0, 6))


def _months(names: Any) -> Array:
    """The numbers of months by their English names or the first three letters; 0 for any other word."""
    full = pc.index_in(pc.utf8_lower(names), value_set=pa.array([month.lower() for month in _MONTHS]))
    short = pc.index_in(pc.utf8_lower(names), value_set=pa.array([month.lower()[:3] for month in _MONTHS]))
    found: Array = pc.fill_null(pc.coalesce(full, short), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found + 1


def _afternoon(words: Any) -> Array:

    return as_mask(pc.equal(pc.utf8_lower(words), "pm")).astype(np.int64)
