"""The registry in a notebook: every component with its summary."""

from __future__ import annotations

import subprocess
import sys

import ganreg
from ganreg import Component
from ganreg.contract.kinds import KINDS
from ganreg.display.registries import html, text

NASTY = "<script>alert(1)</script>"


def test_every_component_is_in_the_table_of_its_kind(parsed):
    registry = ganreg.registry()

    tags = parsed(html(registry))

    place = 0
    for kind in KINDS:
        place = tags.text.index(f"{KINDS[kind].plural} ({len(registry.entries(kind))})", place)
        for entry in registry.entries(kind):
            place = tags.text.index(registry.name_of(entry), place)
    assert tags.names >= {"details", "summary", "table"}
    assert f"{len(registry.entries('loss'))} losses" in text(registry)


def test_what_strangers_write_is_escaped_and_cut(point, make_registry, parsed):
    losses = [Component(f"loss-{number}", "made:Loss", NASTY * 50) for number in range(300)]
    registry = make_registry(point("acme-gan", ganreg_losses=losses, version=NASTY))

    page = html(registry)

    assert len(page) < 200_000
    tags = parsed(page)
    assert "losses (300)" in tags.text
    assert "and 200 more" in tags.text
    assert f"acme-gan {NASTY}" in tags.text


def test_plugins_that_failed_are_told(point, make_registry, parsed):
    def load():
        raise ImportError(NASTY)

    registry = make_registry(point("acme-gan", load=load))

    assert "acme-gan failed to load:" in parsed(html(registry)).text
    assert text(registry) == "<Registry: no components of 0 plugins>"


def test_tensorflow_is_not_imported():
    shown = "registry = ganreg.registry(); registry._repr_html_(); repr(registry)"
    code = f"import sys, ganreg; {shown}; print('tensorflow' in sys.modules)"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "False", process.stderr
