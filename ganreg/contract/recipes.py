"""Recipes: whole combinations, as objects and as TOML. Importable without TensorFlow."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import attrs
from attrs import validators

from ganreg.contract.parameters import is_kebab_case, parameter
from ganreg.contract.schedule import Schedule
from ganreg.contract.specs import Spec
from ganreg.errors import SpecError, did_you_mean
from ganreg.files.opening import UnreadableError
from ganreg.files.values import read_toml_table

ADAM = "adam:learning_rate=0.0002,beta_1=0.5"

ROLES = ("generator", "discriminator", "loss")
"""The fields of a recipe that name one component of a role that every game has."""

ADDED = ("plugins", "plugin_files", "data")
"""The tables that saving a GAN adds to its recipe."""


def _specs(values: Any) -> tuple[Spec, ...]:
    if isinstance(values, str) and values.strip().startswith("["):
        from ganreg.contract.structuring import read_literal

        values = read_literal(values)
    if isinstance(values, (str, Spec, Mapping)):
        values = [values]
    if not isinstance(values, Sequence):
        raise SpecError(f"expected a list of regularizers, got {values!r}")
    return tuple(Spec.of(value) for value in values)


def _spec_table(values: Any) -> dict[str, Spec]:
    if isinstance(values, str):
        from ganreg.contract.structuring import read_literal

        values = read_literal(values)
    if not isinstance(values, Mapping):
        raise SpecError(f"expected a table of specs by role, got {values!r}")
    return {str(role): Spec.of(value) for role, value in values.items()}


def _optional_spec(value: Any) -> Spec | None:
    return None if value is None else Spec.of(value)


def _optional_game(value: Any) -> Spec | None:
    return None if value == "none" else _optional_spec(value)


@attrs.frozen(kw_only=True)
class Recipe:
    """A whole combination, by name.

    Components and optimizers are spec text, tables or `Spec`s. An optimizer is any of Keras's, by its name in lower
    case, with its own options: `"adam:learning_rate=0.0002,beta_1=0.5"`.

    Attributes:
        name: kebab-case; what `ganreg train NAME` takes.
        summary: one line for listings.
        paper: where the combination comes from.
        generator, discriminator, loss: specs of those kinds. Each defaults to the component that a plugin declares as
            the default of its kind.
        regularizers: specs; none by default.
        game: spec of the game. `None` and `"none"` stand for the usual game of one generator against one discriminator.
        networks: specs of the components in the game's other roles, by role. Each defaults to the game's own choice.
        dataset: spec of the dataset that it trains on by default.
        generator_optimizer, discriminator_optimizer: one for each player, with learning rates of their own.
        schedule: which player is updated when.
        batch_size: real samples in one update.
        steps: iterations of the schedule in a whole training.
        learning_rate_decay: how both learning rates fall to 0 over `steps`: `"none"`, `"linear"` or `"cosine"`.
        precision: what the networks compute in: `"float32"`, `"mixed_bfloat16"` or `"mixed_float16"`; variables,
            losses and penalties are always float32.
        ema_decay: decay of the generator's exponential moving average; 0 turns it off.
        seed: random seed for the weights, the order of the data and all noise.
        default: whether `ganreg train` without a recipe trains this one; not part of the recipe as a table.

    Raises:
        SpecError: a spec is malformed, or a number is out of bounds.
    """

    name: str = parameter("custom", "kebab-case name")
    summary: str = parameter("", "one line for listings")
    paper: str = parameter("", "where the combination comes from")
    generator: Spec | None = parameter(None, "spec of the generator", converter=_optional_spec)
    discriminator: Spec | None = parameter(None, "spec of the discriminator", converter=_optional_spec)
    loss: Spec | None = parameter(None, "spec of the loss", converter=_optional_spec)
    regularizers: tuple[Spec, ...] = parameter((), "specs of the regularizers", converter=_specs)
    game: Spec | None = parameter(None, "spec of the game; none: the usual one", converter=_optional_game)
    networks: Mapping[str, Spec] = parameter({}, "specs of the game's other networks, by role", converter=_spec_table)
    dataset: Spec | None = parameter(None, "spec of the dataset", converter=_optional_spec)
    generator_optimizer: Spec = parameter(ADAM, "a Keras optimizer with its options", converter=Spec.of)
    discriminator_optimizer: Spec = parameter(ADAM, "a Keras optimizer with its options", converter=Spec.of)
    schedule: Schedule = parameter("alternating", "which player is updated when", converter=Schedule.of)
    batch_size: int = parameter(64, "real samples in one update", validators.ge(1), search=(16, 512, "log"))
    steps: int = parameter(10_000, "iterations of the schedule", validators.ge(1))
    learning_rate_decay: Literal["none", "linear", "cosine"] = parameter(
        "none", "how both learning rates fall to 0 over the steps", validators.in_(("none", "linear", "cosine"))
    )
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = parameter(
        "float32",
        "what the networks compute in",
        validators.in_(("float32", "mixed_bfloat16", "mixed_float16")),
    )
    ema_decay: float = parameter(
        0.999,
        "decay of the generator's moving average, 0 for none",
        validators.ge(0.0),
        validators.lt(1.0),
        search=[0.99, 0.995, 0.999, 0.9995],
    )
    seed: int = parameter(0, "random seed for weights, data order and noise", validators.ge(0))
    default: bool = attrs.field(
        default=False, eq=False, metadata={"help": "train it where no recipe is named", "stored": False}
    )

    def __attrs_post_init__(self) -> None:
        if not is_kebab_case(self.name):
            raise SpecError(f"a recipe's name must be kebab-case, such as 'wgan-gp', got {self.name!r}")
        if own := [role for role in ROLES if role in self.networks]:
            raise SpecError(f"the {own[0]} is a field of a recipe, so it cannot be named among the networks as well")

    @classmethod
    def from_table(cls, table: Mapping[str, Any], *, where: str = "recipe") -> Recipe:
        """Creates a recipe from plain values, as a TOML file holds them.

        Args:
            table: values by field name; fields that are left out keep their defaults.
            where: what messages call it, such as the file's path.

        Raises:
            SpecError: an unknown key, or a value that its field refuses.
        """
        from ganreg.contract.structuring import structure

        recipe: Recipe = structure(cls, table, where=where)
        return recipe

    @classmethod
    def read(cls, path: str | Path) -> Recipe:
        """Reads a TOML file, ignoring the tables that runs add.

        Raises:
            SpecError: the file cannot be read, is not valid TOML, or has an unknown key; the message names the file.
        """
        table = read_toml(path)
        for added in ADDED:
            table.pop(added, None)
        return cls.from_table(table, where=str(path))

    def as_table(self) -> dict[str, Any]:
        """The recipe as plain values, ready for TOML, without empty fields."""
        return self._table(Spec.as_table)

    def _table(self, table_of: Callable[[Spec], dict[str, Any]]) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if not field.metadata.get("stored", True):
                continue
            if isinstance(value, Spec):
                table[field.name] = table_of(value)
            elif isinstance(value, Schedule):
                table[field.name] = attrs.asdict(value)
            elif field.name == "regularizers":
                table[field.name] = [table_of(spec) for spec in value]
            elif field.name == "networks":
                table |= {field.name: {role: table_of(spec) for role, spec in value.items()}} if value else {}
            elif value not in (None, ""):
                table[field.name] = value
        return table

    def to_toml(self) -> str:
        """The recipe as TOML text, which `Recipe.read` reads back."""
        import tomli_w

        return tomli_w.dumps(self.as_table())

    def role(self, role: str) -> Spec | None:
        """The spec of the component in a role of the game, or `None` if the recipe does not name it."""
        return getattr(self, role) if role in ("generator", "discriminator") else self.networks.get(role)

    def updated(self, **changes: Any) -> Recipe:
        """A copy with some fields changed; a field given as `None` stays as it is."""
        given = {name: value for name, value in changes.items() if value is not None}
        return attrs.evolve(self, **given)

    def with_settings(self, settings: Sequence[str]) -> Recipe:
        """A copy with settings such as `"generator_optimizer.learning_rate=1e-4"` applied.

        Args:
            settings: `key=value`; a dotted key reaches into a component's hyperparameters, an optimizer's options,
                the schedule, or by number into the regularizers (`regularizers.0.weight=5`).

        Raises:
            SpecError: a setting is not of the form `key=value`, or there is no such key.
        """
        table = self._table(_unread_table)
        for setting in settings:
            _apply_setting(table, setting)
        return type(self).from_table(table, where="--set")


def _unread_table(spec: Spec) -> dict[str, Any]:
    """A spec's table with its values as they were given: `2020` may belong to a field of text."""
    return {"name": spec.name, **spec.parameters}


def _apply_setting(table: dict[str, Any], setting: str) -> None:
    from ganreg.contract.structuring import RawText

    key, equals, value = (part.strip() for part in setting.partition("="))
    if not equals or not key or not value:
        raise SpecError(f"setting {setting!r} must be key=value, such as generator_optimizer.learning_rate=1e-4")
    *path, last = key.split(".")
    place: Any = table
    for part in path:
        place = _descend(place, part, setting)
    if not isinstance(place, dict):
        raise SpecError(f"setting {setting!r}: there is no '{key}'")
    fields = [field.name for field in attrs.fields(Recipe)]
    if not path and last not in fields:
        raise SpecError(f"setting {setting!r}: a recipe has no '{last}'; {did_you_mean(last, fields)}")
    place[last] = str(value) if not path and isinstance(table.get(last), dict) else RawText(value)


def _descend(place: Any, part: str, setting: str) -> Any:
    if isinstance(place, list) and part.isdigit() and int(part) < len(place):
        return place[int(part)]
    if isinstance(place, dict) and isinstance(place.get(part), (dict, list)):
        return place[part]
    known = place if isinstance(place, dict) else [str(number) for number in range(len(place))]
    near = difflib.get_close_matches(part, list(known), n=1)
    hint = f"; did you mean '{near[0]}'?" if near else ""
    raise SpecError(f"setting {setting!r}: there is no '{part}' that settings apply to{hint}")


def flattened(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A nested table as a flat one with dotted keys, as `--set` takes them; lists of tables by number."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            flat |= flattened({str(index): item for index, item in enumerate(value)}, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = list(value) if isinstance(value, tuple) else value
    return flat


def read_toml(path: str | Path, *, within: Path | None = None) -> dict[str, Any]:
    """Reads a TOML file.

    Args:
        path: the file.
        within: the folder that the file may not be outside of, through links. Defaults to no limit.

    Raises:
        SpecError: it is missing, unreadable or malformed; the message names the file and the line.
    """
    try:
        return read_toml_table(path, within=within)
    except UnreadableError as error:
        raise SpecError(str(error)) from error
