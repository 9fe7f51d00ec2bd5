"""The callbacks that write a run's folder during training."""

import types

import pytest

import ganreg
from ganreg.runs.recording import Checkpoints, grid_labels, grid_size


@pytest.mark.parametrize(
    ("shape", "classes", "conditional", "size"),
    [((2,), None, False, 1000), ((8, 8, 1), None, False, 64), ((8, 8, 1), 10, True, 100), ((8, 8, 1), 50, True, 64)],
)
def test_how_many_samples_a_grid_shows(shape, classes, conditional, size):
    assembly = types.SimpleNamespace(
        data=ganreg.DataSpec(shape, num_classes=classes), generator=types.SimpleNamespace(conditional=conditional)
    )
    gan = types.SimpleNamespace(assembly=assembly)
    assert grid_size(gan) == size
    labels = grid_labels(gan, 12)
    assert labels is None if not conditional else labels.tolist() == [number % classes for number in range(12)]


def test_an_iteration_gets_one_checkpoint():
    """Two reasons to write one at the same iteration, as its multiple and as the last."""
    written = []
    folder = types.SimpleNamespace(write=lambda states: written.append(states) or len(written))
    checkpoints = Checkpoints(folder, [], every=1)
    checkpoints.on_iteration(1)
    checkpoints.write(1)
    assert written == [{}]
    assert len(checkpoints.pauses) == 1
    checkpoints.on_iteration(2)
    assert len(written) == 2
