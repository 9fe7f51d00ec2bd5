import json

import attrs
import numpy as np
import pytest

import ganreg
from ganreg import Data, Dataset, DataSpec
from ganreg.checkpoints.dataset_state import with_dataset_state, write_dataset_state
from ganreg.engine.resolving import resolve
from ganreg.errors import PluginError, RunError


@attrs.frozen(kw_only=True)
class Scaled(Dataset):
    """Numbers of a table, whose scale is learnt from them, as a third party would write it."""

    state: float = 7.0
    learnt: float | None = attrs.field(default=None, init=False)

    def spec(self):
        return DataSpec((1,), num_classes=2)

    def load(self):
        return Data(train=np.ones((20, 1)), train_labels=[0, 1] * 10)

    def fitted_state(self):
        return {"scale": self.state}

    def with_state(self, state):
        if not isinstance(state["scale"], float):
            raise ganreg.DataError("the scale must be a number")
        restored = attrs.evolve(self)
        object.__setattr__(restored, "learnt", state["scale"])
        return restored

    def columns(self, samples, labels=None):
        return {"x": list(samples[:, 0] * self.learnt)}


@attrs.frozen(kw_only=True)
class Other(Dataset):
    """A dataset that learns nothing."""

    def spec(self):
        return DataSpec((1,), num_classes=2)


@pytest.fixture
def assembly():
    """Makes an assembly with a dataset."""

    def make(source):
        recipe = ganreg.Recipe(
            generator="mlp:widths=[2],conditional=false", discriminator="mlp:widths=[2]", loss="hinge"
        )
        return resolve(recipe, data=source)

    return make


def with_names(assembly, names):
    assembly.classes.name(names)
    return assembly


def test_a_state_comes_back(assembly, tmp_path):
    write_dataset_state(tmp_path, with_names(assembly(Scaled(state=0.1)), ("a", "b")))

    restored = with_dataset_state(assembly(Scaled()), tmp_path)

    assert (restored.source.learnt, restored.classes.known_names) == (0.1, ("a", "b"))
    assert restored.source.columns(np.ones((2, 1))) == {"x": [0.1, 0.1]}


def test_without_a_file_nothing_changes(assembly, tmp_path):
    before = assembly(Scaled())

    assert with_dataset_state(before, tmp_path) is before


@pytest.mark.parametrize("names", [(), ("a", "b")])
def test_where_there_is_nothing_to_keep_no_file_is_written(assembly, tmp_path, names):
    write_dataset_state(tmp_path, with_names(assembly(Other()), names))

    assert (tmp_path / "dataset.json").is_file() == bool(names)
    assert with_dataset_state(assembly(Other()), tmp_path).classes.known_names == names


def test_the_state_of_another_dataset_is_left_alone(assembly, tmp_path):
    write_dataset_state(tmp_path, assembly(Scaled()))

    assert isinstance(with_dataset_state(assembly(Other()), tmp_path).source, Other)


@pytest.mark.parametrize("content", ["{", "[]", "{}", {"classes": 3}, {"state": {"scale": "x"}}])
def test_a_damaged_file_is_named(assembly, tmp_path, content):
    write_dataset_state(tmp_path, assembly(Scaled()))
    path = tmp_path / "dataset.json"
    whole = json.loads(path.read_text())
    path.write_text(content if isinstance(content, str) else json.dumps({**whole, **content}))

    with pytest.raises(
        RunError, match=rf"{tmp_path}/dataset\.json.*without this file, the dataset's own files are read"
    ):
        with_dataset_state(assembly(Scaled()), tmp_path)


@pytest.mark.parametrize("state", [float("nan"), np.ones(2), {1, 2}])
def test_a_state_that_json_cannot_hold_is_the_datasets_fault(assembly, tmp_path, state):
    with pytest.raises(PluginError, match=r"dataset 'Scaled' has a fitted_state\(\) that JSON cannot hold"):
        write_dataset_state(tmp_path, assembly(Scaled(state=state)))


def test_a_dataset_with_half_of_the_hook(assembly, tmp_path):
    write_dataset_state(tmp_path, assembly(Scaled()))
    content = json.loads((tmp_path / "dataset.json").read_text())
    (tmp_path / "dataset.json").write_text(json.dumps({**content, "dataset": "Other"}))

    with pytest.raises(
        PluginError, match=r"dataset 'Other' failed in with_state: NotImplementedError: Other must define"
    ):
        with_dataset_state(assembly(Other()), tmp_path)
