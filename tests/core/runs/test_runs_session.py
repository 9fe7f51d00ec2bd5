"""Recorders of the user's and of plugins' own are saved and restored like those of ganreg itself."""

import json
import shutil

import numpy as np
import pytest

import ganreg
from ganreg.runs import session

STEPS = 30


class Counter(ganreg.Recorder):
    """Counts the iterations of a run, whichever process ran them."""

    name = "acme-counter"

    def __init__(self):
        super().__init__()
        self.count, self.restored = 0, []

    def on_updates(self, first, logs):
        self.count += len(next(iter(logs.values())))

    def state(self):
        return {"count": self.count}

    def restore(self, state):
        self.restored.append(state)
        self.count = 0 if state is None else state["count"]


def train(path, *callbacks):
    networks = {"generator": "mlp:latent_dim=2,widths=[4]", "discriminator": "mlp:widths=[4]"}
    gan = ganreg.assemble(**networks, data="gaussian-1d:samples=64", batch_size=16, steps=STEPS)
    options = {"checkpoint_every": 10, "execution": "graph", "updates_per_call": 7, "health": "off"}
    return ganreg.train(gan, path, callbacks=callbacks, **options)


def states(path):
    """What each checkpoint keeps of the recorders, by iteration."""
    manifests = [json.loads(one.read_text()) for one in path.glob("checkpoints/ckpt-*.json")]
    return {manifest["iteration"]: manifest["recorders"] for manifest in manifests}


@pytest.fixture(scope="module")
def interrupted_once(tmp_path_factory, dying):
    """The folder of a run that ended after its 24th iteration, with a recorder of the user's."""
    path = tmp_path_factory.mktemp("interrupted") / "run"
    with pytest.raises(KeyboardInterrupt):
        train(path, Counter(), dying(24))
    return path


@pytest.fixture
def interrupted(interrupted_once, tmp_path):
    """A copy of that folder."""
    return shutil.copytree(interrupted_once, tmp_path / "run")


@pytest.mark.slow
def test_each_checkpoint_holds_the_state_at_its_own_iteration(interrupted):
    kept = states(interrupted)
    assert set(kept) == {0, 10, 20}
    assert all(recorders["acme-counter"] == {"count": iteration} for iteration, recorders in kept.items())


@pytest.mark.slow
def test_a_resumed_recorder_continues_where_it_was(interrupted):
    counter = Counter()
    ganreg.resume(interrupted, callbacks=[counter])
    assert counter.restored == [{"count": 20}]
    assert counter.count == STEPS


@pytest.mark.slow
def test_a_recorder_that_is_new_gets_none(tmp_path, dying):
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "run", dying(24))
    counter = Counter()
    ganreg.resume(tmp_path / "run", callbacks=[counter])
    assert counter.restored == [None]
    assert counter.count == STEPS - 20


@pytest.mark.slow
def test_the_state_of_an_absent_recorder_is_kept_and_said_to_be(interrupted):
    with pytest.warns(ganreg.GanregWarning, match="recorder 'acme-counter', which does not take part"):
        ganreg.resume(interrupted)
    assert states(interrupted)[STEPS]["acme-counter"] == {"count": 20}


@pytest.mark.slow
def test_a_recorder_of_a_plugin_takes_part(tmp_path, monkeypatch):
    counter = Counter()
    monkeypatch.setattr(session, "plugin_callbacks", lambda run: {counter: "acme-gan"})
    train(tmp_path / "run")
    assert states(tmp_path / "run")[STEPS]["acme-counter"] == {"count": STEPS}


class Foreign(Counter):
    """Cannot read what another counter wrote."""

    def restore(self, state):
        self.count = state["total"]


def test_a_state_that_is_not_its_own_is_refused_before_anything_changes(interrupted):
    before = {path: path.read_bytes() for path in interrupted.rglob("*") if path.is_file()}
    with pytest.raises(ganreg.RunError, match=r"'acme-counter' .*KeyError: 'total'"):
        ganreg.resume(interrupted, callbacks=[Foreign()])
    changed = [path for path, content in before.items() if path.read_bytes() != content]
    assert changed == []


@pytest.mark.parametrize(("first", "second"), [("acme-counter", "acme-counter"), ("metrics", "other")])
def test_two_recorders_of_one_name_are_refused_before_anything_is_written(tmp_path, first, second):
    counters = [Counter(), Counter()]
    counters[0].name, counters[1].name = first, second
    with pytest.raises(ganreg.RunError, match=f"two recorders are called '{first}'"):
        train(tmp_path / "run", *counters)
    assert not (tmp_path / "run").exists()


class Arrays(Counter):
    """Returns what JSON cannot hold."""

    def state(self):
        return {"count": np.zeros(3)}


def test_a_state_that_json_cannot_hold_is_named(tmp_path):
    with pytest.raises(ganreg.RunError, match="recorder 'acme-counter' returned a state that JSON cannot hold"):
        train(tmp_path / "run", Arrays())
