"""Naming the culprit: an exception in a component's own code becomes one line that says whose it is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ganreg.errors import GanregError, PluginError


@contextlib.contextmanager
def blaming(origin: str, action: str) -> Iterator[None]:
    """Turns an exception into a `PluginError` that names the component and its distribution.

    Args:
        origin: such as `"regularizer 'r1' of ganreg-regularizers"`.
        action: what it was doing, such as `"discriminator_penalty"`.

    Raises:
        PluginError: something other than a `GanregError` was raised inside.
    """
    try:
        yield
    except GanregError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())
        raise PluginError(f"{origin} failed in {action}: {type(error).__name__}: {reason[:300]}") from error
