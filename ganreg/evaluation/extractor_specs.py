"""Extractors by spec text, by file, and by what suits the data. Importable without TensorFlow."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import PurePath

from ganreg.contract.datasets import Dataset
from ganreg.contract.extractors import Extractor
from ganreg.contract.specs import Spec
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.engine.remedies import alternatives
from ganreg.errors import AmbiguousComponentError, GanregWarning, PluginError, SpecError, UnknownComponentError
from ganreg.plugins.registry import Registry, registry

KIND = "extractor"


def extractor_spec(text: str, known: Registry | None = None) -> Spec:
    """Reads the spec text of an extractor, such as `pixels`, or the name of a file that one reads, such as `net.keras`.

    Args:
        text: spec text, or a file's name.
        known: the registry to look in. Defaults to that of the installed plugins.

    Raises:
        UnknownComponentError, AmbiguousComponentError: no extractor has that name or reads such files, or several do.
        SpecError: the text is malformed.
    """
    known = known or registry()
    suffix = PurePath(text).suffix
    if suffix and ":" not in text:
        reading = [
            Spec.of({"name": name, implementation.reads[suffix]: text})
            for name, implementation in _implementations(known)
            if suffix in implementation.reads
        ]
        if len(reading) > 1:
            choice = alternatives([str(spec) for spec in reading])
            raise AmbiguousComponentError(f"several extractors read {suffix} files; use {choice}")
        if reading:
            return reading[0]
    try:
        spec = Spec.parse(text)
    except SpecError as error:
        if suffix and ":" not in text:
            raise SpecError(f"no installed extractor reads {suffix} files, as {text!r} is one") from error
        raise
    try:
        known.find(KIND, spec.name)
    except UnknownComponentError as error:
        files = dict.fromkeys(f"FILE{suffix}" for _, each in _implementations(known) for suffix in each.reads)
        if not files:
            raise
        message = f"{error}; or give a file: {alternatives(list(files))}"
        raise UnknownComponentError(message, kind=KIND, name=spec.name, known=error.known) from error
    return spec


def default_extractor(data: DataSpec, dataset: Dataset | None = None, known: Registry | None = None) -> str | None:
    """Returns the name of the extractor that suits such data best; `None` if none suits it.

    Args:
        data: describes one sample.
        dataset: the dataset that samples come from; `None` for plain arrays.
        known: the registry to look in. Defaults to that of the installed plugins.
    """
    known = known or registry()
    best, most = None, 0
    for name in known.names(KIND):
        try:
            with attributed(f"{KIND} '{name}'", "suits"):
                suits = int(known.create(KIND, name).suits(data, dataset))
        except PluginError as error:
            warnings.warn(f"{error}; it is left out", GanregWarning, stacklevel=2)
            continue
        if suits > most:
            best, most = name, suits
    return best


def suggested(has: Callable[[type[Extractor]], bool], known: Registry | None = None) -> str:
    """Names the installed extractors that declare something, such as `"--features classifier or FILE.keras"`.

    Args:
        has: whether an extractor declares it.
        known: the registry to look in. Defaults to that of the installed plugins.

    Returns:
        The end of a sentence; empty if no installed extractor declares it.
    """
    names = [
        next((f"FILE{suffix}" for suffix in each.reads), name)
        for name, each in _implementations(known or registry())
        if has(each)
    ]
    return f"--features {alternatives(names)}" if names else ""


def _implementations(known: Registry) -> Iterator[tuple[str, type[Extractor]]]:
    for name in known.names(KIND):
        try:
            yield name, known.implementation(KIND, name)  # type: ignore[misc]  # checked by the registry
        except PluginError:
            continue  # whoever names it will be told
