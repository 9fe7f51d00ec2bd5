"""`ganreg train`: what its options make of the recipe, what is refused, and what it says."""

from __future__ import annotations

import json
from collections import Counter

import attrs
import numpy as np
import pytest

import ganreg
from ganreg import GanregError, Registry
from ganreg.contract.kinds import KINDS

EXPLODING = (
    "train", "digits", "--dataset", "gaussian-1d:samples=64", "-g", "mlp:latent_dim=2,widths=[4]",
    "-d", "mlp:widths=[4]", "-l", "wasserstein", "-r", "wgan-gp", "--batch-size", "16", "--steps", "20",
    "--execution", "graph", "--checkpoint-every", "20",
    "--set", "generator_optimizer=sgd:learning_rate=4", "--set", "discriminator_optimizer=sgd:learning_rate=4",
)  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of the test's own, which is the current one; features go there too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def assembled(monkeypatch, ganreg_command):
    """Calls `ganreg train` up to the point where networks would be built; returns the assembly."""
    assert ganreg.load  # whatever imports the class does so before it is replaced
    assert ganreg.train
    assemblies = []

    def build(assembly):
        assemblies.append(assembly)
        raise GanregError("enough")

    monkeypatch.setattr("ganreg.gan.GAN", build)

    def assembled(*arguments):
        answer = ganreg_command("train", *arguments)
        assert answer.err.splitlines()[-1] == "Error: enough"
        return assemblies.pop()

    return assembled


# --- the recipe


def test_without_options_it_is_the_recipe(assembled):
    assembly = assembled("gaussian-1d")

    recipe, wanted = assembly.recipe, ganreg.registry().recipe("gaussian-1d")
    for field in ("name", "schedule", "steps", "batch_size", "seed", "precision", "learning_rate_decay"):
        assert getattr(recipe, field) == getattr(wanted, field)
    implementations = {
        **{role: part.implementation for role, part in assembly.parts.items()},
        "dataset": assembly.source,
    }
    for role, implementation in implementations.items():
        assert getattr(recipe, role).name == getattr(wanted, role).name
        assert type(implementation) is ganreg.registry().implementation(role, getattr(wanted, role).name)


def test_without_a_recipe_it_is_the_default_of_the_plugins(assembled):
    assert assembled().recipe.name == ganreg.registry().default("recipe").name


def test_without_a_recipe_and_without_a_default_it_is_refused(call, make_registry):
    answer = call(make_registry(), "train")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Error: no installed plugin offers a default recipe; give a RECIPE\n")


def test_components_replace_those_of_the_recipe(assembled):
    assembly = assembled(
        "digits", "-g", "mlp:latent_dim=3", "-d", "mlp:widths=[5]", "-l", "hinge", "-r", "r1:weight=2", "-r", "r2",
        "--dataset", "gaussian-1d:samples=64",
    )  # fmt: skip

    assert assembly.generator.latent_dim == 3
    assert tuple(assembly.discriminator.widths) == (5,)
    assert assembly.recipe.loss.name == "hinge"
    assert [part.label for part in assembly.regularizer_parts] == ["r1", "r2"]
    assert assembly.regularizers[0].weight == 2
    assert assembly.source.samples == 64


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--steps", "7"], {"steps": 7}),
        (["--batch-size", "9"], {"batch_size": 9}),
        (["--seed", "4"], {"seed": 4}),
        (["--precision", "mixed_bfloat16"], {"precision": "mixed_bfloat16"}),
        (["--lr-g", "0.5"], {"generator_optimizer.learning_rate": 0.5}),
        (["--lr-d", "1e-4"], {"discriminator_optimizer.learning_rate": 1e-4}),
        (["--set", "ema_decay=0.5", "--set", "discriminator_optimizer.beta_1=0.25"],
         {"ema_decay": 0.5, "discriminator_optimizer.beta_1": 0.25}),
        (["--schedule", "simultaneous"], {"schedule.mode": "simultaneous"}),
        (["--generator-steps", "2"], {"schedule.mode": "alternating", "schedule.generator_steps": 2}),
        (["--schedule", "alternating", "--discriminator-steps", "5"], {"schedule.discriminator_steps": 5}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_options_that_set_a_field(assembled, options, expected):
    recipe = assembled("gaussian-1d", *options).recipe

    values = {"schedule." + key: value for key, value in attrs.asdict(recipe.schedule).items()}
    for player in ("generator", "discriminator"):
        optimizer = getattr(recipe, f"{player}_optimizer")
        values |= {f"{player}_optimizer.{key}": float(value) for key, value in optimizer.parameters.items()}
    values |= {field.name: getattr(recipe, field.name) for field in attrs.fields(ganreg.Recipe)}
    assert {key: values[key] for key in expected} == expected


def test_every_kind_of_component_of_a_recipe_has_its_option(ganreg_command):
    out = ganreg_command("train", "--help").out

    assert [kind.name for kind in KINDS.values() if not all(option in out for option in kind.options)] == []


def test_the_recipe_is_read_and_each_component_created_once(ganreg_command, monkeypatch, folder):
    created, read = Counter(), []
    create, from_table = Registry.create, ganreg.Recipe.from_table

    def counting(self, kind, spec, /, **parameters):
        created[kind, str(spec).partition(":")[0]] += 1
        return create(self, kind, spec, **parameters)

    def reading(table, **options):
        read.append(table)
        return from_table(table, **options)

    text = ganreg.registry().recipe("gaussian-1d").updated(regularizers=["r1", "instance-noise"], steps=2).to_toml()
    (folder / "mine.toml").write_text(text)
    monkeypatch.setattr(Registry, "create", counting)
    monkeypatch.setattr(ganreg.Recipe, "from_table", reading)

    assert ganreg_command("train", "mine.toml", "--execution", "graph", "--health", "off").code == 0

    assert set(created.values()) == {1}
    assert Counter(kind for kind, _ in created) == {
        "generator": 1, "discriminator": 1, "loss": 1, "regularizer": 2, "dataset": 1
    }  # fmt: skip
    assert len(read) == 1


# --- labels


def test_a_conditional_recipe_on_data_without_labels_trains_unconditionally_with_one_warning(ganreg_command, folder):
    answer = ganreg_command(
        "train", "digits", "--dataset", "ring:samples=64", "--steps", 1, "--execution", "graph", "--health", "off"
    )

    assert answer.code == 0
    warnings = [line for line in answer.err.splitlines() if "Warning" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith("Warning: the data have no labels")
    assert "will train unconditionally" in warnings[0]
    assert "Traceback" not in answer.err
    assert not ganreg.load(folder / "runs" / "digits").assembly.is_conditional


def test_networks_that_were_asked_to_be_conditional_are_refused_with_the_remedy(ganreg_command, folder):
    answer = ganreg_command("train", "digits", "-g", "mlp:conditional=true", "--dataset", "ring:samples=64")

    assert (answer.code, answer.out) == (2, "")
    error = answer.err.splitlines()[-1]
    assert error.startswith("Error: generator 'mlp' is conditional, but the data have no labels; use data with labels")
    assert error.endswith("mlp:conditional=false")
    assert "Traceback" not in answer.err
    assert not list(folder.iterdir())


# --- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--schedule", "simultaneous", "--generator-steps", "2"), "simultaneous schedule"),
        (("--lr-g", "0"), "Invalid value for '--lr-g'"),
        (("--rollback-factor", "1"), "Invalid value for '--rollback-factor'"),
        (("--on-nan", "ignore"), "Invalid value for '--on-nan'"),
        (("--health", "yes"), "Invalid value for '--health'"),
        (("-l", "hing"), "unknown loss 'hing'; did you mean 'hinge'"),
        (("-r", "r1:wight=1"), "wight"),
        (("--set", "steps"), "must be key=value"),
        (("-m", "moments"), "--metric needs --evaluate-every N"),
        (("--best", "moments"), "--best needs --evaluate-every N"),
        (("--features", "pixels"), "--features needs --evaluate-every N"),
        (("--evaluate-every", "3", "-m", "frechett"), "did you mean 'frechet'"),
        (("--evaluate-every", "3", "--features", "pixel"), "did you mean 'pixels'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_input_is_a_line_or_two_and_leaves_nothing(ganreg_command, arguments, message, folder):
    answer = ganreg_command("train", "gaussian-1d", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert len(answer.err.splitlines()) <= 2
    assert not list(folder.iterdir())


@pytest.mark.parametrize("option", ["-g", "-d", "-l", "--dataset"])
def test_a_second_value_is_refused_and_not_preferred(ganreg_command, option):
    answer = ganreg_command("train", option, "nope", option, "mlp:widths=[4]")

    assert (answer.code, answer.out) == (2, "")
    error, _ = answer.err.splitlines()
    assert error.endswith(
        f"a training has only one; to try each of them: ganreg compare {option} nope {option} 'mlp:widths=[4]'"
    )


def test_an_occupied_folder_is_refused_before_anything_else(ganreg_command, folder):
    (folder / "recipe.toml").touch()

    answer = ganreg_command("train", "gaussian-1d", "-l", "hing", "--out", folder)

    assert answer.code == 2
    assert answer.err.startswith(f"Error: {folder} already holds a run")
    assert f"ganreg resume {folder}" in answer.err


def test_a_second_run_of_a_recipe_gets_a_folder_of_its_own(ganreg_command, folder):
    for _ in range(2):
        ganreg_command("train", "gaussian-1d", "--steps", 1, "--execution", "graph", "--health", "off")

    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["gaussian-1d", "gaussian-1d-2"]


# --- evaluations


def test_training_with_evaluations(ganreg_command, tiny_training, folder):
    given = ["--steps", "6", "--health", "off", "--out", "run"]
    metric = ["-m", "moments:bootstrap=2"]
    evaluated = ["--evaluate-every", "3", *metric, "--evaluate-samples", "50", "--best", "moments"]

    assert ganreg_command(*tiny_training, *given, *evaluated).code == 0

    header, *rows = (folder / "run" / "evaluations.csv").read_text().splitlines()
    assert header.startswith("iteration,moments,mean,")
    assert [row.split(",")[0] for row in rows] == ["3", "6"]
    best = min(rows, key=lambda row: float(row.split(",")[1]))
    answer = ganreg_command("evaluate", "run", "--checkpoint", "best", *metric, "-n", "50", "--json")
    assert np.isclose(json.loads(answer.out)[0]["value"], float(best.split(",")[1]), rtol=1e-6)


# --- numbers that are no longer finite


@pytest.mark.slow
def test_a_stop_says_what_to_do_and_a_rollback_that_it_did(ganreg_command, tmp_path):
    path = tmp_path / "run"
    stopped = ganreg_command(*EXPLODING, "--out", path)
    assert (stopped.code, stopped.out) == (1, "")
    error = stopped.err.splitlines()[-1]
    assert error.startswith("Error: ")
    for part in ("became", "--lr-", f"ganreg resume {path} --on-nan rollback"):
        assert part in error
    again = tmp_path / "again"
    trained = ganreg_command(*EXPLODING, "--out", again, "--on-nan", "rollback", "--rollback-factor", "0.001")
    assert trained.code == 0
    assert "checkpoint of iteration 0" in trained.err
    assert "0.001 times" in trained.err
    assert "Health: no problems found" in trained.out
    verified = ganreg_command("verify", again)
    assert verified.code == 2
    assert "rolled back" in verified.err
