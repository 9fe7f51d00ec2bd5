"""Modules that are imported when they are first used, so that listing and explaining components stays fast.

A component's module imports Keras at its top, as Keras code does, without making `ganreg show` wait for TensorFlow:

>>> from ganreg.lazy import keras, ops
>>> type(keras).__name__
'LazyModule'

`lazy_loader` does the same, but puts the unloaded module into `sys.modules`, where a plain `import` in another thread
would find it half-made; nothing here touches `sys.modules`.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

__all__ = ["LazyModule", "keras", "layers", "lazy_module", "ops", "tf"]


class LazyModule(ModuleType):
    """Stands for a module, which is imported when one of its attributes is first asked for."""

    def __getattr__(self, name: str) -> Any:
        """The attribute of the module itself."""
        return getattr(importlib.import_module(self.__name__), name)


def lazy_module(name: str) -> Any:
    """Returns a stand-in for a module, such as the one that holds a component's own Keras layers.

    Args:
        name: the module's full name.
    """
    return LazyModule(name)


if TYPE_CHECKING:
    import keras
    import tensorflow as tf
    from keras import layers, ops
else:
    keras, tf = LazyModule("keras"), LazyModule("tensorflow")
    layers, ops = LazyModule("keras.layers"), LazyModule("keras.ops")
