"""Tells Keras about classes that live in files of its own, without importing Keras before the program does.

`keras.models.load_model` finds a class only if it has been registered. `import ganreg` must stay fast, so what is
registered is a stand-in, which imports the class when Keras makes an object of it; and if Keras has not been imported,
the registration waits until it is.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any


def register_when_keras_is_imported(registered: str, place: str) -> None:
    """Registers a class under the name that is in the files.

    Args:
        registered: the name, such as `"ganreg>GAN"`.
        place: the module and the name of the class in it, such as `"ganreg.gan:GAN"`.
    """

    def register(keras: ModuleType) -> None:
        keras.saving.get_custom_objects().setdefault(registered, stand_in(place))

    when_imported("keras", register)


def when_imported(name: str, action: Callable[[ModuleType], None]) -> None:
    """Calls a function with a module: now if it has been imported, otherwise as soon as it is.

    Args:
        name: the module's name, which is that of a top-level package.
        action: the function.
    """
    module = sys.modules.get(name)
    if module is not None and not getattr(module.__spec__, "_initializing", False):
        action(module)
    else:
        sys.meta_path.insert(0, _Waiting(name, action))


def stand_in(place: str) -> type:
    """Returns a class whose `from_config` is that of another one, which is imported when it is called.

    Args:
        place: the module and the name of the class in it, such as `"ganreg.gan:GAN"`.
    """
    module, _, name = place.partition(":")

    def from_config(cls: Any, /, config: Mapping[str, Any], **options: Any) -> Any:
        return getattr(importlib.import_module(module), name).from_config(config, **options)

    return type(name, (), {"__doc__": f"Stands for {place}.", "from_config": classmethod(from_config)})


class _Waiting(importlib.abc.MetaPathFinder):
    """Finds one module as Python does, and has a function called once it has been imported."""

    def __init__(self, name: str, action: Callable[[ModuleType], None]) -> None:
        self._name, self._action = name, action

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Finds the module; `None` for any other."""
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute, action = spec.loader.exec_module, self._action

            def execute_and_act(module: ModuleType) -> None:
                execute(module)
                action(module)

            spec.loader.exec_module = execute_and_act  # type: ignore[method-assign]
        return spec
