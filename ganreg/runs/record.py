"""`run.toml`: what a run's future depends on beside its recipe and its checkpoints, and what came of it."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import cattrs
import tensorflow as tf

from ganreg.checkpoints.saving import versions
from ganreg.contract.recipes import flattened, read_toml
from ganreg.data.arrays import Data, fingerprint
from ganreg.engine.running.execution import Execution
from ganreg.errors import RunError
from ganreg.files.layout import RECORD
from ganreg.files.writing import write_text

if TYPE_CHECKING:
    from ganreg.gan import GAN

OnNan = Literal["stop", "rollback"]
Watch = Literal["off", "warn", "stop"]

_positive = attrs.validators.ge(1)
_optionally_positive = attrs.validators.optional(attrs.validators.gt(0))


@attrs.frozen(kw_only=True)
class EvaluationPlan:
    """How a run is judged as it goes by.

    Attributes:
        every: iterations between evaluations.
        metrics: spec texts; empty for those that suit the data.
        features: the extractor's spec text; `None` for the one that suits the data.
        samples: how many are generated each time; `None` for as many as suit the data.
        seed: which ones they are.
        best: by which score the best checkpoint is kept; `None` for the first.
    """

    every: int = attrs.field(validator=_positive)
    metrics: list[str] = attrs.field(factory=list, converter=list)
    features: str | None = None
    samples: int | None = attrs.field(default=None, validator=attrs.validators.optional(_positive))
    seed: int = 0
    best: str | None = None


@attrs.frozen(kw_only=True)
class RunPlan:
    """How far a run goes, and when it writes what.

    Attributes:
        steps: iterations in all.
        sample_every: iterations between pictures.
        checkpoint_every: iterations between checkpoints; 0 for none but the last.
        checkpoint_minutes: minutes between checkpoints, beside those; `None` for none.
        keep: how many checkpoints are kept.
        execution: the mode that was asked for, until one is chosen.
        updates_per_call: the iterations in one compiled call that were asked for, if any.
        on_nan: what becomes of numbers that are not finite: an end, or a rollback to the last checkpoint.
        rollback_factor: what a rollback multiplies the learning rates by.
        rollbacks: how often the run goes back before it gives up.
        health: whether the training is watched, and ended where something is found.
        evaluation: how it is judged as it goes by; `None` for not at all.
    """

    steps: int = attrs.field(validator=_positive)
    sample_every: int = attrs.field(validator=_positive)
    checkpoint_every: int = attrs.field(validator=attrs.validators.ge(0))
    checkpoint_minutes: float | None = attrs.field(default=None, validator=_optionally_positive)
    keep: int = attrs.field(validator=_positive)
    execution: str = "auto"
    updates_per_call: int | None = attrs.field(default=None, validator=attrs.validators.optional(_positive))
    on_nan: OnNan = attrs.field(default="stop", validator=attrs.validators.in_(get_args(OnNan)))
    rollback_factor: float = attrs.field(default=0.5, validator=[attrs.validators.gt(0), attrs.validators.lt(1)])
    rollbacks: int = attrs.field(default=3, validator=_positive)
    health: Watch = attrs.field(default="warn", validator=attrs.validators.in_(get_args(Watch)))
    evaluation: EvaluationPlan | None = None


@attrs.frozen(kw_only=True)
class Conditions:
    """What a training's numbers depend on.

    Attributes:
        recipe: as plain values.
        data: a fingerprint of the data set's arrays, and how many samples it has.
        versions: of Python, of libraries and of the plugins that take part.
        threads: how many TensorFlow computes one operation with.
    """

    recipe: Mapping[str, Any]
    data: Mapping[str, Any]
    versions: Mapping[str, str]
    threads: int


@attrs.frozen(kw_only=True)
class Change:
    """A run went on under other conditions.

    Attributes:
        iteration: from which on.
        what: line by line.
        rates: what a rollback to that iteration multiplied the learning rates by; `None` where it was none.
    """

    iteration: int
    what: list[str]
    rates: float | None = None


@attrs.frozen(kw_only=True)
class RunResult:
    """What came of a run.

    Attributes:
        iterations: how many it did.
        weights: SHA-256 over all its variables.
        seconds: how long the last process of it trained.
        checkpoints: how many that process wrote.
        checkpoint_seconds: what they took, all together.
        longest_pause: seconds that the slowest took.
    """

    iterations: int
    weights: str
    seconds: float
    checkpoints: int
    checkpoint_seconds: float
    longest_pause: float


@attrs.frozen(kw_only=True)
class Record:
    """All that `run.toml` holds.

    Attributes:
        plan: how far it goes.
        conditions: what its numbers depend on.
        execution: how updates run; `None` until that is chosen.
        result: `None` until the run has done its steps.
        changes: under which other conditions it went on.
    """

    plan: RunPlan
    conditions: Conditions
    execution: Execution | None = None
    result: RunResult | None = None
    changes: list[Change] = attrs.field(factory=list)

    def write(self, folder: Path) -> None:
        """Writes it into a run's folder, whole or not at all.

        Raises:
            RunError: it cannot be written.
        """
        import tomli_w

        write_text(folder / RECORD, tomli_w.dumps(_without_none(attrs.asdict(self))))

    @classmethod
    def read(cls, folder: Path) -> Record:
        """Reads it from a run's folder.

        Raises:
            RunError: there is none, or it is damaged.
        """
        path = folder / RECORD
        if not path.is_file():
            raise RunError(f"{folder} holds no run that can go on: there is no {RECORD} in it")
        try:
            return _converter.structure(read_toml(path), cls)
        except cattrs.BaseValidationError as error:
            raise RunError(f"{path} is damaged: {'; '.join(cattrs.transform_error(error))}") from error


_converter = cattrs.Converter(forbid_extra_keys=True)


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value


def conditions_of(gan: GAN, data: Data) -> Conditions:
    """The conditions that a GAN would train under here and now."""
    libraries = {"python": platform.python_version(), "numpy": metadata.version("numpy")}
    return Conditions(
        recipe=gan.recipe.as_table(),
        data={"samples": len(data.train), "fingerprint": fingerprint(data)},
        versions=libraries | versions(gan.assembly),
        threads=_threads(),
    )


def _threads() -> int:
    asked_for: int = tf.config.threading.get_intra_op_parallelism_threads()
    return asked_for or len(os.sched_getaffinity(0))


def differences(then: Conditions, now: Conditions) -> list[str]:
    """What of the recipe, the data and the versions is not as it was; a line each.

    Another Python or another number of threads is not among them; see `doubts`.
    """
    lines = list(_changed("recipe: ", flattened(then.recipe), flattened(now.recipe)))
    if then.data != now.data:
        was, is_now = then.data.get("samples"), now.data.get("samples")
        lines.append("data: other samples than then" + (f" ({is_now} of them, was {was})" if was != is_now else ""))
    lines += _changed("version of ", _versions(then), _versions(now))
    return lines


def doubts(then: Conditions, now: Conditions) -> list[str]:
    """What else is not as it was, which may change the last bits of numbers; a line each."""
    lines = []
    if then.threads != now.threads:
        lines.append(f"threads: {now.threads}, was {then.threads}")
    if then.versions.get("python") != now.versions.get("python"):
        lines.append(f"version of python: {now.versions.get('python')}, was {then.versions.get('python')}")
    return lines


def _versions(conditions: Conditions) -> dict[str, str]:
    return {name: version for name, version in conditions.versions.items() if name != "python"}


def _changed(what: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            yield f"{what}{key}: {now.get(key, 'none')}, was {then.get(key, 'none')}"
