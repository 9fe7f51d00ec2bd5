"""`ganreg plugins`."""

from __future__ import annotations

import json

import pytest

from ganreg import Recipe


@pytest.fixture
def registry(point, make_registry, broken, hinge):
    return make_registry(
        point("acme-gan", name="acme", ganreg_losses=[hinge], ganreg_recipes=[Recipe(name="demo")]),
        broken,
        point("quiet-gan", name="quiet"),
        point("off-gan", name="off"),
        disabled=frozenset({"off"}),
    )


def test_json_has_the_keys_of_the_contract(call, registry):
    answer = call(registry, "plugins", "--json")

    acme, bad, quiet, off = json.loads(answer.out)
    assert acme == {
        "name": "acme",
        "distribution": "acme-gan",
        "version": "1.0",
        "status": "loaded",
        "error": "",
        "components": ["loss/hinge", "recipe/demo"],
    }
    assert (bad["distribution"], bad["version"], bad["status"]) == ("bad-gan", "0.3", "failed")
    assert "there is no hook 'ganreg_loses'" in bad["error"]
    assert bad["components"] == []
    assert (quiet["status"], off["status"]) == ("loaded", "disabled")


def test_it_needs_no_warning_beside_the_table(call, registry):
    answer = call(registry, "plugins")

    assert (answer.code, answer.err) == (0, "")
    rows = {line.split()[0]: line for line in answer.out.splitlines()}
    assert rows["acme-gan"].split()[1:4] == ["1.0", "acme", "loaded"]
    assert rows["acme-gan"].endswith("2 components")
    assert "failed" in rows["bad-gan"]
    assert "there is no hook" in rows["bad-gan"]
    assert "disabled" in rows["off-gan"]
    assert "Traceback" not in answer.out


def test_verbose_shows_tracebacks(call, registry):
    out = call(registry, "plugins", "-v").out

    assert "bad of bad-gan:\n  Traceback (most recent call last):\n" in out
    assert "PluginError: there is no hook 'ganreg_loses'" in out


def test_no_plugins_is_no_error(call, make_registry):
    answer = call(make_registry(), "plugins")

    assert (answer.code, answer.out) == (0, "")
    assert "No plugins are installed" in answer.err
