"""Where a run's folder may be, and what it may contain."""

import pytest

import ganreg
from ganreg.checkpoints.run_folder import folder_for, free_folder, make_folder, refuse_occupied


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
