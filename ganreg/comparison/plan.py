"""Plans of comparisons: recipes, axes of alternatives, seeds, and how trials are evaluated."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import cattrs
from attrs import validators

from ganreg.comparison.axes import NETWORKS, Axis, component_axis, regularizer_axes, setting_axes
from ganreg.comparison.definition import Definition
from ganreg.contract.recipes import Recipe, flattened, read_toml
from ganreg.contract.specs import Spec
from ganreg.errors import RunError, SpecError
from ganreg.evaluation.extractor_specs import extractor_spec
from ganreg.files.writing import write_text
from ganreg.plugins.files import FILES, hashes, load_recorded
from ganreg.plugins.own import names_of
from ganreg.plugins.recipe_choices import with_choices
from ganreg.plugins.recipe_files import find_recipe
from ganreg.plugins.registry import Registry, registry

PLAN = "comparison.toml"
MOST_TRIALS = 10_000
"""Larger plans take minutes to read, and no one could run them."""
_MOST_AXES = 100


@attrs.frozen(kw_only=True)
class Plan:
    """Everything that the numbers of a comparison depend on, which excludes where and when trials run.

    Attributes:
        recipes: the recipes that combinations are derived from.
        axes: what varies in addition to the recipe and the seed; an axis with one alternative applies to all trials.
        seeds: the seeds from each of which every combination is trained once.
        metrics: specs of the metrics that evaluate trials; the first one ranks. Defaults to those that suit the data.
        features: the feature extractor of metrics. Defaults to the one that suits the data.
        samples: the number of generated samples to evaluate. Defaults to a number that suits the data.
        execution: how updates are executed. It is never chosen by measuring, because graph and XLA differ in the last
            bits.
        threads: the number of threads with which a trial computes one operation; the last bits may depend on it.
        budget: the seconds of wall-clock time for the whole comparison, to be met by stopping weak combinations early.
            Defaults to no limit.
        plugin_files: the hash of each single file that is loaded as a plugin, by its path. Defaults to none.

    Raises:
        SpecError: a recipe, an axis or a seed is given twice, a seed is negative, or there are too many trials.
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
    plugin_files: Mapping[str, str] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        if len(self.axes) > _MOST_AXES:
            raise SpecError(f"these are {len(self.axes):,} axes, more than the {_MOST_AXES} of a comparison")
        for number, axis in enumerate(self.axes):
            if any((axis.role, axis.alternatives) == (other.role, other.alternatives) for other in self.axes[:number]):
                raise SpecError(f"the alternatives {' | '.join(axis.alternatives)!r} are given twice; leave one out")
        count = len(self.recipes) * len(self.seeds) * math.prod(len(axis.alternatives) for axis in self.axes)
        if count > MOST_TRIALS:
            raise SpecError(f"these are {count:,} trials, more than the {MOST_TRIALS:,} of a comparison; vary less")
        _refuse_twins("recipes are named", [recipe.name for recipe in self.recipes])
        _refuse_twins("seeds are", list(self.seeds))
        if min(self.seeds) < 0:
            raise SpecError(f"a seed must be 0 or larger, got {min(self.seeds)}")

    @classmethod
    def of(
        cls,
        recipes: Sequence[Recipe | str],
        *,
        datasets: Sequence[str] = (),
        games: Sequence[str] = (),
        generators: Sequence[Any] = (),
        discriminators: Sequence[Any] = (),
        losses: Sequence[Any] = (),
        regularizers: Sequence[Any] = (),
        settings: Sequence[str] = (),
        seeds: int | Sequence[int] = 1,
        steps: int | None = None,
        batch_size: int | None = None,
        metrics: Sequence[str] = (),
        known: Registry | None = None,
        **others: Any,
    ) -> Plan:
        """Makes a plan from texts like those of the command line.

        Args:
            recipes: recipes, registered names, or paths of TOML files; alternatives of one axis.
            datasets: spec texts, or several in one text separated by `|`; alternatives of one axis.
            games: like `datasets`; `"none"` is the usual game.
            generators: like `datasets`, or objects that `ganreg.register` takes, such as Keras models, which are
                registered under their names.
            discriminators: like `generators`.
            losses: like `generators`.
            regularizers: an axis for each text with bars, such as `"none|r1|wgan-gp"`, and one axis for all texts
                without. `"r1 + r2"` is one alternative of two regularizers, `"none"` uses none. They replace the
                recipes' regularizers. Objects are registered, too.
            settings: an axis for each text, such as `"batch_size=32|64"`; see `Recipe.with_settings`.
            seeds: the seeds, or their number, counted from 0.
            steps: the number of iterations of each trial. Defaults to the recipe's.
            batch_size: the number of real samples per update. Defaults to the recipe's.
            metrics: see the attribute.
            known: the registry to look up names in. Defaults to that of the installed plugins.
            **others: further fields of a plan.

        Raises:
            GanregError: a name is unknown, or a text is malformed.
        """
        if isinstance(seeds, int) and seeds > MOST_TRIALS:
            raise SpecError(f"{seeds:,} seeds are more than the {MOST_TRIALS:,} trials of a comparison")
        known = known or registry()
        regularizers = names_of("regularizer", regularizers)
        given = {
            "dataset": datasets,
            "game": games,
            "generator": names_of("generator", generators),
            "discriminator": names_of("discriminator", discriminators),
            "loss": names_of("loss", losses),
        }
        instead = [role for role, texts in [*given.items(), ("regularizers", regularizers)] if texts]
        named = [recipe if isinstance(recipe, Recipe) else find_recipe(recipe, known, instead) for recipe in recipes]
        if not games:  # otherwise the defaults depend on the game
            named = [with_choices(recipe, {}, known) for recipe in named]
        axes = [axis for role, texts in given.items() for axis in component_axis(role, texts)]
        axes += regularizer_axes(regularizers)
        axes += setting_axes(settings)
        plan = cls(
            recipes=tuple(recipe.updated(steps=steps, batch_size=batch_size) for recipe in named),
            axes=tuple(axes),
            seeds=tuple(range(seeds) if isinstance(seeds, int) else seeds),
            metrics=tuple(metrics),
            plugin_files=hashes(known),
            **others,
        )
        plan.check(known)
        return plan

    def check(self, known: Registry) -> None:
        """Checks all components and settings without importing TensorFlow.

        Raises:
            GanregError: a component does not exist or has no such hyperparameter, or settings contradict the axes.
        """
        for recipe in self.recipes:
            known.check(recipe)
        for axis in self.axes:
            if axis.is_component and axis.role not in NETWORKS:
                for alternative in axis.alternatives:
                    for spec in axis.specs(alternative):
                        known.create(axis.role, spec)
        for metric in self.metrics:
            known.create("metric", metric)
        if self.features is not None:
            extractor_spec(self.features)
        self._refuse_settings_of_alternatives()
        for definition in self.definitions(known):
            _check_combination(definition.recipe, known)

    def _refuse_settings_of_alternatives(self) -> None:
        varied = {axis.role for axis in self.axes if axis.is_component}
        for axis in self.axes:
            role = axis.role.partition(".")[0]
            if not axis.is_component and role in varied:
                raise SpecError(
                    f"'{axis.role}' cannot be set if there are alternatives for the {role}; write it in their specs"
                )

    def definitions(self, known: Registry | None = None) -> Iterator[Definition]:
        """Yields the definitions of all trials; those of one combination follow each other.

        Args:
            known: the registry to look up games in. Defaults to that of the installed plugins.

        Raises:
            SpecError: a setting does not fit a combination.
            AssemblyError: a recipe's own generator cannot play one of the games.
        """
        known = known or registry()
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
                applied = _applied(recipe, list(zip(self.axes, chosen, strict=True)), known)
                for seed in self.seeds:
                    yield Definition(number=next(numbers), axes=varied, recipe=attrs.evolve(applied, seed=seed))

    def as_table(self) -> dict[str, Any]:
        """Returns the plan as plain values for TOML, without empty fields."""
        table: dict[str, Any] = {
            field.name: list(value) if isinstance(value, tuple) else value
            for field in attrs.fields(Plan)
            if (value := getattr(self, field.name)) not in (None, (), {})
        }
        table["recipes"] = [recipe.as_table() for recipe in self.recipes]
        if self.axes:
            table["axes"] = [attrs.asdict(axis) | {"alternatives": list(axis.alternatives)} for axis in self.axes]
        return table

    def write(self, folder: Path) -> None:
        """Writes `comparison.toml` atomically.

        Raises:
            RunError: the file cannot be written.
        """
        import tomli_w

        write_text(folder / PLAN, tomli_w.dumps(self.as_table()))

    @classmethod
    def read(cls, folder: Path) -> Plan:
        """Reads `comparison.toml` from a comparison's folder.

        Raises:
            RunError: the file is damaged, or a plugin file is missing.
        """
        path = folder / PLAN
        table = read_toml(path, within=folder)
        load_recorded(table.get(FILES, {}), where=str(path))
        try:
            recipes = [Recipe.from_table(_table(recipe), where=str(path)) for recipe in table.pop("recipes")]
            axes = [_axis(axis) for axis in table.pop("axes", ())]
            return _converter.structure({**table, "recipes": recipes, "axes": axes}, cls)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RunError(f"{path} is damaged: {error}") from error
        except cattrs.BaseValidationError as error:
            raise RunError(f"{path} is damaged: {'; '.join(cattrs.transform_error(error))}") from error

    def differences(self, then: Plan) -> list[str]:
        """Returns a line for each difference from an earlier plan."""
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
        """Returns everything except the contents of the recipes, with axes by their names."""
        described = self.as_table()
        described["recipes"] = ", ".join(recipe.name for recipe in self.recipes)
        described.pop("axes", None)
        if self.plugin_files:  # a change in a file is only told
            described["plugin_files"] = ", ".join(sorted(self.plugin_files))
        return described | {axis.name: " | ".join(axis.alternatives) for axis in self.axes}


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"expected a table, got {str(value)[:100]!r}")
    return value


def _axis(value: Any) -> Axis:
    table = _table(value)
    alternatives = table["alternatives"]
    if not isinstance(alternatives, list):
        raise TypeError(f"expected a list of alternatives, got {str(alternatives)[:100]!r}")
    for text in (table.get("name"), table.get("role"), *alternatives):
        if not isinstance(text, str):
            raise TypeError(f"expected text, got {str(text)[:100]!r}")
    return Axis(**{**table, "alternatives": tuple(alternatives)})


_converter = cattrs.Converter(forbid_extra_keys=True)
for _kept in (Recipe, Axis):
    _converter.register_structure_hook(_kept, lambda value, _: value)


def _refuse_twins(what: str, values: Sequence[Any]) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise SpecError(f"two {what} {value}")


def _check_combination(recipe: Recipe, known: Registry) -> None:
    """Checks a trial's recipe; the game that it names decides which kinds of components its networks need."""
    known.check(recipe)
    if recipe.dataset is None:
        raise SpecError(f"recipe '{recipe.name}' has no dataset; choose one with --dataset SPEC")


def _applied(recipe: Recipe, chosen: Sequence[tuple[Axis, str]], known: Registry) -> Recipe:
    """Returns a recipe with one alternative of each axis applied."""
    components = {
        axis.role: alternative for axis, alternative in chosen if axis.is_component and axis.role != "regularizer"
    }
    recipe = with_choices(recipe, components, known)
    regularized = [axis.specs(alternative) for axis, alternative in chosen if axis.role == "regularizer"]
    if regularized:
        specs: tuple[Spec, ...] = tuple(itertools.chain.from_iterable(regularized))
        recipe = recipe.updated(regularizers=specs)
    settings = [f"{axis.role}={alternative}" for axis, alternative in chosen if not axis.is_component]
    return recipe.with_settings(settings) if settings else recipe


def _changed(now: Mapping[str, Any], was: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys([*now, *was]):
        if now.get(key) != was.get(key):
            yield f"{key}: {now.get(key, 'none')}, was {was.get(key, 'none')}"
