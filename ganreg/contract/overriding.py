"""Which methods of its base class a component overrides, because the engine pays only for those."""

from __future__ import annotations


def overridden(implementation: object) -> frozenset[str]:
    """The public names that a class defines itself rather than inheriting it from the base class of its kind.

    Args:
        implementation: an instance; of a class that is no implementation, nothing counts as overridden.
    """
    own = type(implementation)
    base = getattr(own, "kind_base", None)
    if base is None:
        return frozenset()
    public = (name for name in dir(own) if not name.startswith("_"))
    return frozenset(name for name in public if getattr(own, name, None) is not getattr(base, name, None))
