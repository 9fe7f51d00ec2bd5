"""Temporary files: their names tell ganreg's own from all others, and dead processes from living ones."""

import subprocess
import sys
from pathlib import Path

import pytest

from ganreg.files import temporaries
from ganreg.files.temporaries import is_left_behind, is_temporary, sweep, temporary_beside

LEAVE = "import sys; from pathlib import Path; from ganreg.files.temporaries import temporary_beside\n" + (
    "path = temporary_beside(Path(sys.argv[1])); path.touch(); print(path)\n"
    "folder = temporary_beside(Path(sys.argv[1]).with_suffix('')); folder.mkdir(); (folder / 'x').touch()"
)


def test_names_are_new_and_keep_the_suffix(tmp_path):
    made = {temporary_beside(tmp_path / "a.keras") for _ in range(50)}

    assert len(made) == 50
    assert {path.suffix for path in made} == {".keras"}
    assert {path.parent for path in made} == {tmp_path}
    assert all(is_temporary(path.name) for path in made)


@pytest.mark.parametrize(
    "name", [".report.tmp.html", ".ganreg-00000000-1-00000000-00000000.tmp", "model_temp", ".ganreg-x.tmp", ".lock"]
)
def test_other_names_are_those_of_others(name):
    assert not is_temporary(name)


def test_a_changed_name_is_no_longer_ganregs(tmp_path):
    name = temporary_beside(tmp_path / "a.txt").name
    for place in range(8, len(name)):
        changed = name[:place] + ("0" if name[place] != "0" else "1") + name[place + 1 :]
        assert not is_temporary(changed)


def test_what_a_process_left_is_removed_when_it_has_ended(tmp_path):
    left = subprocess.run(
        [sys.executable, "-c", LEAVE, str(tmp_path / "a.txt")], capture_output=True, text=True, check=True
    ).stdout.strip()
    own, others = temporary_beside(tmp_path / "b.txt"), (".a.tmp.txt", "x_temp", "a.txt")
    for path in (own, *(tmp_path / name for name in others)):
        path.touch()
    assert Path(left).exists()

    sweep(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {own.name, *others}


def test_what_a_process_of_another_machine_left_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(temporaries, "_machine", lambda: "01234567")
    path = temporary_beside(tmp_path / "a.txt")
    monkeypatch.undo()
    monkeypatch.setattr(temporaries, "_is_running", lambda _: False)

    assert is_temporary(path.name)
    assert not is_left_behind(path.name)
