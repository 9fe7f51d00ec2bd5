"""`run.toml`: the plan, conditions and result of a run, in addition to its recipe and checkpoints."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import attrs
import cattrs
import tensorflow as tf

from ganreg.checkpoints.saving import versions
from ganreg.contract.parameters import refuse_other_numbers
from ganreg.contract.recipes import flattened, read_toml
from ganreg.data.arrays import Data, fingerprint
from ganreg.engine.running.execution import Execution
from ganreg.errors import RunError
from ganreg.files.layout import RECORD
from ganreg.files.writing import write_text
from ganreg.processes import cores
from ganreg.runs.data_files import file_hashes

if TYPE_CHECKING:
    from ganreg.gan import GAN

OnNan = Literal["stop", "rollback"]
Watch = Literal["off", "warn", "stop"]

_positive = attrs.validators.ge(1)
_optionally_positive = attrs.validators.optional(attrs.validators.gt(0))


@attrs.frozen(kw_only=True)
class EvaluationPlan:
    """How a run is evaluated during training.

    Attributes:
        every: iterations between evaluations.
        metrics: spec texts; empty for those that suit the data.
        features: the spec text of the feature extractor; `None` for the one that suits the data.
        samples: the number of generated samples; `None` for a number that suits the data.
        seed: the seed of the generated samples.
        best: the score by which the best checkpoint is kept; `None` for the first score.
    """

    every: int = attrs.field(validator=[refuse_other_numbers, _positive])
    metrics: list[str] = attrs.field(factory=list, converter=list)
    features: str | None = None
    samples: int | None = attrs.field(
        default=None, validator=[refuse_other_numbers, attrs.validators.optional(_positive)]
    )
    seed: int = 0
    best: str | None = None


@attrs.frozen(kw_only=True)
class RunPlan:
    """The length of a run, its output intervals and its reactions to problems.

    Attributes:
        steps: total number of iterations.
        sample_every: iterations between sample grids.
        checkpoint_every: iterations between checkpoints; 0 for the last one only.
        checkpoint_minutes: minutes between additional checkpoints; `None` for none.
        keep: the number of checkpoints to keep.
        execution: the requested execution mode, used until one is chosen.
        updates_per_call: the requested number of iterations in one compiled call; `None` to choose it automatically.
        devices: the devices that share each batch, as `--devices` names them; `None` for a single one.
        sync_batch_norm: whether batch normalisation uses the statistics of the whole batch on several devices.
        on_nan: the reaction to NaN or infinity: stop, or roll back to the last checkpoint.
        rollback_factor: the factor by which a rollback multiplies the learning rates.
        rollbacks: the largest number of rollbacks before the run gives up.
        health: whether the training is monitored, and whether a finding stops it.
        evaluation: how the run is evaluated during training; `None` for no evaluation.
    """

    steps: int = attrs.field(validator=[refuse_other_numbers, _positive])
    sample_every: int = attrs.field(validator=[refuse_other_numbers, _positive])
    checkpoint_every: int = attrs.field(validator=[refuse_other_numbers, attrs.validators.ge(0)])
    checkpoint_minutes: float | None = attrs.field(default=None, validator=[refuse_other_numbers, _optionally_positive])
    keep: int = attrs.field(validator=[refuse_other_numbers, _positive])
    execution: str = "auto"
    updates_per_call: int | None = attrs.field(
        default=None, validator=[refuse_other_numbers, attrs.validators.optional(_positive)]
    )
    devices: str | None = None
    sync_batch_norm: bool = False
    on_nan: OnNan = attrs.field(default="stop", validator=attrs.validators.in_(get_args(OnNan)))
    rollback_factor: float = attrs.field(
        default=0.5, validator=[refuse_other_numbers, attrs.validators.gt(0), attrs.validators.lt(1)]
    )
    rollbacks: int = attrs.field(default=3, validator=[refuse_other_numbers, _positive])
    health: Watch = attrs.field(default="warn", validator=attrs.validators.in_(get_args(Watch)))
    evaluation: EvaluationPlan | None = None


@attrs.frozen(kw_only=True)
class Conditions:
    """The conditions on which the numbers of a training depend.

    Attributes:
        recipe: the recipe as plain values.
        data: a fingerprint of the dataset's arrays, the number of samples, and the hashes of the dataset's files.
        versions: the versions of Python, of the libraries and of the plugins in use.
        threads: the number of threads that TensorFlow uses for one operation.
        devices: the number of devices that share each batch.
    """

    recipe: Mapping[str, Any]
    data: Mapping[str, Any]
    versions: Mapping[str, str]
    threads: int
    devices: int = 1


@attrs.frozen(kw_only=True)
class Start:
    """The trained GAN that a run started from. The run's folder holds what it took, so that the source is not needed.

    Attributes:
        source: a path, or a recipe's name.
        weights: the SHA-256 hash of all its variables.
        iterations: the number of iterations that it was trained for.
        loaded: how many layers were loaded, such as `"3 of 4"`, by network.
    """

    source: str
    weights: str
    iterations: int
    loaded: Mapping[str, str]

    @classmethod
    def of(cls, gan: GAN) -> Start | None:
        """What a GAN started from, or `None`."""
        taken = gan.transferred
        if taken is None:
            return None
        counts = {
            network: f"{len(layers)} of {len(layers) + len(taken.left[network])}"
            for network, layers in taken.loaded.items()
        }
        return cls(source=taken.source, weights=taken.weights, iterations=taken.iterations, loaded=counts)


@attrs.frozen(kw_only=True)
class Change:
    """A change of conditions during a run.

    Attributes:
        iteration: the iteration from which it applies.
        what: a description, line by line.
        rates: the factor by which a rollback to that iteration multiplied the learning rates; `None` for other changes.
    """

    iteration: int
    what: list[str]
    rates: float | None = None


@attrs.frozen(kw_only=True)
class RunResult:
    """The result of a run.

    Attributes:
        iterations: the number of iterations done.
        weights: the SHA-256 hash of all variables.
        seconds: the training time of the last process.
        checkpoints: the number of checkpoints that this process wrote.
        checkpoint_seconds: the total time that they took.
        longest_pause: the time in seconds that the slowest one took.
    """

    iterations: int
    weights: str
    seconds: float
    checkpoints: int
    checkpoint_seconds: float
    longest_pause: float


@attrs.frozen(kw_only=True)
class Record:
    """The content of `run.toml`.

    Attributes:
        plan: the plan of the run.
        conditions: the conditions on which its numbers depend.
        execution: how updates are executed; `None` until this is chosen.
        result: the result; `None` until the run has done its steps.
        start: the trained GAN that the run started from; `None` if it started from its seed.
        changes: the changes of conditions during the run.
    """

    plan: RunPlan
    conditions: Conditions
    start: Start | None = None
    execution: Execution | None = None
    result: RunResult | None = None
    changes: list[Change] = attrs.field(factory=list)

    def write(self, folder: Path) -> None:
        """Writes the record into a run's folder atomically.

        Raises:
            RunError: the file cannot be written.
        """
        import tomli_w

        write_text(folder / RECORD, tomli_w.dumps(_without_none(attrs.asdict(self))))

    @classmethod
    def read(cls, folder: Path) -> Record:
        """Reads the record from a run's folder.

        Raises:
            RunError: the file is missing or damaged.
        """
        path = folder / RECORD
        if not path.is_file():
            raise RunError(f"{folder} holds no run that can be resumed: there is no {RECORD} in it")
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
    """Returns the current conditions of training a GAN on some data."""
    libraries = {"python": platform.python_version(), "numpy": metadata.version("numpy")}
    return Conditions(
        recipe=gan.recipe.as_table(),
        data={"samples": len(data.train), "fingerprint": fingerprint(data), "files": file_hashes(gan)},
        versions=libraries | versions(gan.assembly),
        threads=_threads(),
        devices=gan.players.replicas.count,
    )


def _threads() -> int:
    asked_for: int = tf.config.threading.get_intra_op_parallelism_threads()
    return asked_for or cores()


def differences(then: Conditions, now: Conditions) -> list[str]:
    """Returns the differences in the recipe, the data and the versions, one line each.

    Another version of Python or another number of threads is not included; see `doubts`.
    """
    lines = list(_changed("recipe: ", flattened(then.recipe), flattened(now.recipe)))
    was, is_now = then.data.get("samples"), now.data.get("samples")
    if (was, then.data.get("fingerprint")) != (is_now, now.data.get("fingerprint")):
        lines.append("data: different samples" + (f" ({is_now}, was {was})" if was != is_now else ""))
    lines += _changed("version of ", _versions(then), _versions(now))
    return lines


def doubts(then: Conditions, now: Conditions) -> list[str]:
    """Returns the other differences that may change the last bits of numbers, one line each."""
    lines = []
    if then.threads != now.threads:
        lines.append(f"threads: {now.threads}, was {then.threads}")
    if then.devices != now.devices:
        lines.append(f"devices: {now.devices}, was {then.devices}")
    if then.versions.get("python") != now.versions.get("python"):
        lines.append(f"version of python: {now.versions.get('python')}, was {then.versions.get('python')}")
    return lines


def _versions(conditions: Conditions) -> dict[str, str]:
    return {name: version for name, version in conditions.versions.items() if name != "python"}


def _changed(what: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(then.keys() | now.keys()):
        if then.get(key) != now.get(key):
            yield f"{what}{key}: {now.get(key, 'none')}, was {then.get(key, 'none')}"
