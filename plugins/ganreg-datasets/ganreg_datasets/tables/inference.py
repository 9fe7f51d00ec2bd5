"""Decides how each column of a table is encoded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import attrs
import numpy as np

from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables import cells
from ganreg_datasets.tables.category import CategoryEncoding
from ganreg_datasets.tables.constant import ConstantEncoding
from ganreg_datasets.tables.date import DateEncoding
from ganreg_datasets.tables.dates import DateFormat, recognised_formats, settle
from ganreg_datasets.tables.encoding import CellError, Encoding
from ganreg_datasets.tables.identifier import IdEncoding
from ganreg_datasets.tables.modes import few_different
from ganreg_datasets.tables.numeric import NumericEncoding

if TYPE_CHECKING:
    import pyarrow as pa

    from ganreg_datasets.tables.reading import TextColumn
else:
    pa = lazy_module("pyarrow")

pc = lazy_module("pyarrow.compute")

Kind = Literal["numeric", "integer", "category", "date", "id"]
"""What a user can ask for."""

_MANY = 20
"""Up to so many categories are never suspected to be ids or free text."""
_EXACT = 2**53
"""Integers beyond it are not exact as floats."""
_DAYS = (10_000_000, 99_999_999)
"""Integers that may be dates, such as 20230131."""
_YES_AND_NO = ({"true", "false"}, {"yes", "no"}, {"t", "f"}, {"y", "n"}, {"on", "off"}, {"0", "1"})
_ID_NAME = re.compile(r"(.*[^A-Za-z])?(?i:ids?|uuid|guid|index|key|no|nr|number)|.*[a-z](Id|ID|Uuid|UUID|Key)")


@attrs.frozen
class Rules:
    """What a user has decided for a whole table.

    Attributes:
        most_modes: the greatest number of normal distributions for a column.
        most_categories: the greatest number of categories of a column.
        fold: whether the rarest categories beyond that number are folded into one instead of being refused.
        comma: whether the decimal sign is a comma; `None` to recognise it in each column.
        form: the format of dates; `None` to recognise it in each column.
    """

    most_modes: int = 10
    most_categories: int = 1000
    fold: bool = False
    comma: bool | None = None
    form: DateFormat | None = None


@attrs.frozen(eq=False)
class Decision:
    """How a column is encoded.

    Attributes:
        encoding: the encoding; `None` if there is none that suits.
        values: the column as `encoding.read` reads it.
        kind: what the column holds, such as `"integer"`.
        problem: why there is no encoding, and what to do.
        warning: what a user should know before training.
        note: what else could be meant.
    """

    encoding: Encoding | None
    values: Array | None
    kind: str
    problem: str = ""
    warning: str = ""
    note: str = ""


def decide(column: TextColumn, rules: Rules, asked: Kind | None = None) -> Decision:
    """Decides how a column is encoded.

    Args:
        column: the column.
        rules: what the user has decided for the table.
        asked: what the user has decided for the column.

    Raises:
        CellError: the column does not hold what the user says.
    """
    match asked:
        case "numeric" | "integer":
            return _as_numbers(column, _asked_numbers(column, rules, integer=asked == "integer"), rules)
        case "date":
            return _asked_date(column, rules)
        case "category":
            return _as_category(column, _counts(column.cells), rules)
        case "id":
            known = IdEncoding.recognised(column)
            return _decision(known or IdEncoding(column.name), column, "id")
        case _:
            return _inferred(column, rules)


def _inferred(column: TextColumn, rules: Rules) -> Decision:
    numbers = _numbers(column.cells, rules)
    if numbers is not None and not np.isnan(numbers.values).all():
        return _from_numbers(column, numbers, rules)
    if _is_constant(column.cells):
        return _decision(ConstantEncoding(column.name, column.cells[0].as_py()), column, "constant")
    formats = _formats(column, rules)
    if formats and not _is_constant_but_for_gaps(column.cells):
        return _as_date(column, formats, rules)
    stray = cells.first_stray(column.cells)
    return _as_text(column, rules) if stray is None else _nearly_numbers(column, stray, rules)


def _nearly_numbers(column: TextColumn, stray: cells.NotNumbersError, rules: Rules) -> Decision:
    """A column of numbers but for a few cells: refused if these are infinite, otherwise as text with a warning."""
    name = column.name
    seen = f"column '{name}' holds numbers, but {stray.cell!r} in row {stray.row + 1}"
    if cells.is_infinite(stray.cell):
        problem = f"{seen}; correct the cell, leave it empty, or give category=[{name}] or leave_out=[{name}]"
        return Decision(None, None, "text", problem=problem)
    found = _as_text(column, rules)
    if found.problem:
        return attrs.evolve(found, problem=f"{found.problem}; {seen}")
    return attrs.evolve(found, warning=f"{seen}, and is taken as categories; correct it, or give category=[{name}]")


def _from_numbers(column: TextColumn, numbers: cells.Numbers, rules: Rules) -> Decision:
    name, whole = column.name, numbers.decimals is None
    few = few_different(numbers.values[~np.isnan(numbers.values)] if numbers.missing is not None else numbers.values)
    if few is not None and len(few) == 1 and _is_constant(column.cells):
        return _decision(ConstantEncoding(name, column.cells[0].as_py()), column, "constant")
    if cells.has_leading_zeros(column.cells):
        return _as_text(column, rules, note=f"numeric=[{name}] if the zeros in front mean nothing")
    found = _special_integers(column, few, numbers, rules) if whole else None
    if found is not None:
        return found
    note = ""
    if whole and few is not None:
        note = f"category=[{name}] if the numbers are codes"
    elif whole and np.ptp(numbers.values) == len(numbers.values) - 1 and _all_differ(numbers):
        note = f"numbers the rows; id=[{name}] if that is all"
    return _as_numbers(column, numbers, rules, note)


def _special_integers(column: TextColumn, few: Array | None, numbers: cells.Numbers, rules: Rules) -> Decision | None:
    """Long codes, yes and no, dates, or ids; `None` for any other integers."""
    least, greatest = np.nanmin(numbers.values), np.nanmax(numbers.values)
    if max(-least, greatest) > _EXACT:
        return _as_text(column, rules, note=f"numeric=[{column.name}] if the last digits may be lost")
    if (least, greatest) == (0.0, 1.0) and _distinct(column.cells) == 2 + (numbers.missing == ""):
        return _as_category(column, _counts(column.cells), rules, boolean=True)
    if _DAYS[0] <= least < greatest <= _DAYS[1]:
        formats = _formats(column, rules)
        if formats:
            return _as_date(column, formats, rules)
    if few is None and _ID_NAME.fullmatch(column.name) and _all_differ(numbers):
        return _as_id(column)
    return None


def _all_differ(numbers: cells.Numbers) -> bool:
    return numbers.missing is None and len(np.unique(numbers.values)) == len(numbers.values)


def _as_text(column: TextColumn, rules: Rules, note: str = "") -> Decision:
    """Yes and no, categories, ids of a known form, or texts that hardly repeat."""
    gaps = int(cells.missing_cells(column.cells, words=False).sum())
    rows, different = len(column.cells) - gaps, _distinct(column.cells) - bool(gaps)
    if different <= _MANY or (2 * different <= rows and different <= rules.most_categories):
        counts = _counts(column.cells)
        boolean = {cell.lower() for cell in counts if cell} in _YES_AND_NO and different == 2
        return attrs.evolve(_as_category(column, counts, rules, boolean=boolean), note=note)
    if different == rows and not gaps and IdEncoding.recognised(column) is not None:
        return _as_id(column)
    if rules.fold:
        return _as_category(column, _counts(column.cells), rules)
    name = column.name
    what = f"column '{name}' holds {different} different texts in {rows} rows"
    if 2 * different > rows:
        what += ", such as names or free text, which a generator can only repeat"
    last = f"many=fold to keep the {rules.most_categories} commonest and fold the others into one"
    if different <= rules.most_categories:
        last = f"category=[{name}] to use them anyway"
    problem = f"{what}; give leave_out=[{name}], id=[{name}] to number the rows, or {last}"
    return Decision(None, None, "text", problem=problem)


def _as_id(column: TextColumn) -> Decision:
    name = column.name
    found = _decision(IdEncoding.recognised(column) or IdEncoding(name), column, "id")
    warning = (
        f"column '{name}' is different in every row and is taken as an id: nothing is learnt from it, and generated "
        f"rows get new ones; give id=[{name}] to confirm, or leave_out, category or numeric to change it"
    )
    return attrs.evolve(found, warning=warning)


def _as_category(column: TextColumn, counts: Mapping[str, int], rules: Rules, *, boolean: bool = False) -> Decision:
    if len(counts) > rules.most_categories and not rules.fold:
        problem = (
            f"column '{column.name}' has {len(counts)} categories, but at most {rules.most_categories} are allowed; "
            f"give many=fold to keep the commonest, raise most_categories=, or leave_out=[{column.name}]"
        )
        return Decision(None, None, "category", problem=problem)
    encoding = CategoryEncoding.fit(column.name, dict(counts), most=rules.most_categories, boolean=boolean)
    return _decision(encoding, column, "boolean" if boolean else "category")


def _as_numbers(column: TextColumn, numbers: cells.Numbers, rules: Rules, note: str = "") -> Decision:
    encoding = NumericEncoding.fit(column.name, numbers, rules.most_modes)
    return Decision(encoding, numbers.values, "integer" if numbers.decimals is None else "numeric", note=note)


def _as_date(column: TextColumn, formats: list[DateFormat], rules: Rules) -> Decision:
    found = Decision(*DateEncoding.fit(column, formats[0], rules.most_modes), "date")
    others = [form for form in formats[1:] if form.pattern.replace("%B", "%b") != formats[0].pattern]
    if not others:
        return found
    warning = (
        f"column '{column.name}' is read as dates in the format {formats[0].pattern}, but {others[0].pattern} fits as "
        "well; give date_format= to choose"
    )
    return attrs.evolve(found, warning=warning)


def _decision(encoding: Encoding, column: TextColumn, kind: str) -> Decision:
    return Decision(encoding, encoding.read(column), kind)


def _numbers(column: pa.StringArray, rules: Rules) -> cells.Numbers | None:
    for comma in (False, True) if rules.comma is None else (rules.comma,):
        try:
            return cells.read_numbers(column, comma=comma)
        except cells.NotNumbersError:
            continue
    return None


def _asked_numbers(column: TextColumn, rules: Rules, *, integer: bool) -> cells.Numbers:
    numbers = _numbers(column.cells, rules)
    if numbers is None:
        try:
            numbers = cells.read_numbers(column.cells, comma=bool(rules.comma))
        except cells.NotNumbersError as error:
            raise CellError(column.name, error.row, error.cell, "a number") from error
    present = ~np.isnan(numbers.values)
    if not present.any():
        raise CellError(column.name, 0, column.cells[0].as_py(), "a number")
    if not integer:
        return attrs.evolve(numbers, decimals=numbers.decimals)
    broken = np.flatnonzero(present & (numbers.values != np.round(numbers.values)))
    if len(broken):
        row = int(broken[0])
        raise CellError(column.name, row, column.cells[row].as_py(), "an integer")
    return attrs.evolve(numbers, decimals=None)


def _asked_date(column: TextColumn, rules: Rules) -> Decision:
    formats = _formats(column, rules)
    if formats:
        return _as_date(column, formats, rules)
    row = int(np.argmin(cells.missing_cells(column.cells, words=True)))
    if rules.form is not None:
        DateEncoding.fit(column, rules.form, rules.most_modes)  # names the cell that does not fit
    wanted = "dates in one format; give it with date_format=, such as date_format=%d.%m.%Y"
    raise CellError(column.name, row, column.cells[row].as_py(), wanted)


def _formats(column: TextColumn, rules: Rules) -> list[DateFormat]:
    gaps = cells.missing_cells(column.cells, words=True)
    present = column.cells.filter(_arrow(~gaps)) if gaps.any() else column.cells
    if not len(present):
        return []
    if rules.form is not None:
        settled = settle(rules.form, present)
        return [] if settled is None else [settled]
    return recognised_formats(present)


def _is_constant(column: pa.StringArray) -> bool:
    return bool(pc.all(pc.equal(column, column[0])).as_py())


def _is_constant_but_for_gaps(column: pa.StringArray) -> bool:
    gaps = cells.missing_cells(column, words=True)
    return bool(gaps.any()) and _distinct(column) <= 1 + len(set(column.filter(_arrow(gaps)).unique().to_pylist()))


def _arrow(mask: Array) -> pa.BooleanArray:

    return pa.array(mask)


def _distinct(column: pa.StringArray) -> int:

    return int(pc.count_distinct(column).as_py())


def _counts(column: pa.StringArray) -> dict[str, int]:

    counted = pc.value_counts(column)
    return dict(zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True))
