"""Loading the real samples of an assembly."""

from __future__ import annotations

from ganreg.contract.assembly import Assembly
from ganreg.contract.datasets import Dataset
from ganreg.data.arrays import Data
from ganreg.engine.attribution import attributed
from ganreg.errors import DataError
from ganreg.plugins.registry import registry


def load_data(assembly: Assembly) -> Data:
    """Loads the dataset of an assembly.

    Raises:
        DataError: the assembly has no dataset, only a `DataSpec`; or a file is missing or broken.
        PluginError: the dataset's own code failed.
    """
    source = assembly.source
    if source is None:
        raise DataError("this GAN was assembled from a DataSpec alone; pass the samples: fit(x)")
    if not isinstance(source, Dataset):
        data: Data = source
        return data
    with attributed(registry().part("dataset", source).origin, "load"):
        return source.load()
