"""`ganreg check`."""

from __future__ import annotations

import json

import attrs
import pytest

from ganreg import Component, Dataset, DataSpec, parameter
from ganreg.data.arrays import Data


@attrs.frozen(kw_only=True)
class Steps(Dataset):
    """The numbers from 0 on."""

    count: int = parameter(8, "how many", attrs.validators.in_(range(1, 100)))

    def spec(self):
        return DataSpec((1,))

    def load(self):
        return Data(train=list(range(self.count)))


@attrs.frozen(kw_only=True)
class Unbounded(Steps):
    """The numbers from 0 on, however many."""

    count: int = parameter(8, "how many")


@pytest.fixture
def registry(point, make_registry):
    components = [Component("steps", Steps, "numbers from 0 on"), Component("unbounded", Unbounded, "numbers")]
    return make_registry(point("acme-gan", ganreg_datasets=components))


@pytest.fixture(autouse=True)
def _listed(monkeypatch):
    """The plugin is in memory, where no other process could list it."""
    from ganreg.testing.checks import importing

    monkeypatch.setattr(importing, "listing_of", lambda _: importing.Listing(frozenset(), 0.0))


def test_a_table_tells_each_check_and_counts(call, registry):
    answer = call(registry, "check", "dataset", "steps")

    assert answer.code == 0
    head, *rows, counts = answer.out.splitlines()
    assert head.split() == ["CHECK", "RESULT", "REASON"]
    told = {row.split()[0]: row.split()[1] for row in rows if not row.startswith(" ")}
    assert told["spec-agrees-with-samples"] == "passed"
    assert told["labels-are-classes"] == "skipped"
    assert set(told.values()) == {"passed", "skipped"}
    passed, skipped = (list(told.values()).count(status) for status in ("passed", "skipped"))
    assert counts == f"{passed} passed, {skipped} skipped, 0 failed"


def test_a_failure_is_exit_code_1(call, registry):
    answer = call(registry, "check", "datasets", "unbounded")

    assert answer.code == 1
    assert "field 'count' accepts" in " ".join(answer.out.split())
    assert answer.out.splitlines()[-1].endswith("1 failed")
    assert "Traceback" not in answer.out


def test_verbose_shows_the_traceback(call, registry):
    assert "Traceback" in call(registry, "check", "dataset", "unbounded", "-v").out


def test_a_distribution_shows_what_failed(call, registry):
    answer = call(registry, "check", "Acme_GAN")

    assert answer.code == 1
    head, row, *_ = answer.out.splitlines()
    assert head.split() == ["CHECK", "RESULT", "REASON"]
    assert row.startswith("refuses-nonsense")
    assert "1 of 2: dataset steps: " in answer.err


def test_json_has_counts_and_results(call, registry):
    answer = call(registry, "check", "acme-gan", "--json")

    told = json.loads(answer.out)
    results = {(one["component"], one["check"]): one for one in told["results"]}
    assert told["counts"]["failed"] == 1
    assert sum(told["counts"].values()) == len(told["results"])
    assert results["unbounded", "refuses-nonsense"]["status"] == "failed"
    assert results["steps", "refuses-nonsense"] | {"seconds": 0} == {
        "kind": "dataset",
        "component": "steps",
        "check": "refuses-nonsense",
        "status": "passed",
        "reason": "",
        "details": "",
        "seconds": 0,
    }


def test_an_expected_failure_is_counted_as_such(call, registry):
    answer = call(registry, "check", "dataset", "unbounded", "--expected-failure", "refuses-nonsense=all are welcome")

    assert answer.code == 0
    assert "all are welcome" in answer.out
    assert answer.out.splitlines()[-1].endswith("0 failed, 1 expected failure")


def test_a_name_takes_hyperparameters(call, registry):
    out = call(registry, "check", "dataset", "steps:count=3", "--json").out

    assert {one["component"] for one in json.loads(out)["results"]} == {"steps:count=3"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody"], "no distribution 'nobody' offers components; choose from acme-gan"),
        (["dataset", "step"], "did you mean 'steps'?"),
        (["datset", "steps"], "there is no kind 'datset'; did you mean 'dataset'?"),
        (["a", "b", "c"], "give a distribution, or a kind and a name, not 3 words"),
        (["dataset", "steps", "--expected-failure", "is-frozen"], "must be CHECK=REASON"),
        (["dataset", "steps", "--expected-failure", "is-frozn=a slip"], "did you mean 'is-frozen'?"),
        (["acme-gan", "--expected-failure", "is-frozn=a slip"], "did you mean 'is-frozen'?"),
        (["steps"], "'steps' is the name of a component, not a distribution; try 'ganreg check dataset steps'"),
        (["steps:count=3"], "try 'ganreg check dataset steps:count=3'"),
        (["steps", "dataset"], "'steps' is the name of a component, not a kind; try 'ganreg check dataset steps'"),
        (["datasets"], "give the name of a dataset too, or a distribution"),
    ],
)
def test_what_cannot_be_checked_is_an_error_of_input(call, registry, arguments, message):
    answer = call(registry, "check", *arguments)

    assert answer.code == 2
    assert message in answer.err
    assert answer.out == ""


def test_an_unknown_name_is_refused_before_tensorflow_starts(call, registry, monkeypatch):
    def start():
        raise AssertionError("TensorFlow was started")

    monkeypatch.setattr("ganreg.cli.check.import_quietly", start)

    answer = call(registry, "check", "loss", "hing")

    assert answer.code == 2
    assert answer.err.startswith("Error: unknown loss 'hing'")
