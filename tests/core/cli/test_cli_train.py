"""`ganreg train`: options that are short for a setting, and numbers that are no longer finite."""

import pytest

import ganreg
from ganreg.cli.train import _short_settings

EXPLODING = (
    "train", "--dataset", "gaussian-1d:samples=64", "-g", "mlp:latent_dim=2,widths=[4]", "-d", "mlp:widths=[4]",
    "-l", "wasserstein", "-r", "wgan-gp", "--batch-size", "16", "--steps", "20", "--execution", "graph",
    "--checkpoint-every", "20",
    "--set", "generator_optimizer=sgd:learning_rate=4", "--set", "discriminator_optimizer=sgd:learning_rate=4",
)  # fmt: skip


def options(**given):
    names = ("lr_g", "lr_d", "generator_steps", "discriminator_steps", "schedule")
    return dict.fromkeys(names) | {"steps": 5} | given


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        ({}, []),
        ({"lr_g": 1e-4}, ["generator_optimizer.learning_rate=0.0001"]),
        ({"lr_d": 0.5}, ["discriminator_optimizer.learning_rate=0.5"]),
        ({"generator_steps": 2}, ["schedule.mode=alternating", "schedule.generator_steps=2"]),
        ({"schedule": "alternating", "discriminator_steps": 5}, ["schedule.discriminator_steps=5"]),
    ],
)
def test_options_that_are_short_for_a_setting(given, settings):
    left = options(**given)
    assert _short_settings(left) == settings
    assert left == {"steps": 5, "schedule": given.get("schedule")}
    changed = ganreg.Recipe(schedule="simultaneous").updated(schedule=given.get("schedule")).with_settings(settings)
    assert changed.schedule.generator_steps == given.get("generator_steps", 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--schedule", "simultaneous", "--generator-steps", "2"), "a simultaneous schedule has no shares"),
        (("--lr-g", "0"), "Invalid value for '--lr-g'"),
        (("--rollback-factor", "1"), "Invalid value for '--rollback-factor'"),
        (("--on-nan", "ignore"), "Invalid value for '--on-nan'"),
        (("--health", "yes"), "Invalid value for '--health'"),
    ],
)
def test_what_is_refused(call, arguments, message):
    answer = call(ganreg.registry(), "train", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err


@pytest.mark.parametrize("option", ["-g", "-d", "-l", "--dataset"])
def test_a_second_value_is_refused_and_not_preferred(call, option):
    answer = call(ganreg.registry(), "train", option, "nope", option, "mlp:widths=[4]")
    assert (answer.code, answer.out) == (2, "")
    error, _ = answer.err.splitlines()
    assert error.endswith(
        f"a training has only one; to try each: ganreg compare {option} nope {option} 'mlp:widths=[4]'"
    )


@pytest.mark.slow
def test_a_stop_says_what_to_do_and_a_rollback_that_it_did(call, tmp_path):
    path = tmp_path / "run"
    stopped = call(ganreg.registry(), *EXPLODING, "--out", str(path))
    assert (stopped.code, stopped.out) == (1, "")
    error = stopped.err.splitlines()[-1]
    assert error.startswith("Error: ")
    for part in ("became", "one update before: ", "try --lr-", f"ganreg resume {path} --on-nan rollback"):
        assert part in error
    again = tmp_path / "again"
    trained = call(
        ganreg.registry(), *EXPLODING, "--out", str(again), "--on-nan", "rollback", "--rollback-factor", "0.001"
    )
    assert trained.code == 0
    assert "back to the checkpoint of iteration 0, with learning rates at 0.001 times" in trained.err
    assert "Health: nothing was found amiss" in trained.out
    verified = call(ganreg.registry(), "verify", str(again))
    assert verified.code == 2
    assert "rolled back" in verified.err
