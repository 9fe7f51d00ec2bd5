"""The folder for files that ganreg can compute again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path | None:
    """The user's cache folder for ganreg: `GANREG_CACHE`, or the system's place for caches.

    That is `~/.cache/ganreg` on Linux and `~/Library/Caches/ganreg` on macOS. `None` if the user has no home folder, or
    that of `GANREG_CACHE` does not exist: then nothing is kept.
    """
    own = os.environ.get("GANREG_CACHE")
    try:
        folder = Path(own).expanduser() if own else platformdirs.user_cache_path("ganreg", appauthor=False)
    except (RuntimeError, OSError, ValueError):
        return None
    # Without a home folder, platformdirs leaves the tilde as it is.
    return None if "~" in folder.parts[:1] else folder
