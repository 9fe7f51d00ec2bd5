"""The callbacks that plugins add to a run, such as an experiment tracker's."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import keras

from ganreg.engine.attribution import attributed
from ganreg.errors import GanregError, PluginError
from ganreg.plugins.host import implementations_of
from ganreg.plugins.registry import registry
from ganreg.texts import described

if TYPE_CHECKING:
    from ganreg.contract.run import Run


def plugin_callbacks(run: Run) -> dict[keras.callbacks.Callback, str]:
    """The callbacks that plugins add to a run that starts, each with the name of its distribution.

    Raises:
        PluginError: a plugin's hook failed; the message names its distribution.
    """
    found: dict[keras.callbacks.Callback, str] = {}
    for implementation in implementations_of(registry().host.manager, "ganreg_callbacks"):
        distribution = implementation.plugin_name.partition(":")[0]
        with attributed(f"plugin {distribution}", "ganreg_callbacks"):
            arguments = [run] if "run" in implementation.argnames else []
            offered: Any = implementation.function(*arguments)
            found |= dict.fromkeys(offered or (), distribution)
    return found


@contextlib.contextmanager
def blaming_plugins(offered: Mapping[keras.callbacks.Callback, str]) -> Iterator[None]:
    """Names the plugin's callback that raised an exception; exceptions from elsewhere pass unchanged.

    Raises:
        PluginError: one of the callbacks failed.
    """
    try:
        yield
    except GanregError:
        raise
    except (Exception, SystemExit) as error:
        owners = {id(callback): callback for callback in offered}
        for frame, _ in traceback.walk_tb(error.__traceback__):
            callback = owners.get(id(frame.f_locals.get("self")))
            if callback is not None:
                raise PluginError(
                    f"callback '{type(callback).__name__}' of {offered[callback]} failed in {frame.f_code.co_name}: "
                    f"{described(error)}"
                ) from error
        raise
