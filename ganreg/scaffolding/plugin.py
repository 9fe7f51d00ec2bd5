"""Writes a plugin's package from templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import jinja2

import ganreg
from ganreg.contract.kinds import IMPLEMENTED
from ganreg.errors import GanregError, SpecError, did_you_mean
from ganreg.plugins.registry import Registry
from ganreg.plugins.registry import registry as installed_registry
from ganreg.scaffolding.naming import Names, refuse_clashes

_SUFFIX = ".j2"
_RENAMED = {"gitignore": ".gitignore"}
"""The names in a package of files whose templates, under these names, would apply to this repository."""


@attrs.frozen
class Scaffold:
    """A package that was written.

    Attributes:
        path: its folder.
        names: the names in it.
        files: the paths of its files, relative to the folder.
        train_options: arguments of `ganreg train` that use its components; empty if training does not use them.
    """

    path: Path
    names: Names
    files: tuple[PurePosixPath, ...]
    train_options: str


def write_plugin(
    name: str, kinds: Sequence[str] = ("regularizer",), out: Path | None = None, *, registry: Registry | None = None
) -> Scaffold:
    """Writes a package that offers a small working component of each kind, with tests.

    Args:
        name: the name of the distribution in kebab-case, such as `"acme-gan"`; all other names follow from it.
        kinds: the kinds of its components: any but `"recipe"`.
        out: the package's folder, new or empty. Defaults to `name` in the current folder.
        registry: the components whose names are taken. Defaults to the installed ones.

    Raises:
        SpecError: the name or a kind is not valid, or something of that name is installed.
        GanregError: the folder is not empty or cannot be written.
    """
    for kind in kinds:
        if kind not in IMPLEMENTED:
            raise SpecError(f"there is no template for the kind '{kind}'; {did_you_mean(kind, IMPLEMENTED)}")
    chosen = [kind for kind in IMPLEMENTED if kind in kinds]
    names = Names.of(name)
    refuse_clashes(names, chosen, installed_registry() if registry is None else registry)
    path = Path(name) if out is None else out
    _refuse_occupied(path)
    environment = _environment()
    described = [_described(environment, kind, {"names": names, "chosen": chosen}) for kind in chosen]
    words = [*dict.fromkeys(kind["recipe"] for kind in described), *(kind["train"] for kind in described)]
    options = " ".join(filter(None, words))
    release = ".".join(ganreg.__version__.split(".")[:2])
    context = {"names": names, "kinds": described, "train_options": options, "ganreg_release": release}
    files = dict(_rendered(environment, ["plugin", *(f"kinds/{kind}" for kind in chosen)], context))
    _write(path, files)
    return Scaffold(path, names, tuple(files), options)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("ganreg.scaffolding"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the templates are Python and TOML, not HTML
    )


def _described(environment: jinja2.Environment, kind: str, context: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a kind's template says of itself: its summary, and how to train with it, if training uses it.

    A game's template names a recipe too, because a game starts from plain settings without a dataset otherwise.
    """
    about = environment.get_template(f"kinds/{kind}/about{_SUFFIX}").make_module(dict(context))
    return {
        "name": kind,
        "plural": IMPLEMENTED[kind].plural,
        "base": IMPLEMENTED[kind].base.__name__,
        "hook": IMPLEMENTED[kind].hook,
        "summary": about.summary,  # type: ignore[attr-defined]  # set by the template
        "recipe": about.recipe,  # type: ignore[attr-defined]
        "train": about.train,  # type: ignore[attr-defined]
    }


def _rendered(
    environment: jinja2.Environment, folders: Sequence[str], context: Mapping[str, Any]
) -> Iterator[tuple[PurePosixPath, str]]:
    """Renders the templates below some folders; those in `package/` go into the Python package."""
    for folder in folders:
        for template in environment.list_templates():
            if template.startswith(f"{folder}/") and template != f"{folder}/about{_SUFFIX}":
                path = PurePosixPath(template.removesuffix(_SUFFIX)).relative_to(folder)
                first, *rest = path.parts
                first = context["names"].package if first == "package" else _RENAMED.get(first, first)
                yield PurePosixPath(first, *rest), environment.get_template(template).render(context)


def _refuse_occupied(path: Path) -> None:
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.exists() or path.is_symlink():
        raise GanregError(f"{path} exists already; choose another name, or another folder with --out")


def _write(path: Path, files: Mapping[PurePosixPath, str]) -> None:
    """Writes the files into a temporary folder, and moves them once all are written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".writing-", dir=path) as temporary:
            for name, text in files.items():
                target = Path(temporary) / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            for written in list(Path(temporary).iterdir()):
                written.rename(path / written.name)
    except OSError as error:
        raise GanregError(f"cannot write {error.filename or path}: {error.strerror or error}") from error
