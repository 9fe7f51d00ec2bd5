"""ganreg: a registry of GAN components, and an engine that assembles and trains any combination of them.

Importing it is fast: TensorFlow is loaded when something is assembled, not before.

>>> import ganreg
>>> "hinge" in ganreg.registry().names("loss")
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ganreg.adapters.functions import penalty
from ganreg.contract.components import Component
from ganreg.contract.datasets import Dataset
from ganreg.contract.extractors import Extractor, Features, Source
from ganreg.contract.games import Game
from ganreg.contract.implementation import Problem
from ganreg.contract.joining import joined
from ganreg.contract.losses import Loss
from ganreg.contract.metrics import ColumnScores, Metric
from ganreg.contract.network_spec import NetworkSpec
from ganreg.contract.networks import Discriminator, Generator
from ganreg.contract.parameters import parameter
from ganreg.contract.recipes import Recipe
from ganreg.contract.regularizers import Regularizer
from ganreg.contract.schedule import Schedule
from ganreg.contract.specs import Spec
from ganreg.contract.summaries import ColumnSummary
from ganreg.contract.translators import Translator
from ganreg.data.blocks import Block
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
from ganreg.plugins.files import load_plugin
from ganreg.plugins.hooks import hookimpl
from ganreg.plugins.keras_objects import register_classes_of_plugins
from ganreg.plugins.own import register
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
    from ganreg.contract.outputs import Output as Output
    from ganreg.contract.run import Run as Run
    from ganreg.contract.step import Step as Step
    from ganreg.data.arrays import Data as Data
    from ganreg.data.columns import Column as Column
    from ganreg.data.columns import Table as Table
    from ganreg.data.modes import Modes as Modes
    from ganreg.data.picture_sets import has_deep_images as has_deep_images
    from ganreg.data.picture_sets import read_images as read_images
    from ganreg.data.picture_sizes import read_image as read_image
    from ganreg.data.pictures import image_suffixes as image_suffixes
    from ganreg.display.frames import to_dataframe as to_dataframe
    from ganreg.engine.running.views import for_player as for_player
    from ganreg.evaluation.evaluating import evaluate as evaluate
    from ganreg.evaluation.extractor_runs import prepare_extractor as prepare_extractor
    from ganreg.evaluation.scores import Score as Score
    from ganreg.files.cache import cache_folder as cache_folder
    from ganreg.files.downloading import download as download
    from ganreg.gan import GAN as GAN
    from ganreg.runs.loading import load as load
    from ganreg.runs.starting import train as train
    from ganreg.runs.training import resume as resume
    from ganreg.runs.verifying import verify as verify
    from ganreg.searching.results import SearchResult as SearchResult
    from ganreg.searching.searching import search as search

_HEAVY = {
    "Assembly": "ganreg.contract.assembly",
    "Column": "ganreg.data.columns",
    "Comparison": "ganreg.comparison.trials",
    "Data": "ganreg.data.arrays",
    "GAN": "ganreg.gan",
    "GameStep": "ganreg.contract.game_step",
    "Modes": "ganreg.data.modes",
    "Plan": "ganreg.comparison.plan",
    "Recorder": "ganreg.contract.callbacks",
    "Run": "ganreg.contract.run",
    "Score": "ganreg.evaluation.scores",
    "SearchResult": "ganreg.searching.results",
    "Output": "ganreg.contract.outputs",
    "Step": "ganreg.contract.step",
    "Table": "ganreg.data.columns",
    "UpdateCallback": "ganreg.contract.callbacks",
    "assemble": "ganreg.assembling",
    "cache_folder": "ganreg.files.cache",
    "compare": "ganreg.comparison.comparing",
    "download": "ganreg.files.downloading",
    "evaluate": "ganreg.evaluation.evaluating",
    "for_player": "ganreg.engine.running.views",
    "has_deep_images": "ganreg.data.picture_sets",
    "image_suffixes": "ganreg.data.pictures",
    "load": "ganreg.runs.loading",
    "prepare_extractor": "ganreg.evaluation.extractor_runs",
    "ranked": "ganreg.comparison.ranking",
    "read_image": "ganreg.data.picture_sizes",
    "read_images": "ganreg.data.picture_sets",
    "resume": "ganreg.runs.training",
    "search": "ganreg.searching.searching",
    "testing": "ganreg.testing",
    "to_dataframe": "ganreg.display.frames",
    "train": "ganreg.runs.starting",
    "verify": "ganreg.runs.verifying",
}
"""Public names that load numpy or TensorFlow, and so are imported when first used."""

__all__ = [
    "AmbiguousComponentError",
    "AssemblyError",
    "Block",
    "ColumnScores",
    "ColumnSummary",
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
    "load_plugin",
    "parameter",
    "penalty",
    "register",
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
