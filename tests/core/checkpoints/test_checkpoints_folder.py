"""The checkpoints of a run: which are kept, and how damaged ones are found and skipped."""

import errno
import random
import threading
import time

import numpy as np
import pytest
import tensorflow as tf

import ganreg
from ganreg.checkpoints.folder import CheckpointFolder, has_checkpoint
from ganreg.checkpoints.stored import StoredCheckpoint
from ganreg.engine.variables import weights_hash

BATCH = 8


@pytest.fixture(scope="module")
def gan():
    """A tiny GAN."""
    return ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        data=ganreg.DataSpec((1,)),
        batch_size=BATCH,
    )


@pytest.fixture
def folder(tmp_path, gan):
    """Three checkpoints, one iteration apart, and the hash of the weights of each by its number."""
    checkpoints, hashes = CheckpointFolder(gan.players, tmp_path), {}
    samples = np.linspace(-1, 1, BATCH, dtype=np.float32)[:, None]
    for _ in range(3):
        gan.fit(samples, steps=1, verbose=0, execution="graph")
        hashes[checkpoints.write({"metrics": {"bytes": 7}})] = weights_hash(gan.players)
    return checkpoints, tmp_path / "checkpoints", hashes


def test_the_newest_is_restored(folder, gan):
    checkpoints, _, hashes = folder
    newest = max(hashes)
    gan.generator.trainable_variables[0].assign_add(gan.generator.trainable_variables[0] + 1.0)
    manifest = checkpoints.restore()
    assert manifest.iteration == newest
    assert manifest.recorders == {"metrics": {"bytes": 7}}
    assert weights_hash(gan.players) == hashes[newest]


def test_a_folder_has_a_checkpoint_if_one_was_completed(folder, tmp_path):
    _, path, hashes = folder
    assert has_checkpoint(tmp_path)
    for number in hashes:
        (path / f"ckpt-{number}.json").unlink()
    assert not has_checkpoint(tmp_path)
    assert not has_checkpoint(tmp_path / "nothing")


def test_tensorflow_finds_it_too(folder):
    _, path, hashes = folder
    assert tf.train.latest_checkpoint(path) == str(path / f"ckpt-{max(hashes)}")


def damages(path, newest, seed):
    """Damages the newest checkpoint's files in turn: truncates one, or flips one of its bits."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    files = sorted(file for file in path.glob(f"ckpt-{newest}.*"))
    for number in range(40):
        file = rng.choice(files)
        whole = file.read_bytes()
        place = rng.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[place] ^= 1 << rng.randrange(8)
        yield file, whole, whole[:place] if number % 2 else bytes(flipped)


@pytest.mark.slow
def test_a_damaged_checkpoint_is_skipped(folder, gan):
    checkpoints, path, hashes = folder
    newest, before = max(hashes), max(hashes) - 1
    for file, whole, damaged in damages(path, newest, seed=0):
        file.write_bytes(damaged)
        with pytest.warns(ganreg.GanregWarning, match=f"ckpt-{newest} is damaged: .*at iteration {before}"):
            assert checkpoints.restore().iteration == before
        assert weights_hash(gan.players) == hashes[before]
        file.write_bytes(whole)


@pytest.mark.parametrize("suffix", ["index", "data-00000-of-00001", "json"])
def test_a_file_of_300_gigabytes_is_not_read(folder, suffix):
    checkpoints, path, hashes = folder
    with (path / f"ckpt-{max(hashes)}.{suffix}").open("ab") as file:
        file.truncate(300 * 10**9)  # a hole, which takes no space
    began = time.monotonic()
    with pytest.warns(ganreg.GanregWarning, match="going back to the previous checkpoint"):
        assert checkpoints.restore().iteration == max(hashes) - 1
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("pattern", ["*.index", "*.data*", "*.json"])
def test_a_checkpoint_with_a_missing_file_is_skipped(folder, pattern):
    checkpoints, path, hashes = folder
    for file in path.glob(f"ckpt-{max(hashes)}{pattern[1:]}"):
        file.unlink()
    with pytest.warns(ganreg.GanregWarning, match="going back to the previous checkpoint"):
        assert checkpoints.restore().iteration == max(hashes) - 1


def test_without_an_intact_checkpoint_there_is_an_error(folder):
    checkpoints, path, _ = folder
    for file in path.glob("*.index"):
        file.write_bytes(b"")
    with pytest.raises(ganreg.RunError, match=r"holds no intact checkpoint: .*has changed since it was written"):
        checkpoints.restore()


def test_an_empty_folder_has_no_checkpoint(tmp_path, gan):
    assert CheckpointFolder(gan.players, tmp_path).restore() is None


def test_later_checkpoints_are_removed(folder):
    checkpoints, path, hashes = folder
    checkpoints.forget_after(min(hashes))
    assert checkpoints.numbers() == [min(hashes)]
    assert {file.name.partition(".")[0] for file in path.glob("ckpt*")} == {f"ckpt-{min(hashes)}"}


def test_an_old_checkpoint_is_removed_only_after_a_new_one_is_complete(tmp_path, gan, monkeypatch):
    checkpoints = CheckpointFolder(gan.players, tmp_path, keep=1)
    first = checkpoints.write()
    gan.iterations.assign_add(1)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("ganreg.checkpoints.stored.write_text", full)
        with pytest.raises(ganreg.RunError, match=r"cannot write .*checkpoints: No space left on device") as error:
            checkpoints.write()
    assert error.value.exit_code == 1
    assert checkpoints.numbers() == [first]
    assert checkpoints.restore().iteration == first


def test_a_folder_that_cannot_be_written_is_named(tmp_path, gan):
    (tmp_path / "checkpoints").write_text("a file where the folder should be")
    with pytest.raises(ganreg.RunError, match=r"cannot write .*checkpoints"):
        CheckpointFolder(gan.players, tmp_path).write()


def test_a_checkpoint_of_other_networks_does_not_fit(folder):
    _, path, _ = folder
    other = ganreg.assemble(
        generator="mlp:latent_dim=3,widths=[4]", discriminator="mlp:widths=[4]", data=ganreg.DataSpec((1,))
    )
    with pytest.raises(ganreg.RunError, match="does not fit its recipe"):
        CheckpointFolder(other.players, path.parent).restore()


OTHERS = ("ckpt-1.txt", "ckpt-01.index", "model_temp/weights", ".x.tmp.json", "ckpt-0.index", "ckpt-77_temp/part")


def test_files_of_others_stay(tmp_path, gan):
    checkpoints = CheckpointFolder(gan.players, tmp_path, keep=1)
    for name in OTHERS:
        path = tmp_path / "checkpoints" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("of the user")
    for _ in range(2):
        gan.iterations.assign_add(1)
        checkpoints.write()
    checkpoints.forget_after(0)
    assert checkpoints.numbers() == []
    for name in OTHERS:
        assert (tmp_path / "checkpoints" / name).read_text() == "of the user"
    assert {path.name for path in (tmp_path / "checkpoints").iterdir()} == {
        *(name.partition("/")[0] for name in OTHERS),
        "checkpoint",
    }


def test_a_checkpoint_never_replaces_a_file_of_others(folder, gan):
    checkpoints, path, hashes = folder
    gan.iterations.assign_add(1)
    foreign = path / f"ckpt-{int(gan.iterations)}.index"
    foreign.write_text("of another program")
    checkpoints.refuse_foreign()  # it is not later than now
    with pytest.raises(ganreg.RunError, match=rf"{foreign.name} is where a checkpoint of this run belongs"):
        checkpoints.write()
    gan.iterations.assign_sub(1)
    with pytest.raises(ganreg.RunError, match="move it elsewhere"):
        checkpoints.refuse_foreign()
    assert foreign.read_text() == "of another program"
    assert checkpoints.numbers() == sorted(hashes)


def test_what_an_earlier_version_left_half_written_is_replaced(folder, gan):
    """They wrote TensorFlow's files in place, so that a kill left them without a manifest."""
    checkpoints, path, _ = folder
    number = int(gan.iterations)
    (path / f"ckpt-{number}.json").unlink()
    gan.iterations.assign_sub(1)
    checkpoints.refuse_foreign()
    gan.iterations.assign_add(1)
    assert checkpoints.write() == number
    assert checkpoints.restore().iteration == number


def test_loading_a_run_that_trains_at_the_same_time(tmp_path, gan):
    """Checkpoints are written and removed as fast as possible, and loading must neither fail nor warn."""
    other = ganreg.assemble(recipe=gan.recipe, data=ganreg.DataSpec((1,)))
    writing, stopped = CheckpointFolder(other.players, tmp_path, keep=1), threading.Event()
    writing.write()

    def train():
        while not stopped.is_set():
            other.iterations.assign_add(1)
            writing.write()
            writing.keep_best(-float(other.iterations), "distance", lower_is_better=True)

    thread = threading.Thread(target=train)
    thread.start()
    try:
        checkpoints, last = CheckpointFolder(gan.players, tmp_path), -1
        for _ in range(25):
            number = checkpoints.restore().iteration
            assert number >= last
            last = number
            assert int(gan.iterations) == number
            if checkpoints.best() is not None:
                checkpoints.restore("best")
    finally:
        stopped.set()
        thread.join()
    assert last > 0


def kept(checkpoints, gan, value, name="distance", *, lower_is_better=True):
    """Advances the GAN by one iteration; returns whether it is kept as the best."""
    gan.iterations.assign_add(1)
    return checkpoints.keep_best(value, name, lower_is_better=lower_is_better)


def best_files(path):
    return {file.name.partition(".")[0] for file in path.glob("best*")}


@pytest.mark.parametrize(("lower", "values"), [(True, (0.5, 0.4, 0.6)), (False, (0.5, 0.6, 0.4))])
def test_the_best_checkpoint_outlives_the_newest(folder, gan, lower, values):
    checkpoints, path, _ = folder
    began = int(gan.iterations)
    assert [kept(checkpoints, gan, value, lower_is_better=lower) for value in values] == [True, True, False]
    assert best_files(path) == {f"best-{began + 2}"}
    best = checkpoints.best()
    assert (best.iteration, best.score.name, best.score.value) == (began + 2, "distance", values[1])
    for _ in range(4):
        gan.iterations.assign_add(1)
        checkpoints.write()
    assert best_files(path) == {f"best-{began + 2}"}
    assert checkpoints.restore("best").iteration == int(gan.iterations) == began + 2
    assert checkpoints.numbers()[0] > began + 2


@pytest.mark.parametrize("value", [0.5, 0.6, np.nan, np.inf, -np.inf])
def test_a_score_that_is_not_better_is_not_kept(folder, gan, value):
    checkpoints, path, _ = folder
    assert kept(checkpoints, gan, 0.5)
    before = best_files(path)
    assert not kept(checkpoints, gan, value)
    assert best_files(path) == before


def test_another_score_replaces_the_best(folder, gan):
    checkpoints, _, _ = folder
    kept(checkpoints, gan, 0.5)
    assert kept(checkpoints, gan, 7.0, "recall", lower_is_better=False)
    assert checkpoints.best().score.name == "recall"


def test_the_better_of_two_best_checkpoints_counts_after_a_crash(folder, gan, monkeypatch):
    checkpoints, path, _ = folder
    kept(checkpoints, gan, 0.5)
    with monkeypatch.context() as patch:
        patch.setattr(StoredCheckpoint, "remove", lambda _: None)
        kept(checkpoints, gan, 0.4)
    assert len(best_files(path)) == 2
    assert checkpoints.best().iteration == int(gan.iterations)
    assert kept(checkpoints, gan, 0.3)
    assert best_files(path) == {f"best-{int(gan.iterations)}"}


def test_a_damaged_best_checkpoint_does_not_count(folder, gan):
    checkpoints, path, hashes = folder
    kept(checkpoints, gan, 0.5)
    next(path.glob("best-*.index")).write_bytes(b"")
    assert checkpoints.best() is None
    with pytest.raises(ganreg.RunError, match="keeps no best checkpoint"):
        checkpoints.restore("best")
    assert checkpoints.restore().iteration == max(hashes)
    assert kept(checkpoints, gan, 0.9)
    assert checkpoints.restore("best").score.value == 0.9


def test_an_iteration_is_restored(folder, gan):
    checkpoints, _, hashes = folder
    for number in (min(hashes), str(max(hashes))):
        assert checkpoints.restore(number).iteration == int(number)
        assert weights_hash(gan.players) == hashes[int(number)]
    for which, message in ((999, "no checkpoint of iteration 999"), ("worst", "there is no checkpoint 'worst'")):
        with pytest.raises(ganreg.RunError, match=f"{message}; choose 'last' or an iteration: {min(hashes)}, "):
            checkpoints.restore(which)


def test_values_that_are_not_finite_are_never_written(folder, gan):
    checkpoints, _, hashes = folder
    before = checkpoints.numbers()
    weight = gan.discriminator.trainable_variables[0]
    weight.assign(weight * np.nan)
    gan.iterations.assign_add(1)
    for write in (checkpoints.write, lambda: kept(checkpoints, gan, 0.1)):
        with pytest.raises(ganreg.NumericalError, match="of the discriminator is NaN"):
            write()
    assert checkpoints.numbers() == before
    assert checkpoints.best() is None
    checkpoints.restore()
    assert weights_hash(gan.players) == hashes[max(hashes)]
