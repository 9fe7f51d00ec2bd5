"""What a search is about: everything that its numbers depend on, which is kept in its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
import cattrs
from attrs import validators

from ganreg.contract.recipes import Recipe, read_toml
from ganreg.contract.specs import Spec
from ganreg.errors import RunError, SpecError
from ganreg.files.writing import write_text
from ganreg.plugins.files import FILES, load_recorded
from ganreg.searching.candidates import Refusal
from ganreg.searching.study import SAMPLERS

SEARCH = "search.toml"
_FOUND = ("recipes", "others", "refused", "objective", "lower_is_better", "threads", "plugin_files")
"""What is found when a search begins, rather than asked for."""


@attrs.frozen(kw_only=True)
class SearchPlan:
    """Everything that the numbers of a search depend on, which excludes how long it runs.

    Attributes:
        dataset: the spec text of the dataset.
        asked: the recipes that were named; empty for those that suit the data.
        wanted: the objective that was named; empty for the primary metric.
        recipes: the complete recipes that combinations start from.
        others: the components that may replace a recipe's own or be added to it, by kind.
        refused: the recipes that do not fit the data.
        objective: the spec text of the metric and the name of its score, by which trials are compared.
        lower_is_better: whether lower values of the objective are better.
        features: the feature extractor. Defaults to the one that suits the data.
        samples: the number of samples to evaluate. Defaults to a number that suits the data.
        steps: the largest number of iterations of a trial. Defaults to that of its recipe.
        seed: the seed of the suggestions and of each training.
        sampler: `"tpe"`, which learns from earlier trials, or `"random"`.
        execution: how updates are executed.
        threads: the number of threads of one trial.
        plugin_files: the hash of each single file that is loaded as a plugin, by its path.
    """

    dataset: str
    asked: tuple[str, ...] = ()
    wanted: str = ""
    recipes: tuple[Recipe, ...] = ()
    others: Mapping[str, Sequence[str]] = attrs.field(factory=dict)
    refused: tuple[Refusal, ...] = ()
    objective: tuple[str, str] = ("", "")
    lower_is_better: bool = True
    features: str = ""
    samples: int = attrs.field(default=0, validator=validators.ge(0))
    steps: int = attrs.field(default=0, validator=validators.ge(0))
    seed: int = attrs.field(default=0, validator=validators.ge(0))
    sampler: str = attrs.field(default="tpe", validator=validators.in_(SAMPLERS))
    execution: str = attrs.field(default="graph", validator=validators.in_(("graph", "xla", "eager")))
    threads: int = attrs.field(default=1, validator=validators.ge(1))
    plugin_files: Mapping[str, str] = attrs.field(factory=dict)

    def as_table(self) -> dict[str, Any]:
        """Returns the plan as plain values for TOML."""
        table = {field.name: getattr(self, field.name) for field in attrs.fields(SearchPlan)}
        table["recipes"] = [recipe.as_table() for recipe in self.recipes]
        table["others"] = {kind: list(names) for kind, names in self.others.items()}
        table["refused"] = [attrs.asdict(refusal) for refusal in self.refused]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in table.items()}

    def write(self, folder: Path) -> None:
        """Writes `search.toml` atomically.

        Raises:
            RunError: the file cannot be written.
        """
        import tomli_w

        write_text(folder / SEARCH, tomli_w.dumps(self.as_table()))

    @classmethod
    def read(cls, folder: Path) -> SearchPlan:
        """Reads `search.toml` from a search's folder.

        Raises:
            RunError: there is none, or it is damaged.
        """
        path = folder / SEARCH
        if not path.is_file():
            raise RunError(f"{folder} contains no search: it has no {SEARCH}")
        table = read_toml(path, within=folder)
        load_recorded(table.get(FILES, {}), where=str(path))
        try:
            recipes = tuple(Recipe.from_table(recipe, where=str(path)) for recipe in table.pop("recipes"))
            return _converter.structure({**table, "recipes": recipes}, cls)
        except (AttributeError, KeyError, TypeError, ValueError, cattrs.BaseValidationError) as error:
            raise RunError(f"{path} is damaged: {' '.join(str(error).split())[:200]}") from error

    def differences(self, then: SearchPlan) -> list[str]:
        """Returns a line for each difference in what was asked for from an earlier plan."""
        now, was = self.as_table(), then.as_table()
        return [
            f"{name}: {now[name] or 'default'}, was {was[name] or 'default'}"
            for name in now
            if name not in _FOUND and now[name] != was[name]
        ]

    def check(self) -> None:
        """Raises `SpecError` if nothing can be searched, with the reasons."""
        if self.recipes:
            return
        reasons = "; ".join(f"{refusal.name}: {refusal.reason}" for refusal in self.refused[:3])
        data = Spec.parse(self.dataset).name
        raise SpecError(f"no recipe suits the data of '{data}'" + (f" ({reasons})" if reasons else ""))


_converter = cattrs.Converter(forbid_extra_keys=True)
_converter.register_structure_hook(Recipe, lambda value, _: value)
