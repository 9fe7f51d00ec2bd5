"""A run as callbacks see it: the paths are where a training really writes."""

import json

import numpy as np
import pytest

import ganreg


@pytest.fixture(scope="module")
def run(small, tmp_path_factory):
    """A short run on constant data, which the health monitor warns about."""
    gan = small(np.ones((64, 2), np.float32), ema_decay=0.0)
    with pytest.warns(ganreg.GanregWarning, match="constant-data"):
        run = ganreg.train(gan, tmp_path_factory.mktemp("runs") / "run", steps=4, execution="eager")
    return ganreg.Run(run.path, run.recipe)


def test_the_recipe_is_complete(run):
    assert ganreg.Recipe.read(run.path / "recipe.toml") == run.recipe


def test_metrics_are_there(run):
    header, *rows = run.metrics.read_text().splitlines()
    assert header.startswith("iteration,discriminator_loss,")
    assert rows


def test_sample_grids_are_there(run):
    assert {path.suffix for path in run.samples.iterdir()} == {".png"}


def test_findings_are_there(run):
    assert [json.loads(line)["name"] for line in run.health.read_text().splitlines()] == ["constant-data"]


def test_a_run_is_found_by_its_folder(run, tmp_path):
    assert ganreg.Run.read(str(run.path)) == run
    with pytest.raises(ganreg.RunError, match=r"holds no run: there is no recipe\.toml"):
        ganreg.Run.read(tmp_path)


def test_its_logs_are_a_table_and_a_plot(run):
    frame = run.to_dataframe()
    (line,) = [line for line in run.plot_history().axes[0].lines if line.get_label() == "generator"]
    assert line.get_ydata().tolist() == frame["generator_loss"].tolist()
    assert run.to_dataframe("findings")["name"].tolist() == ["constant-data"]
    assert repr(run) == f"<Run {str(run.path)!r}: {run.recipe.name}, 4 of 4 iterations>"
    assert "constant-data" in run._repr_html_()
