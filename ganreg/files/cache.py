"""The folder for files that ganreg can compute again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """The user's cache folder for ganreg: `GANREG_CACHE`, or the system's place for caches.

    That is `~/.cache/ganreg` on Linux and `~/Library/Caches/ganreg` on macOS.
    """
    own = os.environ.get("GANREG_CACHE")
    return Path(own).expanduser() if own else platformdirs.user_cache_path("ganreg", appauthor=False)
