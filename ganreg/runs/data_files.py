"""The files that a run's data come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ganreg.files.writing import sha256_of
from ganreg.plugins.component_paths import paths_of
from ganreg.plugins.registry import registry

if TYPE_CHECKING:
    from ganreg.gan import GAN


def data_paths(gan: GAN) -> list[Path]:
    """The files and folders that the GAN's dataset is given."""
    spec = gan.recipe.dataset
    return [] if spec is None else paths_of("dataset", spec, registry())


def file_hashes(gan: GAN) -> dict[str, str]:
    """The hashes of the files that the GAN's dataset is given, SHA-256 by path; folders are left out."""
    return {str(path): sha256_of(path) for path in data_paths(gan) if path.is_file()}
