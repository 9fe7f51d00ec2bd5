"""How objects of every layer show themselves in notebooks, by what a higher layer draws.

`ganreg.display` reads run folders, plots and renders HTML, for which it needs all that it shows. The classes that it
shows lie below it, so they name what shows them as text, which is imported when a notebook asks for it.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, ClassVar


def displayed(place: str, *arguments: Any, **options: Any) -> Any:
    """Calls a function of `ganreg.display`.

    Args:
        place: the module in it and the name, such as `"history:plot_history"`.
        *arguments: what it is called with.
        **options: likewise.
    """
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f"ganreg.display.{module}"), name)(*arguments, **options)


def in_notebook() -> bool:
    """Whether this is a notebook, whose outputs can be updated; IPython is not imported to find out."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return "IPKernelApp" in getattr(shell, "config", ())


class Shown:
    """A class whose objects are shown in notebooks, and have a short `repr`.

    Attributes:
        shown_by: the module of `ganreg.display` with the functions `html(object)` and `text(object)`.
    """

    __slots__ = ()

    shown_by: ClassVar[str]

    def _repr_html_(self) -> str | None:
        try:
            html: str = displayed(f"{self.shown_by}:html", self)
        except Exception:  # noqa: BLE001 - to show an object must not fail, whatever state it is in
            return None  # the notebook shows the text instead
        return html

    def __repr__(self) -> str:
        try:
            text: str = displayed(f"{self.shown_by}:text", self)
        except Exception:  # noqa: BLE001
            return f"<{type(self).__name__}>"
        return text
