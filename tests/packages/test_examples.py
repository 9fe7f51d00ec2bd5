"""The manual's three packages, each built, installed, trained with and removed: the list follows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

OFFERS = {
    "ganreg-lead-limit": {("regularizer", "lead-limit")},
    "ganreg-separable": {("generator", "separable"), ("discriminator", "separable")},
    "ganreg-mlflow": set(),
}
"""What each package adds to `ganreg list`."""

TRY = ["train", "--steps", "6", "--seed", "1"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def installed(home, request):
    """The package that the test is about, installed for as long as the test takes."""
    home.install(EXAMPLES / request.param, dependencies=request.param == "ganreg-mlflow")
    yield request.param
    home.uninstall(request.param)


def offered(home):
    rows, errors = home.listed()
    assert errors == ""
    return {(row["plugin"], row["kind"], row["name"]) for row in rows}


def test_every_example_is_tested():
    assert {path.parent.name for path in EXAMPLES.glob("*/pyproject.toml")} == OFFERS.keys()


@pytest.mark.parametrize("name", OFFERS)
def test_it_lints(home, name):
    for arguments in (["check"], ["format", "--check"]):
        process = home.run("-m", "ruff", *arguments, "--no-cache", ".", cwd=EXAMPLES / name)
        assert process.returncode == 0, process.stdout


def test_the_list_follows_as_they_come_and_go(home):
    expected = offered(home)
    for name, components in OFFERS.items():
        home.install(EXAMPLES / name)  # MLflow itself is needed only when something trains
        expected |= {(name, *component) for component in components}
        assert offered(home) == expected
        plugins = {plugin["distribution"]: plugin for plugin in json.loads(home.ganreg("plugins", "--json").stdout)}
        assert (plugins[name]["status"], plugins[name]["version"]) == ("loaded", "1.0.0")
        assert str(home.path) in plugins[name]["location"]
        assert f"{name}==1.0.0" in home.ganreg("plugins", "--requirements").stdout.splitlines()
    for name, components in OFFERS.items():
        home.uninstall(name)
        expected -= {(name, *component) for component in components}
        assert offered(home) == expected


@pytest.mark.parametrize("installed", OFFERS, indirect=True)
def test_its_own_tests_pass(home, installed, tmp_path):
    process = home.run(
        "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--basetemp", tmp_path, cwd=EXAMPLES / installed
    )

    assert process.returncode == 0, process.stdout


@pytest.mark.parametrize("installed", ["ganreg-lead-limit"], indirect=True)
def test_the_regularizer_trains_and_its_state_is_logged_and_resumed(home, installed, tmp_path):
    run = str(tmp_path / "run")
    choice = ["--dataset", "gaussian-1d", "-r", "lead-limit:limit=0,rate=1"]

    process = home.ganreg(*TRY, *choice, "--out", run)
    again = home.ganreg("resume", run, "--steps", "9")

    assert process.returncode == 0, process.stderr
    assert again.returncode == 0, again.stderr
    rows = list(csv.DictReader((tmp_path / "run" / "metrics.csv").read_text().splitlines()))
    assert len(rows) == 9
    assert any(float(row["lead-limit/price"]) > 0 for row in rows)
    assert 'ganreg-lead-limit = "1.0.0"' in (tmp_path / "run" / "recipe.toml").read_text()


@pytest.mark.parametrize("installed", ["ganreg-separable"], indirect=True)
def test_the_networks_train(home, installed, tmp_path):
    networks = ["-g", "separable:width=4", "-d", "separable:width=4"]

    process = home.ganreg(*TRY, *networks, "--out", str(tmp_path / "run"))
    refused = home.ganreg(*TRY, *networks, "--dataset", "ring", "--out", str(tmp_path / "none"))

    assert process.returncode == 0, process.stderr
    assert (tmp_path / "run" / "generator.keras").is_file()
    assert refused.returncode == 2
    assert "generator separable makes images" in refused.stderr


READ_STORE = """
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1])
(run,) = client.search_runs([client.get_experiment_by_name("ganreg").experiment_id])
steps = [metric.step for metric in client.get_metric_history(run.info.run_id, "discriminator_loss")]
files = [file.path for file in client.list_artifacts(run.info.run_id)]
sys.stdout.write(json.dumps([run.info.status, run.data.params["loss"], steps, files]))
"""


@pytest.mark.parametrize("installed", ["ganreg-mlflow"], indirect=True)
def test_a_run_and_its_resumption_are_one_in_mlflow(home, installed):
    environment = {
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_TRACKING_URI": "",
    }
    choice = ["--dataset", "gaussian-1d", "-l", "hinge", "--out", "run"]

    process = home.ganreg(*TRY, *choice, **environment)
    again = home.ganreg("resume", "run", "--steps", "9", **environment)
    store = home.run("-c", READ_STORE, (home.path / "mlruns").as_uri(), **environment)

    assert process.returncode == 0, process.stderr
    assert again.returncode == 0, again.stderr
    assert store.returncode == 0, store.stderr
    status, loss, steps, files = json.loads(store.stdout)
    assert (status, loss, steps) == ("FINISHED", "hinge", [6, 9])
    assert {"recipe.toml", "metrics.csv"} <= set(files)
