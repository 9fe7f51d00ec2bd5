"""CONTRIBUTING.md: what it sends people to is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_path_that_it_names_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    named = set(re.findall(r"`((?:ganreg|plugins|tests|docs|\.ci)/[\w./-]*)`", text))
    named |= set(re.findall(r"\]\(([\w./-]+)\)", text))

    assert len(named) > 10
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
