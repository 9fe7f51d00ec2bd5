"""Where a run's folder may be, and what it may contain."""

import os

import pytest

import ganreg
from ganreg.checkpoints.run_folder import folder_for, free_folder, make_folder, new_run, refuse_occupied, require_run
from ganreg.files.temporaries import temporary_beside


def test_the_first_free_folder_is_numbered(tmp_path):
    assert free_folder("digits", tmp_path) == tmp_path / "digits"
    for name in ("digits", "digits-2"):
        (tmp_path / name).mkdir()
    assert free_folder("digits", tmp_path) == tmp_path / "digits-3"


def test_a_folder_that_holds_a_run_is_refused(tmp_path):
    refuse_occupied(tmp_path)
    (tmp_path / "recipe.toml").touch()
    with pytest.raises(ganreg.RunError, match="already holds a run; choose another folder"):
        refuse_occupied(tmp_path)


RECORD = "[plan]\nsteps = 1\n[conditions]\nthreads = 1\n"


@pytest.mark.parametrize(
    "name",
    [
        "metrics.csv",
        "checkpoints/ckpt-1.index",
        "model_temp/x",
        ".report.tmp.html",
        "notes",
        "samples/1.png",
        "run.toml",
    ],
)
def test_a_folder_of_anything_else_is_refused(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("the user's own")
    with pytest.raises(ganreg.RunError, match=rf"already contains '{name.partition('/')[0]}'; choose a folder that is"):
        refuse_occupied(tmp_path)


def test_what_a_killed_start_left_is_not_in_the_way(tmp_path):
    make_folder(tmp_path)
    (tmp_path / ".lock").write_text("7\n")
    (tmp_path / "run.toml").write_text(RECORD)
    temporary_beside(tmp_path / "recipe.toml").write_text("half")
    refuse_occupied(tmp_path)
    (tmp_path / "samples").rmdir()
    (tmp_path / "samples").symlink_to("..")
    with pytest.raises(ganreg.RunError, match="already contains 'samples'"):
        refuse_occupied(tmp_path)


def test_a_new_run_that_fails_at_once_leaves_nothing(tmp_path):
    def fail():
        with new_run(tmp_path / "runs" / "x"):
            for name in (".lock", "run.toml", "recipe.toml"):
                (tmp_path / "runs" / "x" / name).touch()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_run_holds_nothing_that_leads_out_or_never_ends(tmp_path):
    (tmp_path / "recipe.toml").touch()
    require_run(tmp_path)
    os.mkfifo(tmp_path / "metrics.csv")
    with pytest.raises(ganreg.RunError, match=r"metrics\.csv is a pipe, but the run's folder holds only files"):
        require_run(tmp_path)
    (tmp_path / "metrics.csv").unlink()
    (tmp_path / "metrics.csv").symlink_to("/etc/hostname")
    with pytest.raises(ganreg.RunError, match=r"metrics\.csv is a link that leads out of the run's folder"):
        require_run(tmp_path)


def test_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ganreg.RunError, match="is a file; give a folder with --out"):
        refuse_occupied(tmp_path / "file")


def test_a_folder_that_cannot_be_created_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ganreg.RunError, match=r"cannot create the folder .*run"):
        make_folder(tmp_path / "file" / "run")


@pytest.mark.parametrize(
    ("made", "message"), [((), "holds no run: there is no recipe.toml"), (("recipe.toml",), "holds no checkpoint yet")]
)
def test_loading_a_folder_without_a_run(tmp_path, made, message):
    for name in made:
        (tmp_path / name).write_text('dataset = { name = "gaussian-1d" }\n')
    with pytest.raises(ganreg.RunError, match=message):
        ganreg.load(tmp_path)


def test_a_new_run_goes_to_the_users_folder_or_a_free_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "digits").mkdir(parents=True)
    assert folder_for("digits").as_posix() == "runs/digits-2"
    assert folder_for("digits", tmp_path / "mine") == tmp_path / "mine"
    (tmp_path / "recipe.toml").touch()
    with pytest.raises(ganreg.RunError, match="already holds a run"):
        folder_for("digits", tmp_path)
