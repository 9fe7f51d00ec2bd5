"""Finds the layers that plugins register with Keras, so that `load_model` opens files that contain them.

A layer's module registers it when it is imported, which for a plugin's layers is when a network is built. A program
that only opens a file builds none. `import ganreg` therefore registers a stand-in for each class that the packages of
the installed plugins register, under the same name; the module is imported once a file contains the class. The names
are read from the source code, so that nothing is imported before, and authors need not declare them a second time.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from ganreg.plugins.installed import installed_entry_points
from ganreg.registering import stand_in, when_imported

_DECORATOR = "register_keras_serializable"
_USUAL_PACKAGE = "Custom"
"""The package under which Keras registers what names none."""


def register_classes_of_plugins() -> None:
    """Registers a stand-in for each class that a plugin's package registers: now, or when Keras is imported."""
    when_imported("keras", _register)


def _register(keras: ModuleType) -> None:
    known = keras.saving.get_custom_objects()
    for name, place in registered_classes(point.module for point in installed_entry_points()).items():
        known.setdefault(name, stand_in(place))


def registered_classes(plugins: Iterable[str]) -> dict[str, str]:
    """Finds the classes that the packages of plugins register with Keras, without importing them.

    Args:
        plugins: the names of modules, such as `"ganreg_networks"` or `"acme_gan.plugin"`. The whole package that
            contains such a module is searched.

    Returns:
        The module and the name of each class, `"acme_gan.layers:Swirl"`, by the name under which it is registered,
        `"acme>Swirl"`. Names that are not literals or constants of their module cannot be found.
    """
    found: dict[str, str] = {}
    for package in sorted({name if "." not in name else name.rpartition(".")[0] for name in plugins if name}):
        for module, path in _modules(package):
            for registered, name in _registered_in(module, path):
                found.setdefault(registered, f"{module}:{name}")
    return found


def _modules(package: str) -> Iterator[tuple[str, Path]]:
    """The modules of a package, or the module of that name, and their files."""
    top, *inner = package.split(".")
    try:
        spec: ModuleSpec | None = importlib.util.find_spec(top)  # does not import a top-level package
    except (ImportError, ValueError):
        return
    if spec is None:
        return
    for folder in map(Path, spec.submodule_search_locations or ()):
        root = folder.joinpath(*inner)
        for path in sorted(root.rglob("*.py")):
            words = path.relative_to(root).with_suffix("").parts
            yield ".".join([package, *(words[:-1] if words[-1] == "__init__" else words)]), path
    if spec.submodule_search_locations is None and spec.origin is not None and not inner:
        yield package, Path(spec.origin)


def _registered_in(module: str, path: Path) -> Iterator[tuple[str, str]]:
    """The names under which a module registers classes, and the names of the classes."""
    try:
        source = path.read_bytes()
        tree = ast.parse(source) if _DECORATOR.encode() in source else None
    except (OSError, SyntaxError, ValueError, RecursionError):
        return  # importing it would say what is wrong
    statements = [] if tree is None else tree.body
    constants = {"__name__": module}
    for statement in statements:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            constants |= {one.id: str(statement.value.value) for one in statement.targets if isinstance(one, ast.Name)}
        if isinstance(statement, ast.ClassDef):
            calls = [one for one in statement.decorator_list if isinstance(one, ast.Call)]
            for call in (one for one in calls if _name_of(one.func) == _DECORATOR):
                if (registered := _registered_name(call, statement.name, constants)) is not None:
                    yield registered, statement.name


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _registered_name(call: ast.Call, class_name: str, constants: dict[str, str]) -> str | None:
    """The name under which a call registers a class; `None` if it is computed."""
    given = dict(zip(("package", "name"), call.args, strict=False)) | {
        keyword.arg: keyword.value for keyword in call.keywords if keyword.arg
    }
    words = {"package": _USUAL_PACKAGE, "name": class_name}
    for which, expression in given.items():
        if isinstance(expression, ast.Constant):
            words[which] = class_name if expression.value is None and which == "name" else str(expression.value)
        elif isinstance(expression, ast.Name) and expression.id in constants:
            words[which] = constants[expression.id]
        else:
            return None
    return f"{words['package']}>{words['name']}"
