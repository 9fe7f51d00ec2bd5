"""One checkpoint on disk: its manifest, its checksums, and which score beats which."""

import hashlib
import json
import signal
import subprocess
import sys

import pytest
import tensorflow as tf

from ganreg.checkpoints.stored import CheckpointScore, DamagedError, Manifest, StoredCheckpoint, recover

SCORE = CheckpointScore("FD", 0.5, lower_is_better=True)


@pytest.fixture
def stored(tmp_path):
    """A complete checkpoint of one variable."""
    checkpoint = StoredCheckpoint(tmp_path, "ckpt", 7)
    checkpoint.write(tf.train.Checkpoint(value=tf.Variable([1.0, 2.0])), Manifest(7, {"metrics": {"bytes": 3}}))
    return checkpoint


def test_the_manifest_holds_the_checksum_of_each_file(stored):
    content = json.loads(stored.manifest.read_text())
    files = {path.name: path for path in stored.folder.iterdir() if path != stored.manifest}
    assert set(files) == {"ckpt-7.index", "ckpt-7.data-00000-of-00001"}
    assert content["files"] == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    own = content.pop("sha256")
    assert own == hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    assert content["iteration"] == 7
    assert "score" not in content


@pytest.mark.parametrize("manifest", [Manifest(7, {}), Manifest(7, {"metrics": {"bytes": 3}}, SCORE)])
def test_it_is_the_same_after_being_written_and_read(tmp_path, manifest):
    stored = StoredCheckpoint(tmp_path, "best", 7)
    variable = tf.Variable([1.0, 2.0])
    stored.write(tf.train.Checkpoint(value=variable), manifest)
    assert stored.read() == manifest
    variable.assign([0.0, 0.0])
    tf.train.Checkpoint(value=variable).read(str(stored.path)).assert_consumed()
    assert variable.numpy().tolist() == [1.0, 2.0]


def signed(content):
    """A manifest whose own checksum is right."""
    return json.dumps({"sha256": hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(), **content})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "incomplete because writing it was interrupted"),
        ("{", "damaged: its manifest cannot be read"),
        ("[]", "damaged: its manifest cannot be read"),
        (signed({"files": {}, "iteration": 7}), "damaged: its manifest cannot be read"),
        (signed({"files": {}, "iteration": 8, "recorders": {}}), "damaged: its manifest has changed"),
        (signed({"files": {}, "iteration": 7, "recorders": {}}).replace("7", "7.0"), "damaged: its manifest has"),
        (signed({"files": {"x": "0"}, "iteration": 7, "recorders": {}}), "names 'x', which is not one of its files"),
        (signed({"files": {"ckpt-7.x": "0"}, "iteration": 7, "recorders": {}}), r"cannot read ckpt-7\.x: No such"),
        (signed({"files": {"ckpt-7.index": "0"}, "iteration": 7, "recorders": {}}), r"ckpt-7\.index has changed"),
    ],
)
def test_damage_is_described(stored, text, reason):
    stored.manifest.unlink()
    if text is not None:
        stored.manifest.write_text(text)
    with pytest.raises(DamagedError, match=rf"checkpoint .*ckpt-7 is .*{reason}"):
        stored.read()


def test_it_can_be_removed_however_much_of_it_is_there(stored):
    others = {"ckpt-77.index", "ckpt-7.txt", "ckpt-7.data", "ckpt-7-notes.json"}
    for name in others:
        (stored.folder / name).write_text("of the user")
    next(path for path in stored.files() if path.suffix == ".index").unlink()
    stored.remove()
    stored.remove()
    assert {path.name for path in stored.folder.iterdir()} == others


def test_without_a_manifest_the_files_may_be_those_of_another_program(tmp_path):
    (tmp_path / "ckpt-77.index").write_bytes(b"of another program")
    StoredCheckpoint(tmp_path, "ckpt", 77).remove()
    assert [path.name for path in tmp_path.iterdir()] == ["ckpt-77.index"]


def test_it_appears_whole(tmp_path, monkeypatch):
    """Another process that looks at any moment sees no file of it, or all of them but the manifest for an instant."""
    seen = []

    def look(path, text):
        seen.append({place.name for place in tmp_path.iterdir() if not place.name.startswith(".")})
        path.write_text(text)

    monkeypatch.setattr("ganreg.checkpoints.stored.write_text", look)
    checkpoint = StoredCheckpoint(tmp_path, "ckpt", 7)
    checkpoint.write(tf.train.Checkpoint(value=tf.Variable([1.0])), Manifest(7, {}))
    assert seen == [set()]
    assert {path.name for path in tmp_path.iterdir()} == {
        "ckpt-7.json",
        "ckpt-7.index",
        "ckpt-7.data-00000-of-00001",
    }


KILLED = """
import os, signal, sys
from pathlib import Path
import tensorflow as tf
from ganreg.checkpoints.stored import Manifest, StoredCheckpoint
moved, replace = [], Path.replace
def counted(path, target):
    if path.name.startswith("ckpt"):
        if len(moved) == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        moved.append(path)
    return replace(path, target)
Path.replace = counted
StoredCheckpoint(Path(sys.argv[1]), "ckpt", 7).write(tf.train.Checkpoint(value=tf.Variable([1.0])), Manifest(7, {}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("moved", [0, 1, 2])
def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path, moved):
    (tmp_path / "ckpt-5.index").write_text("of another program")
    process = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(moved)], check=False)
    assert process.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2 + moved

    recover(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["ckpt-5.index"]


@pytest.mark.parametrize(
    ("name", "value", "lower_is_better", "better"),
    [
        ("FD", 0.4, True, True),
        ("FD", 0.5, True, False),
        ("FD", 0.6, True, False),
        ("FD", 0.4, False, True),  # another direction is another score
        ("recall", 9.0, True, True),
    ],
)
def test_which_score_beats_which(name, value, lower_is_better, better):
    assert CheckpointScore(name, value, lower_is_better).beats(SCORE) == better
    assert CheckpointScore("recall", 0.6, lower_is_better=False).beats(CheckpointScore("recall", 0.5, False))
