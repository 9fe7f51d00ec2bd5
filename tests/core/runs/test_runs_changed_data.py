"""A run on a table whose file changes, moves or vanishes afterwards."""

import csv
import shutil

import pytest

import ganreg
from ganreg.cli.app import run
from ganreg.runs.changed_data import warn_of_changed_data, warn_of_changed_files

TABLE = "gain,kind\n" + "".join(f"{row % 13 * 1.5},{'ab'[row % 2]}\n" for row in range(200))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a table and a run on it, trained from within the folder."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        (folder / "t.csv").write_text(TABLE)
        gan = ganreg.assemble(
            generator="mlp:widths=[4],conditional=true",
            discriminator="mlp:widths=[4],conditional=true",
            loss="hinge",
            data="csv:path=t.csv,label=kind",
            batch_size=16,
        )
        ganreg.train(gan, "run", steps=2, health="off", execution="graph")
    return folder


@pytest.fixture
def home(trained):
    """The same with the table as it was."""
    (trained / "t.csv").write_text(TABLE)
    return trained


@pytest.fixture
def sampled(capsys):
    """Samples rows with the run in a folder: what was told, and the rows."""

    def sample(home):
        made = home / "made.csv"
        code = run(["sample", str(home / "run"), "-n", "40", "--seed", "1", "-o", str(made)])
        told = capsys.readouterr().err
        assert code == 0, told
        return told, list(csv.reader(made.read_text().splitlines()))

    return sample


def test_sampling_needs_no_table_and_works_from_any_folder(home, sampled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told, rows = sampled(home)
    (home / "t.csv").unlink()

    assert told == ""
    assert rows[0] == ["gain", "kind"]
    assert {row[1] for row in rows[1:]} <= {"a", "b"}
    assert {float(row[0]) for row in rows[1:]} <= {number * 1.5 for number in range(13)}
    assert sampled(home) == ("", rows)


def test_a_table_that_grew_is_noticed_and_changes_nothing(home, sampled):
    _, before = sampled(home)
    (home / "t.csv").write_text(TABLE + "999,a\n")

    told, after = sampled(home)

    assert told.count("\n") == 1
    assert f"{home / 't.csv'} has changed since the training" in told
    assert after == before
    with pytest.warns(ganreg.GanregWarning, match=rf"the data in {home / 't.csv'} have changed since the training"):
        warn_of_changed_data(ganreg.load(home / "run"), home / "run")
    with pytest.raises(ganreg.RunError, match="data: different samples"):
        ganreg.resume(home / "run", steps=4)


@pytest.mark.filterwarnings("error::ganreg.GanregWarning")
def test_the_same_data_are_no_change(home):
    warn_of_changed_files(home / "run")
    warn_of_changed_data(ganreg.load(home / "run"), home / "run")


def test_a_run_without_a_record_of_files_or_state_still_works(home, sampled, tmp_path):
    shutil.copytree(home / "run", tmp_path / "run")
    shutil.copy(home / "t.csv", tmp_path / "t.csv")
    _, expected = sampled(home)
    (tmp_path / "run" / "dataset.json").unlink()
    (tmp_path / "run" / "run.toml").unlink()

    assert sampled(tmp_path) == ("", expected)


def test_the_names_of_the_classes_are_kept(home):
    (home / "t.csv").unlink()

    assert ganreg.load(home / "run").assembly.classes.names == ("a", "b")
