"""Methods that refuse arguments with advice, although their signatures list only what they take."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from ganreg.engine.refusals import refuse_arguments

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def refusing(remedies: Mapping[str, str]) -> Callable[[Callable[Parameters, Returned]], Callable[Parameters, Returned]]:
    """Has a method raise a `SpecError` for other keyword arguments, which says what to use instead.

    Editors and type checkers see the method's own signature, so that they complete and flag arguments. An argument that
    is `None` counts as not given.

    Args:
        remedies: what to use instead, by the argument's name.
    """

    def decorate(method: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
        taken = inspect.signature(method).parameters

        @functools.wraps(method)
        def checked(*arguments: Parameters.args, **given: Parameters.kwargs) -> Returned:
            others = {name: value for name, value in given.items() if name not in taken}
            if others:
                refuse_arguments(method.__name__, others, remedies, method)
                for name in others:
                    del given[name]
            return method(*arguments, **given)

        return checked

    return decorate
