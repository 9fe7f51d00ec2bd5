"""The encodings of a table as plain values, as a run's folder keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from ganreg import Block, DataError
from ganreg_datasets.tables.category import CategoryEncoding
from ganreg_datasets.tables.constant import ConstantEncoding
from ganreg_datasets.tables.date import DateEncoding
from ganreg_datasets.tables.dates import DateFormat
from ganreg_datasets.tables.encoding import Encoding
from ganreg_datasets.tables.identifier import IdEncoding
from ganreg_datasets.tables.modes import Modes
from ganreg_datasets.tables.numeric import NumericEncoding

_KINDS: Mapping[str, type[Encoding]] = {
    one.kind: one for one in (NumericEncoding, DateEncoding, CategoryEncoding, ConstantEncoding, IdEncoding)
}
_PARTS: Mapping[str, type] = {"modes": Modes, "form": DateFormat, "steps": NumericEncoding}
"""The fields of encodings that are objects themselves."""


def _encodings(values: Iterable[Encoding]) -> tuple[Encoding, ...]:
    return tuple(values)


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Encodings:
    """The encodings of a table's columns, in the table's order.

    Attributes:
        columns: the encodings; the label's is among them.
        label: the name of the label's column; empty without labels.
        conditions: the names of the columns whose categories are the classes; none if there are none.
    """

    columns: tuple[Encoding, ...] = attrs.field(converter=_encodings)
    label: str = ""
    conditions: tuple[str, ...] = attrs.field(default=(), converter=_texts)

    @property
    def samples(self) -> tuple[Encoding, ...]:
        """The encodings of all columns but the label."""
        return tuple(column for column in self.columns if column.name != self.label)

    @property
    def labels(self) -> CategoryEncoding | None:
        """The label's encoding."""
        found = [column for column in self.columns if column.name == self.label and self.label]
        return found[0] if found and isinstance(found[0], CategoryEncoding) else None

    @property
    def width(self) -> int:
        """The number of values in a sample."""
        return sum(column.width for column in self.samples)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """What the values of a sample are."""
        return tuple(block for column in self.samples for block in column.blocks)

    def as_plain(self) -> dict[str, Any]:
        """The encodings as plain values."""
        columns = [{"encoding": column.kind, **_plain(attrs.asdict(column))} for column in self.columns]
        conditions = {"conditions": list(self.conditions)} if self.conditions else {}
        return {"columns": columns, "label": self.label, **conditions}

    @classmethod
    def of_plain(cls, state: Mapping[str, Any]) -> Encodings:
        """The encodings from what `as_plain` returned.

        Raises:
            DataError: the values are something else.
        """
        try:
            columns = [_encoding(column) for column in state["columns"]]
            return cls(columns, str(state["label"]), [str(name) for name in state.get("conditions", ())])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise DataError(f"the encodings of a table are damaged: {type(error).__name__}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _encoding(column: Mapping[str, Any]) -> Encoding:
    fields = dict(column)
    made: Encoding = _made(_KINDS[fields.pop("encoding")], fields)
    return made


def _made(kind: type, fields: Mapping[str, Any]) -> Any:
    return kind(**{name: _made(_PARTS[name], value) if name in _PARTS else value for name, value in fields.items()})
