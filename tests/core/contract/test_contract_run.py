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
