"""Where ganreg keeps what it can compute again."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """The user's cache folder for ganreg: `GANREG_CACHE`, or the system's usual place (`~/.cache/ganreg` on Linux)."""
    own = os.environ.get("GANREG_CACHE")
    return Path(own).expanduser() if own else platformdirs.user_cache_path("ganreg", appauthor=False)
