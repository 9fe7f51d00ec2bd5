"""`ganreg plugins`."""

from __future__ import annotations

import json
from unittest.mock import ANY

import attrs
import pytest

from ganreg import Recipe, build_registry
from ganreg.cli.app import run
from ganreg.cli.state import State
from ganreg.plugins import hooks


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
    assert 0 < acme.pop("seconds") < 1
    assert acme == {
        "name": "acme",
        "distribution": "acme-gan",
        "version": "1.0",
        "status": "loaded",
        "error": "",
        "components": ["loss/hinge", "recipe/demo"],
        "hooks": ["ganreg_losses", "ganreg_recipes"],
        "deprecations": [],
        "location": "",
        "editable": False,
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
    assert rows["acme-gan"].endswith("1 loss, 1 recipe")
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


@pytest.fixture
def installed(tmp_path, monkeypatch, make_registry, point, hinge):
    """A registry of two plugins whose distributions are on the path, one of them from this machine."""
    monkeypatch.syspath_prepend(tmp_path)
    for name, direct_url in (
        ("acme-gan", '{"url": "file:///src/acme", "dir_info": {"editable": true}}'),
        ("zoo", None),
    ):
        folder = tmp_path / f"{name.replace('-', '_')}-1.5.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
        if direct_url is not None:
            (folder / "direct_url.json").write_text(direct_url)
    twin = point("zoo", name="second", ganreg_callbacks=lambda run: [])
    return make_registry(point("acme-gan", ganreg_losses=[hinge]), point("zoo"), twin)


def test_it_says_where_they_are_installed(call, installed, tmp_path):
    lines = call(installed, "plugins").out.splitlines()

    assert lines[-3] == "Installed in:"
    assert set(lines[-2:]) == {"  /src/acme (editable): acme-gan", f"  {tmp_path}: zoo"}
    assert [line.split()[-1] for line in lines if line.startswith("zoo")] == [ANY, "callbacks"]


def test_requirements_are_lines_for_pip_one_a_distribution(call, installed):
    answer = call(installed, "plugins", "--requirements")

    assert answer.out.splitlines() == ["acme-gan==1.5", "zoo==1.5"]
    assert answer.err == (
        "Warning: acme-gan was installed from local files; elsewhere pip needs an index that offers it\n"
    )


def test_no_plugins_leaves_all_out(capsys, monkeypatch, point):
    monkeypatch.setenv("GANREG_DISABLE", "")

    for options, expected in (([], "loaded"), (["--no-plugins"], "disabled")):
        run([*options, "plugins", "--json"], State(make_registry=lambda: build_registry([point("acme-gan")])))

        assert [plugin["status"] for plugin in json.loads(capsys.readouterr().out)] == [expected]


@pytest.mark.parametrize("command", ["list", "plugins"])
def test_a_misspelt_name_to_leave_out_is_one_line(capsys, monkeypatch, point, command):
    monkeypatch.setenv("GANREG_DISABLE", "acme-gam")

    code = run([command], State(make_registry=lambda: build_registry([point("acme-gan")])))

    assert code == 0
    line = "Warning: there is no plugin 'acme-gam' to leave out (GANREG_DISABLE); did you mean 'acme-gan'?"
    assert capsys.readouterr().err.splitlines().count(line) == 1


def test_a_deprecation_is_a_line_before_other_commands_and_part_of_the_table(capsys, point, monkeypatch):
    @hooks.hookspec(warn_on_impl=DeprecationWarning("'ganreg_scores' goes in ganreg 9"))
    def ganreg_scores():
        """Was here before."""

    monkeypatch.setattr(hooks, "ganreg_scores", ganreg_scores, raising=False)
    answers = {}
    for command in ("list", "plugins"):
        run([command], State(make_registry=lambda: build_registry([point("acme-gan", ganreg_scores=())])))
        answers[command] = capsys.readouterr()

    assert answers["list"].err.splitlines()[0] == "Warning: acme-gan: 'ganreg_scores' goes in ganreg 9"
    assert answers["plugins"].err == ""
    assert "'ganreg_scores' goes in ganreg 9" in " ".join(answers["plugins"].out.split())


def test_what_a_plugin_prints_when_imported_does_not_spoil_the_answer(capsys, point):
    plugin = point("acme-gan")

    def load():
        print("hello")  # noqa: T201 - that is the point
        return plugin.load()

    noisy = attrs.evolve(plugin, load=load)
    run(["plugins", "--json"], State(make_registry=lambda: build_registry([noisy])))

    captured = capsys.readouterr()
    assert [row["status"] for row in json.loads(captured.out)] == ["loaded"]
    assert captured.err == "hello\n"
