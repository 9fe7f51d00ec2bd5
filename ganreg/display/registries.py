"""The registry in a notebook: a table for each kind of component. Never imports TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ganreg.contract.kinds import KINDS
from ganreg.display.fragments import MOST_ROWS, cut, fragment

if TYPE_CHECKING:
    from ganreg.plugins.registry import Registry

_FAILED = 10


def text(registry: Registry) -> str:
    """A registry in one line."""
    return f"<Registry: {_state(registry)}>"


def html(registry: Registry) -> str:
    """A registry as HTML."""
    failed = [plugin for plugin in registry.plugins if plugin.status == "failed"]
    kinds = [_kind(registry, kind) for kind in KINDS]
    return fragment(
        "registry.html",
        state=_state(registry),
        kinds=[kind for kind in kinds if kind["count"]],
        notes=[f"{plugin.distribution} failed to load: {plugin.error}" for plugin in failed[:_FAILED]],
    )


def _kind(registry: Registry, kind: str) -> dict[str, Any]:
    entries = registry.entries(kind)
    rows = [
        (cut(registry.name_of(entry), 100), cut(entry.summary), f"{entry.plugin.distribution} {entry.plugin.version}")
        for entry in entries[:MOST_ROWS]
    ]
    return {
        "plural": KINDS[kind].plural,
        "count": len(entries),
        "rows": rows,
        "left": max(0, len(entries) - MOST_ROWS),
        "open": False,
    }


def _state(registry: Registry) -> str:
    counts = [(len(registry.entries(kind)), kind) for kind in KINDS]
    loaded = [plugin for plugin in registry.plugins if plugin.status == "loaded"]
    offered = ", ".join(f"{count} {KINDS[kind].plural if count != 1 else kind}" for count, kind in counts if count)
    return f"{offered or 'no components'} of {len(loaded)} plugin{'s' * (len(loaded) != 1)}"
