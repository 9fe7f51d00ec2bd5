"""The callbacks of plugins: which run they get, and whose fault a failure is."""

import types

import keras
import pytest

import ganreg
from ganreg.contract.run import Run
from ganreg.runs import trackers
from ganreg.runs.trackers import blaming_plugins, plugin_callbacks


class Tracker(keras.callbacks.Callback):
    """Fails at the end of a training."""

    def on_train_end(self, logs=None):
        raise KeyError("lost connection")


@pytest.fixture
def run(tmp_path):
    return Run(tmp_path, ganreg.Recipe())


@pytest.fixture
def installed(monkeypatch, make_registry):
    """Replaces the installed plugins: `installed(point, ...)`."""

    def install(*points):
        registry = make_registry(*points)
        monkeypatch.setattr(trackers, "registry", lambda: registry)

    return install


def test_each_callback_belongs_to_its_distribution(point, installed, run):
    first, second, received = Tracker(), Tracker(), []

    def with_run(run):
        received.append(run)
        return [first]

    installed(
        point("acme-gan", ganreg_callbacks=with_run),
        point("other-gan", ganreg_callbacks=lambda: [second]),
        point("none-gan", ganreg_callbacks=lambda: None),
    )
    assert plugin_callbacks(run) == {first: "acme-gan", second: "other-gan"}
    assert received == [run]


def test_a_hook_that_fails_is_named(point, installed, run):
    def broken():
        raise KeyError("no key")

    installed(point("acme-gan", ganreg_callbacks=broken))
    with pytest.raises(ganreg.PluginError, match=r"acme-gan.*ganreg_callbacks.*KeyError: 'no key'"):
        plugin_callbacks(run)


def test_a_callback_that_fails_is_named():
    tracker = Tracker()
    message = "callback 'Tracker' of acme-gan failed in on_train_end: KeyError: 'lost connection'"
    with pytest.raises(ganreg.PluginError, match=message), blaming_plugins({tracker: "acme-gan"}):
        keras.callbacks.CallbackList([tracker], model=types.SimpleNamespace()).on_train_end()


def test_other_errors_pass():
    others = {Tracker(): "acme-gan"}
    with pytest.raises(KeyError), blaming_plugins(others):
        Tracker().on_train_end()
    with pytest.raises(ganreg.DataError), blaming_plugins(others):
        raise ganreg.DataError("no data")
