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
from ganreg.runs.record import Record

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


@pytest.mark.slow
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


# --- games


def test_with_a_game_and_without_a_recipe_everything_else_is_plain(assembled):
    recipe = assembled("--game", "bidirectional", "--dataset", "ring:samples=64").recipe

    plain = ganreg.Recipe()
    for field in ("name", "regularizers", "schedule", "batch_size", "steps", "ema_decay", "generator_optimizer"):
        assert getattr(recipe, field) == getattr(plain, field)
    assert (recipe.game.name, recipe.generator.name, set(recipe.networks)) == ("bidirectional", "mlp", {"encoder"})


def test_a_game_is_added_to_a_recipe(assembled):
    recipe = assembled("ring", "--game", "vae:prior=0.5", "--network", "encoder=mlp:widths=[5]", "--steps", "3").recipe

    assert (recipe.name, recipe.steps, recipe.game.parameters["prior"]) == ("ring", 3, 0.5)
    assert recipe.networks["encoder"].parameters["widths"] == [5]
    widths = ganreg.registry().recipe("ring").generator.parameters["widths"]
    assert str(recipe.generator.parameters["widths"]).replace(" ", "") == widths


def test_the_generator_of_a_translation_is_a_translator(assembled):
    assembly = assembled(
        "--game", "translation", "--dataset", "degraded:dataset=digits,by=blur", "-g", "u-net:width=4", "-d", "patch"
    )

    assert type(assembly.generator) is ganreg.registry().implementation("translator", "u-net")
    assert assembly.generator.width == 4
    assert assembly.kind_of("generator") == "translator"


def test_settings_reach_into_the_game_and_into_networks_that_nobody_named(assembled):
    assembly = assembled(
        "--game", "vae", "--dataset", "ring:samples=64",
        "--set", "game.prior=5", "--set", "networks.encoder.widths=[8]", "--set", "generator.latent_dim=3",
    )  # fmt: skip

    assert assembly.game.prior == 5.0
    assert assembly.part_of("encoder").implementation.widths == (8,)
    assert assembly.generator.latent_dim == 3


def test_a_recipe_file_holds_a_game_and_its_networks(assembled, folder):
    (folder / "mine.toml").write_text(
        "name = 'mine'\ndataset = 'ring:samples=64'\n"
        "[game]\nname = 'vae'\ndistance = 3\n[networks.encoder]\nname = 'mlp'\nwidths = [7]\n"
    )

    assembly = assembled("mine.toml")

    assert assembly.game.distance == 3.0
    assert assembly.part_of("encoder").implementation.widths == (7,)
    assert assembled("mine.toml", "--network", "encoder=mlp").part_of("encoder").implementation.widths == (128, 128)
    assert assembled("mine.toml", "--game", "none").recipe.networks == {}


PAIRS = "degraded:dataset=digits,by=blur"
UNPAIRED = f"{PAIRS},paired=false"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--game", "translation", "--dataset", "digits"),
            "game 'translation' of ganreg-games makes samples from sources, but the data have none; use a dataset with "
            "sources, such as --dataset degraded or --dataset image-folders",
        ),
        (
            ("--game", "cycle", "--dataset", "ring"),
            "game 'cycle' of ganreg-games makes samples from sources, but the data have none; use a dataset",
        ),
        (
            ("--game", "translation", "--dataset", UNPAIRED),
            "game 'translation' of ganreg-games needs the source of each sample, but the data are not paired; use "
            "paired data, or a game that needs no pairs, such as --game cycle",
        ),
        (
            ("--game", "star", "--dataset", "ring"),
            "game 'star' of ganreg-games needs labels, but the data have none; use data with labels",
        ),
        (
            ("--game", "translation", "--dataset", PAIRS, "-g", "dcgan"),
            "'dcgan' is a generator, but game 'translation' of ganreg-games needs a translator in its place; choose "
            "from mlp, residual, u-net (see `ganreg list translator`)",
        ),
        (
            ("-g", "u-net", "--dataset", PAIRS),
            "'u-net' is a translator, but the usual game needs a generator in its place; choose from dcgan, ",
        ),
        (
            ("-g", "u-net", "--dataset", PAIRS),
            "(see `ganreg list generator`), or a game that takes a translator: --game cycle, --game star or --game tr",
        ),
        (
            ("digits", "--game", "translation", "--dataset", PAIRS),
            "recipe 'digits' has a generator, 'mlp', where the chosen game needs a translator; choose one with -g SPEC",
        ),
        (
            ("--network", "encoder=mlp", "--dataset", "ring"),
            "the usual game has no network 'encoder'; a game that has one: --game bidirectional or --game vae",
        ),
        (
            ("--game", "vae", "--dataset", "ring", "--network", "encodr=mlp"),
            "game 'vae' of ganreg-games has no network 'encodr'; did you mean 'encoder'?",
        ),
        (
            ("--game", "vae", "--dataset", "ring", "--network", "encoder=dcgan"),
            "'dcgan' is a generator, but game 'vae' of ganreg-games needs a translator in its place; choose from mlp, ",
        ),
        (
            ("--game", "vae", "--dataset", "ring", "--network", "encoder"),
            "Invalid value for '--network': expected ROLE=SPEC, such as encoder=NAME, got 'encoder'",
        ),
        (
            ("--game", "vae", "--dataset", "ring", "--network", "encoder=mlp", "--network", "encoder=mlp"),
            "Invalid value for '--network': the role 'encoder' is given twice, but each has only one component",
        ),
        (
            ("--game", "vae", "--dataset", "ring", "--network", "generator=mlp"),
            "Invalid value for '--network': the generator has an option of its own: -g mlp",
        ),
        (
            ("--game", "translation", "--dataset", PAIRS, "-r", "path-length"),
            "regularizer 'path-length' uses latents, but game 'translation' of ganreg-games makes samples from other "
            "samples; leave path-length out",
        ),
        (
            ("--game", "bidirectional", "--dataset", "ring", "-l", "energy-based"),
            "game 'bidirectional' of ganreg-games needs a loss with two sides, because it trains a network to have "
            "real samples classified as generated, but loss 'energy-based' only lowers the energies of real samples; "
            "use a loss of logits (see `ganreg list loss`)",
        ),
        (
            ("--game", "cycle", "--dataset", UNPAIRED, "-r", "replay", "--schedule", "simultaneous"),
            "regularizer 'replay' shows the discriminator other samples than those that the generator is trained on, "
            "but in a simultaneous schedule both players use the same ones; use an alternating schedule (--schedule "
            "alternating)",
        ),
        (
            ("--game", "cycle", "--dataset", UNPAIRED, "-g", "u-net:conditional=true"),
            "generator 'u-net' takes the labels of samples, which unpaired sources do not have; use -g "
            "u-net:conditional=false",
        ),
        (
            ("--game", "star", "--dataset", "digits"),
            "game star needs a translator that takes the wanted class, but 'mlp' is not conditional; use -g "
            "mlp:conditional=true",
        ),
        (("--game", "translation"), "there is nothing to train on; give --dataset SPEC (see `ganreg list dataset`)"),
        (("--game", "cylce", "--dataset", PAIRS), "unknown game 'cylce'; did you mean 'cycle'?"),
        (
            ("--game", "cycle", "--game", "translation"),
            "a training has only one; to try each of them: ganreg compare --game cycle --game translation",
        ),
        (
            ("--game", "cycle", "--dataset", UNPAIRED, "--set", "game.cylce=5"),
            "game 'cycle' has no parameter 'cylce'; did you mean 'cycle'?",
        ),
        (
            ("--game", "vae", "--dataset", "ring", "--set", "networks.encodr.widths=[8]"),
            "there is no 'encodr' that settings apply to; did you mean 'encoder'?",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_play_is_refused_in_a_line_or_two_and_leaves_nothing(ganreg_command, arguments, message, folder):
    answer = ganreg_command("train", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert answer.err.startswith("Error: ")
    assert len(answer.err.splitlines()) <= 2
    assert not list(folder.iterdir())


def test_a_regularizer_with_the_name_of_a_term_is_refused(call, point, make_registry, folder):
    class Twice(ganreg.Game):
        generator_terms = ("r1",)

    usual = {kind: ganreg.registry().default(kind) for kind in ("generator", "discriminator", "loss")}
    offered = {f"ganreg_{KINDS[kind].plural}": [entry.component] for kind, entry in usual.items()}
    penalty, ring = (ganreg.registry().find(*name).component for name in (("regularizer", "r1"), ("dataset", "ring")))
    registry = make_registry(
        point(
            "acme-gan",
            ganreg_games=[ganreg.Component("twice", Twice)],
            ganreg_regularizers=[penalty],
            ganreg_datasets=[ring],
            **offered,
        )
    )

    answer = call(registry, "train", "--game", "twice", "--dataset", "ring:samples=64", "-r", "r1")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == (
        "Error: regularizer 'r1' and a term of game 'twice' of acme-gan have the same name in the logs; leave r1 out\n"
    )
    assert not list(folder.iterdir())


TINY = ("--batch-size", "8", "--steps", "2", "--execution", "graph", "--updates-per-call", "2", "--health", "off")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "networks"),
    [
        (("--game", "translation", "--dataset", PAIRS, "-g", "u-net:width=4,levels=1"), {"generator"}),
        (("--game", "translation", "--dataset", "degraded:dataset=digits", "-g", "residual:width=4"), {"generator"}),
        (
            ("--game", "cycle", "--dataset", UNPAIRED, "-g", "mlp:widths=[4]", "-r", "replay:size=8"),
            {"generator", "inverse"},
        ),
        (
            ("--game", "star", "--dataset", "digits", "-g", "mlp:conditional=true", "-r", "auxiliary-classifier"),
            {"generator"},
        ),
        (("--game", "bidirectional", "--dataset", "digits"), {"generator", "encoder"}),
        (("--game", "vae", "--dataset", "ring:samples=64"), {"generator", "encoder"}),
    ],
    ids=lambda value: " ".join(value[:4]) if isinstance(value, tuple) else "",
)
def test_every_bundled_game_trains_resumes_and_samples(ganreg_command, folder, options, networks):
    assert ganreg_command("train", *options, *TINY, "--out", "run").code == 0

    assert ganreg_command("resume", "run", "--steps", "4").code == 0
    gan = ganreg.load(folder / "run")
    assert int(gan.iterations.numpy()) == 4
    assert set(gan.average_networks) == networks
    assert ganreg_command("sample", "run", "-n", "3", "--seed", "1", "-o", "samples.npy").code == 0
    np.testing.assert_array_equal(np.load("samples.npy"), gan.generate(3, seed=1))


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


@pytest.mark.slow
def test_a_batch_size_gives_way_to_a_small_table_unless_it_is_asked_for(ganreg_command, folder):
    (folder / "t.csv").write_text("x,kind\n" + "".join(f"{row / 7:.2f},{'ab'[row % 2]}\n" for row in range(60)))
    small = ("-g", "tabular:widths=[4],conditional=none", "-d", "mlp:widths=[4],conditional=none")
    options = ("--dataset", "csv:path=t.csv", *small, "--steps", 1, "--execution", "graph", "--health", "off")
    answer = ganreg_command("train", "tabular", *options, "-r", "packing:samples=10")

    assert answer.code == 0
    assert "there are 48 samples to train on, but batches of 500 in the recipe; batches of 40 are used" in answer.err
    assert ganreg.load(folder / "runs" / "tabular").recipe.batch_size == 40
    for asked in (("--batch-size", 500), ("--set", "batch_size=500")):
        answer = ganreg_command("train", "tabular", *options, *asked)
        assert answer.code == 2
        assert "batch size 500 is more than the 48 samples; use 48 or less" in answer.err


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


@pytest.mark.slow
def test_a_second_run_of_a_recipe_gets_a_folder_of_its_own(ganreg_command, folder):
    for _ in range(2):
        ganreg_command("train", "gaussian-1d", "--steps", 1, "--execution", "graph", "--health", "off")

    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["gaussian-1d", "gaussian-1d-2"]


# --- evaluations


@pytest.mark.slow
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


# --- starting from another run


SMALL = ("-g", "mlp:latent_dim=2,widths=[4]", "-d", "mlp:widths=[4]", "--steps", "2", "--execution", "eager")


@pytest.mark.slow
def test_a_training_starts_from_a_run(ganreg_command, folder):
    first = ganreg_command("train", "quadratic", *SMALL, "--out", "first")
    assert first.code == 0, first.err
    again = ganreg_command("train", "ring", *SMALL, "-l", "hinge", "--from", "first", "--out", "again")
    assert again.code == 0, again.err
    assert (
        "Started from first (2 iterations): 2 of 2 layers of the generator, 2 of 2 layers of the discriminator"
        in again.out
    )
    assert Record.read(folder / "again").start.source == "first"


@pytest.mark.slow
def test_what_does_not_fit_is_named(ganreg_command, folder):
    assert ganreg_command("train", "quadratic", *SMALL, "--out", "first").code == 0
    other = ("-g", "mlp:latent_dim=2,widths=[4,4]", *SMALL[2:])
    answer = ganreg_command("train", "quadratic", *other, "--from", "first", "--out", "again")
    assert answer.code == 0
    assert "Warning: started from first (2 iterations): 2 of 3 layers of the generator" in answer.err
    assert "not loaded, because nothing fits: generator dense_1 (kernel 4x4, bias 4)" in answer.err


def test_a_start_that_is_no_run_is_refused_at_once(ganreg_command, folder):
    answer = ganreg_command("train", "quadratic", *SMALL, "--from", "gone", "--out", "again")
    assert (answer.code, answer.out) == (2, "")
    assert "gone holds no run" in answer.err
    assert not (folder / "again").exists()


# --- downloads


def test_a_dataset_that_cannot_be_downloaded_is_refused(ganreg_command, folder):
    answer = ganreg_command("train", "quadratic", *SMALL, "--download", "--out", "run")
    assert (answer.code, answer.out) == (2, "")
    assert "dataset 'quadratic' is not one that can be downloaded; leave --download out" in answer.err


def test_a_download_is_tried_where_the_files_are_missing(ganreg_command, folder, monkeypatch):
    from ganreg_datasets import fashion_mnist

    monkeypatch.setattr(fashion_mnist, "OFFICIAL_PLACE", "http://127.0.0.1:9")
    words = ("train", "quadratic", "--dataset", f"fashion-mnist:path={folder}", *SMALL, "--out", "run")
    assert "lacks the Fashion-MNIST files" in ganreg_command(*words).err
    assert "cannot download http://127.0.0.1:9/train-images-idx3-ubyte.gz: " in ganreg_command(*words, "--download").err
    assert not (folder / "run").exists()
