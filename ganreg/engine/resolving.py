"""Resolving: from a recipe's names to an assembly of implementations. Importable without TensorFlow."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.datasets import Dataset
from ganreg.contract.implementation import Implementation
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import unstructure
from ganreg.data.arrays import Data
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.errors import AssemblyError, GanregWarning
from ganreg.plugins.registry import Registry, registry

UNREGISTERED = "unregistered"
"""Stands for the distribution of an implementation that no plugin offers, in specs."""


def resolve(
    recipe: Recipe,
    *,
    data: Any = None,
    described: DataSpec | None = None,
    components: Mapping[str, Any] | None = None,
    regularizers: Sequence[Any] | None = None,
    optimizers: Mapping[str, Any] | None = None,
    known: Registry | None = None,
) -> Assembly:
    """Creates the implementation of each component that a recipe names, each once.

    Whether they fit together is for `ganreg.engine.checks` to say.

    Args:
        recipe: names of components and everything else.
        data: overrides the recipe's dataset; see `assemble`.
        described: what one sample looks like, where that is known already; the recipe's dataset is then not asked, so
            its files need not be there.
        components: implementations or specs that override the recipe's, by role.
        regularizers: likewise, for all of them.
        optimizers: Keras optimizers by player.
        known: the registry to look names up in. Defaults to that of the installed plugins.

    Raises:
        GanregError: a name, a hyperparameter or the data are wrong.
    """
    known = known or registry()
    chosen = components or {}
    parts = {
        role: part_of(role, chosen.get(role) or getattr(recipe, role), known)
        for role in ("generator", "discriminator", "loss")
    }
    wanted = recipe.regularizers if regularizers is None else regularizers
    regularizer_parts = _with_unique_labels([part_of("regularizer", regularizer, known) for regularizer in wanted])
    spec, source, dataset = _resolve_data(recipe.dataset if data is None else data, described, known)
    parts = _conditional_as_the_data(parts, spec)
    complete = attrs.evolve(
        recipe,
        generator=parts["generator"].spec,
        discriminator=parts["discriminator"].spec,
        loss=parts["loss"].spec,
        regularizers=tuple(part.spec for part in regularizer_parts),
        dataset=dataset,
    )
    return Assembly(
        recipe=complete,
        data=spec,
        parts=parts,
        regularizer_parts=regularizer_parts,
        source=source,
        optimizers=optimizers or {},
    )


def part_of(kind: str, chosen: Any, known: Registry) -> Part:
    """Makes a component's part in an assembly.

    Args:
        kind: such as `"loss"`.
        chosen: an implementation, a spec or spec text.
        known: the registry to look names up in.

    Raises:
        GanregError: the name leads nowhere, or a hyperparameter is wrong.
    """
    if isinstance(chosen, Implementation):
        implementation, entry = chosen, known.entry_of(chosen)
        name = f"{UNREGISTERED}/{type(chosen).__name__}" if entry is None else known.name_of(entry)
    else:
        name = Spec.of(chosen).name
        implementation, entry = known.create(kind, chosen), known.find(kind, name)
    owner = type(implementation).__module__ if entry is None else entry.plugin.distribution
    return Part(
        implementation,
        name.rpartition("/")[2],
        Spec(name, unstructure(implementation)),
        f"{kind} '{name}' of {owner}",
    )


def _conditional_as_the_data(parts: Mapping[str, Part], data: DataSpec) -> dict[str, Part]:
    """Settles `conditional=None`: a network takes labels where the data have them."""
    labelled = data.num_classes is not None
    settled = dict(parts)
    for role, part in parts.items():
        if getattr(part.implementation, "conditional", False) is None:
            implementation = attrs.evolve(part.implementation, conditional=labelled)
            spec = Spec(part.spec.name, unstructure(implementation))
            settled[role] = attrs.evolve(part, implementation=implementation, spec=spec)
    changed = [f"{role} '{part.spec.name}'" for role, part in settled.items() if part is not parts[role]]
    if changed and not labelled:
        message = f"the data have no labels, so {' and '.join(changed)} will train unconditionally"
        warnings.warn(message, GanregWarning, stacklevel=4)
    return settled


def _with_unique_labels(parts: Sequence[Part]) -> tuple[Part, ...]:
    seen: dict[str, int] = {}
    labelled = []
    for part in parts:
        seen[part.label] = count = seen.get(part.label, 0) + 1
        labelled.append(part if count == 1 else attrs.evolve(part, label=f"{part.label}-{count}"))
    return tuple(labelled)


def _resolve_data(
    data: Any, described: DataSpec | None, known: Registry
) -> tuple[DataSpec, Dataset | Data | None, Spec | None]:
    """Returns the description of the data, where they come from, and the dataset's complete spec."""
    if isinstance(data, DataSpec):
        return data, None, None
    if data is None and described is not None:
        return described, None, None
    if data is None:
        raise AssemblyError("there is nothing to train on: pass data=, such as 'digits', an array or a DataSpec")
    if isinstance(data, tuple) and len(data) == 2:
        data = Data(train=data[0], train_labels=data[1])
    elif isinstance(data, (np.ndarray, list)):
        data = Data(train=data)
    if isinstance(data, Data):
        return data.spec, data, None
    part = part_of("dataset", data, known)
    dataset: Dataset = part.implementation
    if described is not None:
        return described, dataset, part.spec
    with attributed(part.origin, "spec"):
        return dataset.spec(), dataset, part.spec
