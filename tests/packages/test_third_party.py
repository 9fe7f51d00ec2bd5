"""A stranger's package, built as a wheel and installed beside the core: it works, and broken it harms nobody."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "acme-gan"

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path):
    """A copy of the package's source, to be changed."""
    return shutil.copytree(SOURCE, tmp_path / "acme-gan", ignore=shutil.ignore_patterns("__pycache__"))


def test_it_is_listed_shown_and_trained_with(home):
    home.install(SOURCE)

    rows, errors = home.listed()

    ours = {(row["kind"], row["name"]): row for row in rows if row["plugin"] == "acme-gan"}
    assert set(ours) == {
        ("loss", "soft-hinge"),
        ("regularizer", "cosine-penalty"),
        ("extractor", "channel-statistics"),
        ("game", "restoration"),
    }
    assert {row["version"] for row in ours.values()} == {"1.2.3"}
    assert errors == ""
    shown = json.loads(home.ganreg("show", "loss", "soft-hinge", "--json").stdout)
    assert [row["name"] for row in shown["parameters"]] == ["width"]


def test_it_trains(home):
    home.install(SOURCE)
    choice = ["--dataset", "gaussian-1d", "-g", "mlp", "-d", "mlp", "-l", "soft-hinge", "-r", "cosine-penalty"]

    process = home.ganreg("train", *choice, "--steps", "3", "--out", "run")

    assert process.returncode == 0, process.stderr
    assert "soft-hinge" in (home.path / "run" / "recipe.toml").read_text()
    assert 'acme-gan = "1.2.3"' in (home.path / "run" / "recipe.toml").read_text()


def test_it_evaluates(home):
    """A metric on the features of its extractor, which are computed here a second time from the same samples."""
    home.install(SOURCE)
    choice = ["digits", "--steps", "3", "--out", "evaluated"]
    assert home.ganreg("train", *choice).returncode == 0
    options = ["-m", "frechet", "--features", "channel-statistics", "-n", "50", "--json"]

    process = home.ganreg("evaluate", "evaluated", *options, GANREG_CACHE=str(home.path / "cache"))

    assert process.returncode == 0, process.stderr
    score = json.loads(process.stdout)[0]
    assert (score["extractor"], score["samples"]) == ("channel statistics", 50)
    program = (
        "import ganreg, numpy as np, sys\n"
        "gan = ganreg.load('evaluated')\n"
        "rows = gan.generate(50, seed=0).reshape(50, -1)\n"
        "train = gan.load_data().train\n"
        "real = train[np.random.default_rng(0).permutation(len(train))[:50]].reshape(50, -1)\n"
        "sides = [np.stack([each.mean(axis=1), each.std(axis=1)], axis=1) for each in (real / 1.0, rows / 1.0)]\n"
        "print(ganreg.create('metric', 'frechet').compute(*sides)['frechet'])"
    )
    again = home.run("-c", program)
    assert again.returncode == 0, again.stderr
    assert score["value"] == pytest.approx(float(again.stdout), rel=1e-3)


def test_its_extractor_passes_the_checks(home):
    home.install(SOURCE)

    process = home.ganreg("check", "extractor", "channel-statistics", "--json")

    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["counts"]["failed"] == 0


def test_its_game_passes_the_checks(home):
    home.install(SOURCE)

    process = home.ganreg("check", "game", "restoration", "--json")

    assert process.returncode == 0, process.stderr
    counts = json.loads(process.stdout)["counts"]
    assert counts["failed"] == 0
    assert counts["passed"] > 20


GAME = ["--game", "restoration:weight=5", "-g", "mlp:widths=[32]", "--dataset", "degraded:dataset=digits,by=blur"]


def test_its_game_is_shown_and_trained_with(home):
    home.install(SOURCE)

    shown = json.loads(home.ganreg("show", "game", "restoration", "--json").stdout)
    process = home.ganreg("train", *GAME, "--steps", "3", "--out", "restored")
    refused = home.ganreg("train", *GAME[:4], "--dataset", "digits", "--out", "refused")

    assert [(row["name"], row["default"]) for row in shown["parameters"]] == [("weight", 10.0)]
    assert shown["needs"] == ["pairs"]
    assert process.returncode == 0, process.stderr
    header = (home.path / "restored" / "metrics.csv").read_text().splitlines()[0]
    assert "generator/distance" in header.split(",")
    assert 'acme-gan = "1.2.3"' in (home.path / "restored" / "recipe.toml").read_text()
    assert refused.returncode == 2
    assert "game 'restoration' of acme-gan makes samples from sources, but the data have none" in refused.stderr
    assert not (home.path / "refused").exists()


def test_its_game_resumes_after_a_kill_with_the_same_weights(home):
    home.install(SOURCE)
    options = [*GAME, "--steps", "2000", "--checkpoint-every", "100", "--execution", "graph"]
    undisturbed, killed = home.path / "undisturbed", home.path / "killed"

    whole = home.ganreg("train", *options, "--out", str(undisturbed))
    home.killed_after_a_checkpoint(killed, "train", *options)
    resumed = home.ganreg("resume", str(killed))

    hashes = [
        re.search(r"^Weights (sha256:[0-9a-f]{64})", process.stdout, re.MULTILINE) for process in (whole, resumed)
    ]
    assert all(hashes), whole.stderr + resumed.stderr
    assert hashes[0][1] == hashes[1][1]
    assert (killed / "metrics.csv").read_text() == (undisturbed / "metrics.csv").read_text()


BREAKS = {
    "import error": ("from ganreg import", "import no_such_module\nfrom ganreg import", "No module named"),
    "misspelt hook": ("def ganreg_losses", "def ganreg_loses", "there is no hook 'ganreg_loses'; did you mean"),
    "wrong argument": ("def ganreg_losses()", "def ganreg_losses(sample_rate)", "sample_rate"),
    "no Component": ("return [Component(", "return ['soft-hinge', Component(", "got 'soft-hinge'"),
}


@pytest.mark.parametrize("how", BREAKS)
def test_broken_it_is_left_out_and_said_to_be(home, source, how):
    before, after, reason = BREAKS[how]
    module = source / "acme_gan" / "__init__.py"
    text = module.read_text()
    assert before in text
    module.write_text(text.replace(before, after, 1))
    home.install(source)

    rows, errors = home.listed()

    assert {"hinge", "wgan-gp"} <= {row["name"] for row in rows}
    assert "acme-gan" not in {row["plugin"] for row in rows}
    assert len(errors.splitlines()) == 1
    assert "acme-gan" in errors
    (plugin,) = [
        plugin for plugin in json.loads(home.ganreg("plugins", "--json").stdout) if plugin["distribution"] == "acme-gan"
    ]
    assert (plugin["status"], plugin["version"]) == ("failed", "1.2.3")
    assert reason in plugin["error"]


def test_broken_it_is_an_error_where_that_is_asked_for(home, source):
    (source / "acme_gan" / "__init__.py").write_text("import no_such_module\n")
    home.install(source)

    strict = home.ganreg("list", GANREG_STRICT="1")
    disabled, errors = home.listed(GANREG_STRICT="1", GANREG_DISABLE="acme-gan")

    assert strict.returncode == 1
    assert strict.stderr.startswith("Error: plugin 'acme' of acme-gan failed: ModuleNotFoundError")
    assert errors == ""
    assert "hinge" in {row["name"] for row in disabled}


def test_a_name_of_ours_stays_reachable_beside_its_own(home, source):
    module = source / "acme_gan" / "__init__.py"
    module.write_text(module.read_text().replace('"soft-hinge"', '"hinge"'))
    home.install(source)

    rows, errors = home.listed()

    assert errors == ""
    names = {row["name"] for row in rows if row["kind"] == "loss"}
    assert {"acme-gan/hinge", "ganreg-losses/hinge"} <= names
    assert "hinge" not in names
    bare = home.ganreg("show", "loss", "hinge")
    assert bare.returncode == 2
    assert "'acme-gan/hinge' or 'ganreg-losses/hinge'" in bare.stderr
    for name in ("acme-gan/hinge", "ganreg-losses/hinge"):
        assert json.loads(home.ganreg("show", "loss", name, "--json").stdout)["plugin"] == name.partition("/")[0]
