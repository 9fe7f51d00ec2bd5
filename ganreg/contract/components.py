"""The registry's light record of a component. Importable without TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ganreg.contract.parameters import is_kebab_case
from ganreg.errors import SpecError


def _as_tuple(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Component:
    """One line of the registry: what a plugin's hook returns.

    Attributes:
        name: kebab-case, unique in its kind.
        implementation: `"package.module:Class"`, which keeps listing fast, or the class itself.
        summary: one line for listings.
        paper: where the component comes from, such as `"arXiv:1704.00028"`.
        remedies: the problems that it remedies, by name, such as `"mode-collapse"`; messages about such a problem
            suggest it.
        default: whether it is the component of its kind that is used where none is named.
        files: the suffixes, such as `".csv"`, of the files that a dataset reads through its parameter `path`.

    Raises:
        SpecError: the name is not kebab-case, or the implementation is neither text of that form nor a class.
    """

    name: str
    implementation: str | type
    summary: str = ""
    paper: str = attrs.field(default="", kw_only=True)
    remedies: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_as_tuple)
    default: bool = attrs.field(default=False, kw_only=True)
    files: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=_as_tuple)

    def __attrs_post_init__(self) -> None:
        if not is_kebab_case(self.name):
            raise SpecError(f"a component's name must be kebab-case, such as 'wgan-gp', got {self.name!r}")
        named = isinstance(self.implementation, str) and self.implementation.count(":") == 1
        if not (named or isinstance(self.implementation, type)):
            raise SpecError(
                f"component '{self.name}' needs 'package.module:Class' or a class as its implementation, "
                f"got {self.implementation!r}"
            )
