"""One checkpoint on disk: its manifest, its checksums, and which score beats which."""

import hashlib
import json

import pytest
import tensorflow as tf

from ganreg.checkpoints.stored import CheckpointScore, DamagedError, Manifest, StoredCheckpoint

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
    other = StoredCheckpoint(stored.folder, "ckpt", 77)
    (other.folder / "ckpt-77.index").write_bytes(b"half")
    stored.remove()
    stored.remove()
    assert [path.name for path in stored.folder.iterdir()] == ["ckpt-77.index"]
    other.remove()
    assert not list(stored.folder.iterdir())


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
