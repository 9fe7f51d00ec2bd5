"""Declaring hyperparameters and naming components."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import attrs

_KEBAB_CASE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_kebab_case(name: object) -> bool:
    """Whether `name` is kebab-case: lower-case letters and digits, words joined by single hyphens, as in `wgan-gp`."""
    return isinstance(name, str) and _KEBAB_CASE.fullmatch(name) is not None


def parameter(default: Any, help: str, *validator: Callable[..., Any], **options: Any) -> Any:
    """Declares a hyperparameter of an implementation: an `attrs.field` with a help text.

    Args:
        default: the default value.
        help: one line that explains the hyperparameter, with its unit.
        *validator: attrs validators that the value must pass, such as `attrs.validators.ge(0)`.
        **options: further options of `attrs.field`.

    >>> @attrs.frozen(kw_only=True)
    ... class Scaled(Loss):
    ...     scale: float = parameter(1.0, "multiplies the logits", validators.gt(0))
    >>> Scaled().scale
    1.0
    """
    return attrs.field(default=default, validator=list(validator) or None, metadata={"help": help}, **options)
