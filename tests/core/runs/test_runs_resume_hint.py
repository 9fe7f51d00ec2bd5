"""Errors that end a training, such as a full disk: their advice, and resuming from the last checkpoint."""

import re
import subprocess

import pytest

import ganreg
from ganreg.contract.callbacks import UpdateCallback
from ganreg.runs.record import Record
from ganreg.runs.training import resume, train

STEPS = 40


@pytest.fixture
def disk(tmp_path):
    """A separate disk of 24 MB, mounted as a folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this user may not mount a file system")
    yield folder
    subprocess.run(["umount", folder], check=True)


def trained(path, callbacks=()):
    gan = ganreg.assemble(
        generator="mlp:latent_dim=2,widths=[4]",
        discriminator="mlp:widths=[4]",
        data="gaussian-1d:samples=64",
        batch_size=16,
    )
    return train(
        gan, path, steps=STEPS, checkpoint_every=10, sample_every=STEPS, execution="graph", updates_per_call=5,
        callbacks=callbacks,
    )  # fmt: skip


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("faults") / "run").path


def outcome(path):
    return Record.read(path).result.weights, (path / "metrics.csv").read_bytes()


class Filling(UpdateCallback):
    """Fills the disk at an iteration."""

    every = 15

    def __init__(self, place):
        super().__init__()
        self.place = place

    def on_iteration(self, iteration):
        with self.place.open("wb", buffering=0) as file:
            for size in (65536, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue


@pytest.mark.slow
def test_a_full_disk(disk, undisturbed):
    path = disk / "run"
    message = rf"cannot write {path}.*: No space left on device; free space on that disk"
    with pytest.raises(ganreg.RunError, match=message) as error:
        trained(path, callbacks=[Filling(disk / "filler")])
    assert error.value.exit_code == 1
    assert error.value.__notes__ == [
        f"The checkpoint at iteration 10 is intact; when the problem is fixed, resume from it: ganreg resume {path}"
    ]
    assert not list(path.rglob("*tmp*"))
    assert int(ganreg.load(path).iterations) == 10

    with pytest.raises(ganreg.RunError, match=message):  # until space is freed
        resume(path)
    (disk / "filler").unlink()
    resume(path)

    assert outcome(path) == outcome(undisturbed)


def test_a_disk_that_cannot_be_written(disk, undisturbed):
    path = disk / "run"
    subprocess.run(["cp", "-r", undisturbed, path], check=True)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    remedy = "Read-only file system; make it writable, or choose another place"
    with pytest.raises(ganreg.RunError, match=rf"cannot write {path}/.lock: {remedy}") as error:
        resume(path, steps=STEPS + 1)
    assert error.value.exit_code == 2
    with pytest.raises(ganreg.RunError, match=rf"cannot create the folder {disk / 'new'}: {remedy}"):
        trained(disk / "new")
    assert int(ganreg.load(path).iterations) == STEPS  # loading only reads


class Raising(UpdateCallback):
    """Fails at an iteration."""

    every = 25

    def on_iteration(self, iteration):
        raise ValueError("no more")


@pytest.mark.slow
def test_any_exception_says_how_to_resume(tmp_path, undisturbed):
    with pytest.raises(ValueError, match="no more") as error:
        trained(tmp_path / "run", callbacks=[Raising()])
    assert re.search(rf"iteration 20 is intact; .*ganreg resume {tmp_path / 'run'}$", error.value.__notes__[0])
    resume(tmp_path / "run")
    assert outcome(tmp_path / "run") == outcome(undisturbed)
