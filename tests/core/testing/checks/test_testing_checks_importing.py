"""The checks of the cost of listing, on plugins that are installed in a temporary folder."""

import pytest

from ganreg.plugins.host import Plugin
from ganreg.plugins.registry import Entry
from ganreg.testing import check_component
from ganreg.testing.checks import importing
from ganreg.testing.subject import Subject

HOOK = """
from ganreg import Component, hookimpl
{extra}

@hookimpl
def ganreg_losses():
    return [Component("heavy", "heavy_gan_loss:Heavy", "a loss")]
"""
BREAKS = {
    "is-listed-without-tensorflow": ("import sys, types; sys.modules['tensorflow'] = types.ModuleType('t')", "imports"),
    "is-listed-fast": ("import time\nwhile time.process_time() < 1.5: pass", "s of processor time"),
}


@pytest.fixture
def check(tmp_path, monkeypatch):
    """Installs a plugin and returns its checks by name: `check("import time")`."""

    def install(extra):
        (tmp_path / "heavy_gan.py").write_text(HOOK.format(extra=extra))
        metadata = tmp_path / "heavy_gan-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: heavy-gan\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text("[ganreg]\nheavy = heavy_gan\n")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        importing.listing_of.cache_clear()
        entry = Entry("loss", None, Plugin("heavy", "heavy-gan", "1.0", "loaded"))
        subject = Subject(kind="loss", name="heavy", entry=entry, load=lambda: object, make=object)
        return {one.name: one.result for one in check_component(subject) if one.name in BREAKS}

    yield install
    importing.listing_of.cache_clear()


@pytest.mark.parametrize("name", BREAKS)
def test_a_heavy_plugin_is_found(check, name):
    extra, reason = BREAKS[name]

    results = check(extra)

    assert {one for one, result in results.items() if result.status == "failed"} == {name}
    assert "heavy-gan" in results[name].reason
    assert reason in results[name].reason


def test_a_light_plugin_passes(check):
    assert {result.status for result in check("").values()} == {"passed"}


def test_an_unregistered_component_is_skipped():
    from faulty_gan.losses import CrossEntropy

    results = [one.result for one in check_component(CrossEntropy) if one.name in BREAKS]

    assert [(result.status, result.reason) for result in results] == [("skipped", "no installed plugin offers it")] * 2
