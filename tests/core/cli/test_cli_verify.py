"""`ganreg verify`."""

from __future__ import annotations

import tomllib

import pytest


@pytest.fixture
def weights():
    """The hash of a run's weights."""
    return lambda folder: tomllib.loads((folder / "run.toml").read_text())["result"]["weights"]


def test_what_is_no_run(ganreg_command, tmp_path):
    answer = ganreg_command("verify", tmp_path / "nothing")

    assert answer.code == 2
    assert answer.err == f"Error: {tmp_path / 'nothing'} holds no run: there is no recipe.toml in it\n"


@pytest.mark.slow
def test_the_same_weights_to_the_last_bit(ganreg_command, tiny_training, tmp_path, weights):
    ganreg_command(*tiny_training, "--steps", 50, "--out", tmp_path / "run")

    answer = ganreg_command("verify", tmp_path / "run")

    assert (answer.code, answer.out) == (0, f"Identical: weights sha256:{weights(tmp_path / 'run')}\n")


@pytest.mark.slow
def test_another_seed_is_found(ganreg_command, tiny_training, tmp_path):
    path = tmp_path / "run"
    ganreg_command(*tiny_training, "--steps", 20, "--seed", 1, "--out", path)
    recipe = path / "recipe.toml"
    recipe.write_text(recipe.read_text().replace("seed = 1", "seed = 2"))

    answer = ganreg_command("verify", path)

    assert answer.code == 1
    assert answer.out.startswith("Different: update 1: ")
    assert "Changed since the run: recipe: seed: 2, was 1" in answer.out
