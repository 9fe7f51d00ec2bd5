"""ganreg: a registry of GAN components, and an engine that assembles and trains any combination of them.

Importing it is fast: TensorFlow is loaded when something is assembled, not before.

>>> import ganreg
>>> "hinge" in ganreg.registry().names("loss")
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ganreg.components import (
    Component,
    Dataset,
    Discriminator,
    Generator,
    Loss,
    Metric,
    Problem,
    Regularizer,
    parameter,
)
from ganreg.data.spec import DataSpec
from ganreg.errors import (
    AmbiguousComponentError,
    AssemblyError,
    DataError,
    GanregError,
    GanregWarning,
    NumericalError,
    PluginError,
    RunError,
    SpecError,
    StoppedError,
    TrainingError,
    UnhealthyError,
    UnknownComponentError,
)
from ganreg.hookspecs import hookimpl
from ganreg.recipes import Recipe
from ganreg.registry import Registry, build_registry, create, registry
from ganreg.schedule import Schedule
from ganreg.specs import Spec

if TYPE_CHECKING:
    from ganreg import testing as testing
    from ganreg.data.arrays import Data as Data
    from ganreg.data.modes import Modes as Modes
    from ganreg.engine.assembly import Assembly as Assembly
    from ganreg.engine.assembly import assemble as assemble
    from ganreg.engine.gan import GAN as GAN
    from ganreg.engine.step import Step as Step
    from ganreg.judging.evaluating import evaluate as evaluate
    from ganreg.judging.scores import Score as Score
    from ganreg.runs.run import Run as Run
    from ganreg.runs.saving import load as load
    from ganreg.runs.training import resume as resume
    from ganreg.runs.training import train as train
    from ganreg.runs.verifying import verify as verify
    from ganreg.trials.comparing import compare as compare
    from ganreg.trials.comparison import Comparison as Comparison
    from ganreg.trials.plan import Plan as Plan
    from ganreg.trials.ranking import ranked as ranked

__version__ = "0.1.0"

_HEAVY = {
    "Assembly": "ganreg.engine.assembly",
    "Comparison": "ganreg.trials.comparison",
    "Data": "ganreg.data.arrays",
    "GAN": "ganreg.engine.gan",
    "Modes": "ganreg.data.modes",
    "Plan": "ganreg.trials.plan",
    "Run": "ganreg.runs.run",
    "Score": "ganreg.judging.scores",
    "Step": "ganreg.engine.step",
    "assemble": "ganreg.engine.assembly",
    "compare": "ganreg.trials.comparing",
    "evaluate": "ganreg.judging.evaluating",
    "load": "ganreg.runs.saving",
    "ranked": "ganreg.trials.ranking",
    "resume": "ganreg.runs.training",
    "testing": "ganreg.testing",
    "train": "ganreg.runs.training",
    "verify": "ganreg.runs.verifying",
}
"""Public names that load numpy or TensorFlow, and so are imported when first used."""

__all__ = [
    "AmbiguousComponentError",
    "AssemblyError",
    "Component",
    "DataError",
    "DataSpec",
    "Dataset",
    "Discriminator",
    "GanregError",
    "GanregWarning",
    "Generator",
    "Loss",
    "Metric",
    "NumericalError",
    "PluginError",
    "Problem",
    "Recipe",
    "Registry",
    "Regularizer",
    "RunError",
    "Schedule",
    "Spec",
    "SpecError",
    "StoppedError",
    "TrainingError",
    "UnhealthyError",
    "UnknownComponentError",
    "__version__",
    "build_registry",
    "create",
    "hookimpl",
    "parameter",
    "registry",
]
__all__ += sorted(_HEAVY)  # noqa: PLE0605 - one list of the heavy names is enough


def __getattr__(name: str) -> Any:
    if name not in _HEAVY:
        raise AttributeError(f"module 'ganreg' has no attribute '{name}'")
    module = importlib.import_module(_HEAVY[name])
    value = module if name == "testing" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
