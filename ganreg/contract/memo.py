"""What has been computed in an update, so that it is computed once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

Computed = TypeVar("Computed")


class Memo:
    """Values by key, each computed when it is first asked for.

    Args:
        known: values that exist already. Defaults to none.
        parent: a memo whose values count as known. Defaults to none.
    """

    def __init__(self, known: Mapping[Hashable, Any] | None = None, parent: Memo | None = None) -> None:
        self._values = dict(known or {})
        self._parent = parent

    def once(self, key: Hashable, compute: Callable[[], Computed]) -> Computed:
        """Returns the value of a key, and computes it if it does not exist.

        Args:
            key: any hashable value.
            compute: computes the value.
        """
        place: Memo | None = self
        while place is not None:
            if key in place._values:
                known: Computed = place._values[key]
                return known
            place = place._parent
        self._values[key] = value = compute()
        return value

    def known(self, key: Hashable) -> Any:
        """Returns the value of a key, or `None` if it does not exist."""
        place: Memo | None = self
        while place is not None and key not in place._values:
            place = place._parent
        return None if place is None else place._values[key]

    def fork(self) -> Memo:
        """Returns a memo that knows what this one knows and keeps new values to itself."""
        return Memo(parent=self)
