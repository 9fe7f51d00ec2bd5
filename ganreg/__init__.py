"""ganreg: a registry of GAN components, and an engine that assembles and trains any combination of them.

Importing it is fast: TensorFlow is loaded when something is assembled, not before.

>>> import ganreg
>>> "hinge" in ganreg.registry().names("loss")
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ganreg.contract.components import Component
from ganreg.contract.datasets import Dataset
from ganreg.contract.extractors import Extractor, Features, Source
from ganreg.contract.games import Game
from ganreg.contract.implementation import Problem
from ganreg.contract.joining import joined
from ganreg.contract.losses import Loss
from ganreg.contract.metrics import Metric
from ganreg.contract.network_spec import NetworkSpec
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.parameters import parameter
from ganreg.contract.recipes import Recipe
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.schedule import Schedule
from ganreg.contract.specs import Spec
from ganreg.contract.translators import Translator
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
from ganreg.plugins.hooks import hookimpl
from ganreg.plugins.keras_objects import register_classes_of_plugins
from ganreg.plugins.registry import Registry, build_registry, create, registry
from ganreg.registering import register_when_keras_is_imported
from ganreg.version import __version__

if TYPE_CHECKING:
    from ganreg import testing as testing
    from ganreg.assembling import assemble as assemble
    from ganreg.comparison.comparing import compare as compare
    from ganreg.comparison.plan import Plan as Plan
    from ganreg.comparison.ranking import ranked as ranked
    from ganreg.comparison.trials import Comparison as Comparison
    from ganreg.contract.assembly import Assembly as Assembly
    from ganreg.contract.callbacks import Recorder as Recorder
    from ganreg.contract.callbacks import UpdateCallback as UpdateCallback
    from ganreg.contract.game_step import GameStep as GameStep
    from ganreg.contract.run import Run as Run
    from ganreg.contract.step import Step as Step
    from ganreg.data.arrays import Data as Data
    from ganreg.data.modes import Modes as Modes
    from ganreg.engine.running.views import for_player as for_player
    from ganreg.evaluation.evaluating import evaluate as evaluate
    from ganreg.evaluation.extractor_runs import prepare_extractor as prepare_extractor
    from ganreg.evaluation.scores import Score as Score
    from ganreg.gan import GAN as GAN
    from ganreg.runs.loading import load as load
    from ganreg.runs.training import resume as resume
    from ganreg.runs.training import train as train
    from ganreg.runs.verifying import verify as verify

_HEAVY = {
    "Assembly": "ganreg.contract.assembly",
    "Comparison": "ganreg.comparison.trials",
    "Data": "ganreg.data.arrays",
    "GAN": "ganreg.gan",
    "GameStep": "ganreg.contract.game_step",
    "Modes": "ganreg.data.modes",
    "Plan": "ganreg.comparison.plan",
    "Recorder": "ganreg.contract.callbacks",
    "Run": "ganreg.contract.run",
    "Score": "ganreg.evaluation.scores",
    "Step": "ganreg.contract.step",
    "UpdateCallback": "ganreg.contract.callbacks",
    "assemble": "ganreg.assembling",
    "compare": "ganreg.comparison.comparing",
    "evaluate": "ganreg.evaluation.evaluating",
    "for_player": "ganreg.engine.running.views",
    "load": "ganreg.runs.loading",
    "prepare_extractor": "ganreg.evaluation.extractor_runs",
    "ranked": "ganreg.comparison.ranking",
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
    "Extractor",
    "Features",
    "Game",
    "GanregError",
    "GanregWarning",
    "Generator",
    "Loss",
    "Metric",
    "NetworkSpec",
    "NumericalError",
    "PluginError",
    "Problem",
    "Recipe",
    "Registry",
    "Regularizer",
    "RunError",
    "Schedule",
    "Source",
    "Spec",
    "SpecError",
    "StoppedError",
    "TrainingError",
    "Translator",
    "UnhealthyError",
    "UnknownComponentError",
    "__version__",
    "build_registry",
    "create",
    "hookimpl",
    "joined",
    "parameter",
    "registry",
]
__all__ += sorted(_HEAVY)  # noqa: PLE0605 - one list of the heavy names is enough


register_when_keras_is_imported("ganreg>GAN", "ganreg.gan:GAN")
register_classes_of_plugins()


def __getattr__(name: str) -> Any:
    if name not in _HEAVY:
        raise AttributeError(f"module 'ganreg' has no attribute '{name}'")
    module = importlib.import_module(_HEAVY[name])
    value = module if name == "testing" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
