"""Resolving: from a recipe's names to an assembly of implementations. Importable without TensorFlow."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import numpy as np

from ganreg.contract.assembly import Assembly, Part
from ganreg.contract.recipes import ROLES, Recipe
from ganreg.contract.specs import Spec
from ganreg.contract.structuring import unstructure
from ganreg.data.arrays import Data
from ganreg.data.spec import DataSpec
from ganreg.engine.attribution import attributed
from ganreg.errors import AssemblyError, GanregWarning
from ganreg.plugins.registry import Registry, registry


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
    given = components or {}
    samples = _samples(recipe.dataset if data is None else data, described)
    wanted: list[tuple[str, Any]] = [(role, given.get(role) or getattr(recipe, role)) for role in ROLES]
    wanted += [("regularizer", one) for one in (recipe.regularizers if regularizers is None else regularizers)]
    wanted += [] if isinstance(samples, (Data, DataSpec)) else [("dataset", samples)]
    made = [(kind, known.part(kind, one)) for kind, one in wanted]
    dataset = next((part for kind, part in made if kind == "dataset"), None)
    if dataset is None:
        spec = samples if isinstance(samples, DataSpec) else samples.spec
    else:
        with attributed(dataset.origin, "spec"):
            spec = described or dataset.implementation.spec()
    parts = _conditional_as_the_data({kind: part for kind, part in made if kind in ROLES}, spec)
    labelled = _with_unique_labels([part for kind, part in made if kind == "regularizer"])
    return Assembly(
        recipe=attrs.evolve(
            recipe,
            generator=parts["generator"].spec,
            discriminator=parts["discriminator"].spec,
            loss=parts["loss"].spec,
            regularizers=tuple(part.spec for part in labelled),
            dataset=None if dataset is None else dataset.spec,
        ),
        data=spec,
        parts=parts,
        regularizer_parts=labelled,
        source=dataset.implementation if dataset is not None else samples if isinstance(samples, Data) else None,
        optimizers=optimizers or {},
    )


def _samples(data: Any, described: DataSpec | None) -> Any:
    """The data as a `Data`, a `DataSpec`, or whatever names a dataset.

    Raises:
        AssemblyError: there are none.
        DataError: they cannot be used.
    """
    if data is None and described is None:
        raise AssemblyError("there is nothing to train on: pass data=, the name of a dataset, an array or a DataSpec")
    if isinstance(data, tuple) and len(data) == 2:
        return Data(train=data[0], train_labels=data[1])
    if isinstance(data, (np.ndarray, list)):
        return Data(train=data)
    return described if data is None else data


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
