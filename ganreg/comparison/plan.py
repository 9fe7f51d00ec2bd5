"""What a comparison compares: recipes, axes of alternatives, seeds, and how trials are judged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import cattrs
from attrs import validators

from ganreg.comparison.axes import Axis, component_axis, regularizer_axes, setting_axes
from ganreg.comparison.definition import Definition
from ganreg.contract.recipes import Recipe, flattened, read_toml
from ganreg.contract.specs import Spec
from ganreg.errors import RunError, SpecError
from ganreg.evaluation.extractor_specs import extractor_spec
from ganreg.files.writing import write_text
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry, registry

PLAN = "comparison.toml"


@attrs.frozen(kw_only=True)
class Plan:
    """All that the numbers of a comparison depend on; what runs where and when is no part of it.

    Attributes:
        recipes: where each combination begins.
        axes: what varies beside the recipe and the seed; one with a single alternative holds for all trials.
        seeds: each combination is trained once from each.
        metrics: specs of what trials are judged by, the first one's main value above all; the data's defaults
            where there is none.
        features: the extractor that metrics look through; the data's default unless given.
        samples: how many are judged; the default unless given.
        execution: how updates run; never measured, because graph and XLA differ in the last bits.
        threads: how many each trial computes one operation with, on which the last bits may depend.
        budget: seconds of wall-clock time, after which weak combinations have been stopped; none unless given.

    Raises:
        SpecError: there is nothing to compare, or something twice.
    """

    recipes: tuple[Recipe, ...] = attrs.field(validator=validators.min_len(1))
    axes: tuple[Axis, ...] = ()
    seeds: tuple[int, ...] = attrs.field(default=(0,), validator=validators.min_len(1))
    metrics: tuple[str, ...] = ()
    features: str | None = None
    samples: int | None = attrs.field(default=None, validator=validators.optional(validators.ge(1)))
    execution: str = attrs.field(default="graph", validator=validators.in_(("graph", "xla", "eager")))
    threads: int = attrs.field(default=1, validator=validators.ge(1))
    budget: float | None = attrs.field(default=None, validator=validators.optional(validators.gt(0)))

    def __attrs_post_init__(self) -> None:
        for number, axis in enumerate(self.axes):
            if any((axis.role, axis.alternatives) == (other.role, other.alternatives) for other in self.axes[:number]):
                raise SpecError(f"the alternatives {' | '.join(axis.alternatives)!r} are given twice; leave one out")
        _refuse_twins("recipes are called", [recipe.name for recipe in self.recipes])
        _refuse_twins("seeds are", list(self.seeds))
        if min(self.seeds) < 0:
            raise SpecError(f"a seed is a whole number from 0 on, got {min(self.seeds)}")

    @classmethod
    def of(
        cls,
        recipes: Sequence[Recipe | str],
        *,
        datasets: Sequence[str] = (),
        generators: Sequence[str] = (),
        discriminators: Sequence[str] = (),
        losses: Sequence[str] = (),
        regularizers: Sequence[str] = (),
        settings: Sequence[str] = (),
        seeds: int | Sequence[int] = 1,
        steps: int | None = None,
        batch_size: int | None = None,
        metrics: Sequence[str] = (),
        known: Registry | None = None,
        **others: Any,
    ) -> Plan:
        """Makes a plan of text, as the command line has it.

        Args:
            recipes: objects, registered names, or paths of TOML files; alternatives of one axis.
            datasets: spec text; alternatives of one axis, in one text each or parted by `|`. So are
            generators: these,
            discriminators: these,
            losses: and these.
            regularizers: an axis each, such as `"none|r1|wgan-gp"`, but those without a bar are the alternatives of
                one axis, as of the options above. `"r1 + r2"` is one alternative of two regularizers, `"none"` has
                none. Together they stand instead of the recipes'.
            settings: an axis each, such as `"batch_size=32|64"`; see `Recipe.with_settings`.
            seeds: which, or how many, from 0 on.
            steps: iterations of each trial; its recipe's unless given.
            batch_size: likewise.
            metrics: what trials are judged by; see the attribute.
            known: the registry to look names up in; that of the installed plugins unless given.
            **others: further fields of a plan.

        Raises:
            GanregError: a name leads nowhere, or text is malformed.
        """
        known = known or registry()
        given = {"dataset": datasets, "generator": generators, "discriminator": discriminators, "loss": losses}
        instead = [role for role, texts in [*given.items(), ("regularizers", regularizers)] if texts]
        named = [recipe if isinstance(recipe, Recipe) else find_recipe(recipe, known, instead) for recipe in recipes]
        axes = [axis for role, texts in given.items() for axis in component_axis(role, texts)]
        axes += regularizer_axes(regularizers)
        axes += setting_axes(settings)
        plan = cls(
            recipes=tuple(recipe.updated(steps=steps, batch_size=batch_size) for recipe in named),
            axes=tuple(axes),
            seeds=tuple(range(seeds) if isinstance(seeds, int) else seeds),
            metrics=tuple(metrics),
            **others,
        )
        plan.check(known)
        return plan

    def check(self, known: Registry) -> None:
        """Raises for a component that is not there or takes no such hyperparameter; imports no TensorFlow."""
        for recipe in self.recipes:
            known.check(recipe)
        for axis in self.axes:
            if axis.is_component:
                for alternative in axis.alternatives:
                    for spec in axis.specs(alternative):
                        known.create(axis.role, spec)
        for metric in self.metrics:
            known.create("metric", metric)
        if self.features is not None:
            extractor_spec(self.features)
        self._refuse_settings_of_alternatives()
        for _ in self.definitions():
            pass

    def _refuse_settings_of_alternatives(self) -> None:
        varied = {axis.role for axis in self.axes if axis.is_component}
        for axis in self.axes:
            role = axis.role.partition(".")[0]
            if not axis.is_component and role in varied:
                raise SpecError(
                    f"'{axis.role}' cannot be set beside alternatives of the {role}; write it in their specs"
                )

    def definitions(self) -> Iterator[Definition]:
        """Yields the trials, the seeds of one combination next to each other.

        Raises:
            SpecError: a setting does not fit a combination.
        """
        numbers = itertools.count()
        for recipe in self.recipes:
            for chosen in itertools.product(*(axis.alternatives for axis in self.axes)):
                varied = {
                    axis.name: alternative
                    for axis, alternative in zip(self.axes, chosen, strict=True)
                    if len(axis.alternatives) > 1
                }
                if len(self.recipes) > 1 or not varied:
                    varied = {"recipe": recipe.name} | varied
                applied, instead = _applied(recipe, list(zip(self.axes, chosen, strict=True)))
                for seed in self.seeds:
                    yield Definition(
                        number=next(numbers),
                        axes=varied,
                        recipe=attrs.evolve(applied, seed=seed),
                        networks_and_data=instead,
                    )

    def as_table(self) -> dict[str, Any]:
        """The plan as plain values, ready for TOML; what is empty is left out."""
        table: dict[str, Any] = {
            field.name: list(value) if isinstance(value, tuple) else value
            for field in attrs.fields(Plan)
            if (value := getattr(self, field.name)) not in (None, ())
        }
        table["recipes"] = [recipe.as_table() for recipe in self.recipes]
        if self.axes:
            table["axes"] = [attrs.asdict(axis) | {"alternatives": list(axis.alternatives)} for axis in self.axes]
        return table

    def write(self, folder: Path) -> None:
        """Writes `comparison.toml`, whole or not at all.

        Raises:
            RunError: it cannot be written.
        """
        import tomli_w

        write_text(folder / PLAN, tomli_w.dumps(self.as_table()))

    @classmethod
    def read(cls, folder: Path) -> Plan:
        """Reads it from a comparison's folder.

        Raises:
            RunError: it is damaged.
        """
        path = folder / PLAN
        table = read_toml(path)
        try:
            recipes = [Recipe.from_table(recipe, where=str(path)) for recipe in table.pop("recipes")]
            axes = [Axis(**{**axis, "alternatives": tuple(axis["alternatives"])}) for axis in table.pop("axes", ())]
            return _converter.structure({**table, "recipes": recipes, "axes": axes}, cls)
        except (KeyError, TypeError, SpecError) as error:
            raise RunError(f"{path} is damaged: {error}") from error
        except cattrs.BaseValidationError as error:
            raise RunError(f"{path} is damaged: {'; '.join(cattrs.transform_error(error))}") from error

    def differences(self, then: Plan) -> list[str]:
        """What is not as it was in another plan; a line each."""
        return [
            *_changed(self._described(), then._described()),
            *(
                line
                for now, was in itertools.product(self.recipes, then.recipes)
                if now.name == was.name
                for line in _changed(flattened(now.as_table()), flattened(was.as_table()))
            ),
        ]

    def _described(self) -> dict[str, Any]:
        """What it says beside what the recipes hold, in the user's words."""
        described = self.as_table()
        described["recipes"] = ", ".join(recipe.name for recipe in self.recipes)
        described.pop("axes", None)
        return described | {axis.name: " | ".join(axis.alternatives) for axis in self.axes}


_converter = cattrs.Converter(forbid_extra_keys=True)
for _kept in (Recipe, Axis):
    _converter.register_structure_hook(_kept, lambda value, _: value)


def _refuse_twins(what: str, values: Sequence[Any]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise SpecError(f"two {what} {value}")


def _applied(recipe: Recipe, chosen: Sequence[tuple[Axis, str]]) -> tuple[Recipe, dict[str, str]]:
    """A recipe with alternatives in place, and those that are left to assembly."""
    instead = {axis.role: alternative for axis, alternative in chosen if axis.role in _LEFT_TO_ASSEMBLY}
    for axis, alternative in chosen:
        if axis.role == "loss":
            recipe = recipe.updated(loss=alternative)
    regularized = [axis.specs(alternative) for axis, alternative in chosen if axis.role == "regularizer"]
    if regularized:
        specs: tuple[Spec, ...] = tuple(itertools.chain.from_iterable(regularized))
        recipe = recipe.updated(regularizers=specs)
    settings = [f"{axis.role}={alternative}" for axis, alternative in chosen if not axis.is_component]
    return (recipe.with_settings(settings) if settings else recipe), instead


_LEFT_TO_ASSEMBLY = ("generator", "discriminator", "dataset")


def _changed(now: Mapping[str, Any], was: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*now, *was]):
        if now.get(key) != was.get(key):
            yield f"{key}: {now.get(key, 'none')}, was {was.get(key, 'none')}"
