"""Columns that name rows, from which nothing can be learnt."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import attrs
import numpy as np

from ganreg.lazy import lazy_module
from ganreg_datasets.splits import Array
from ganreg_datasets.tables.encoding import Encoding

if TYPE_CHECKING:
    from ganreg_datasets.tables.reading import TextColumn

pc = lazy_module("pyarrow.compute")

_UUID = r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_NUMBERED = re.compile(r"(.*?)([0-9]+)([^0-9]*)")


@attrs.frozen
class IdEncoding(Encoding):
    """Identifiers, which take no value of a sample; generated rows get new ones.

    Attributes:
        name: the column's name in the header.
        uuid: whether they are UUIDs. All others are numbered.
        prefix: what stands before the number.
        digits: the number of digits, with zeros in front; 0 for as many as needed.
        suffix: what stands after the number.
        next: the first number of generated rows.
    """

    uuid: bool = False
    prefix: str = ""
    digits: int = 0
    suffix: str = ""
    next: int = 1

    kind: ClassVar[str] = "id"

    @classmethod
    def recognised(cls, column: TextColumn) -> IdEncoding | None:
        """The encoding of UUIDs, or of numbers with the same text around each; `None` for anything else."""
        if pc.all(pc.match_substring_regex(column.cells, f"^{_UUID}$")).as_py():
            return cls(column.name, uuid=True)
        found = _NUMBERED.fullmatch(column.cells[0].as_py())
        if not found:
            return None
        prefix, _, suffix = found.groups()
        pattern = f"^{_escaped(prefix)}(?P<number>[0-9]+){_escaped(suffix)}$"
        numbers = pc.extract_regex(column.cells, pattern)
        if numbers.null_count:
            return None
        texts = numbers.field(0)
        padded = pc.any(pc.match_substring_regex(texts, "^0[0-9]")).as_py()
        digits = pc.max(pc.binary_length(texts)).as_py() if padded else 0
        return cls(column.name, False, prefix, digits, suffix, max(map(int, texts.to_pylist())) + 1)

    def read(self, column: TextColumn) -> Array:
        """Reads nothing."""
        return np.zeros(len(column.cells), np.int8)

    def decode(self, encoded: Array) -> Sequence[Any]:
        """Returns new identifiers, the same ones each time."""
        if self.uuid:
            stream = np.random.default_rng(0)
            return [str(uuid.UUID(bytes=stream.bytes(16), version=4)) for _ in range(len(encoded))]
        numbers: Iterable[int] = range(self.next, self.next + len(encoded))
        if not self.prefix and not self.suffix and not self.digits:
            return list(numbers)
        return [f"{self.prefix}{number:0{self.digits}d}{self.suffix}" for number in numbers]


def _escaped(text: str) -> str:
    return "".join(f"\\x{{{ord(character):x}}}" for character in text)
