"""Naming components, results, expected failures and pytest's parametrization."""

import attrs
import pytest
import tensorflow as tf
from faulty_gan.described import Clipped, Misspelt, Unbounded
from faulty_gan.losses import CrossEntropy

import ganreg
from ganreg import (
    AmbiguousComponentError,
    Component,
    Loss,
    Metric,
    PluginError,
    Regularizer,
    SpecError,
    UnknownComponentError,
    parameter,
)
from ganreg.testing import check_component, parametrize_with_checks
from ganreg.testing.check import check
from ganreg.testing.conformance import ComponentCheck
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.subject import subject_of

QUICK = {"can-be-made", "explains-itself", "has-defaults", "is-frozen", "overrides-its-kind", "survives-text"}


def quick(*component, **options):
    return {one.name: one.result for one in check_component(*component, **options) if one.name in QUICK}


@pytest.mark.parametrize(
    "component",
    [
        ("loss", "hinge"),
        (("loss", "ganreg-losses/hinge"),),
        (ganreg.registry().find("loss", "hinge"),),
        (ganreg.registry().find("loss", "hinge").component,),
        (ganreg.create("loss", "hinge"),),
        (type(ganreg.create("loss", "hinge")),),
    ],
    ids=["kind and name", "pair", "entry", "record", "instance", "class"],
)
def test_a_component_is_named_in_any_way(component):
    subject = subject_of(*component)

    assert (subject.kind, subject.name) == ("loss", "hinge")
    assert subject.record.summary
    assert subject.entry.plugin.distribution == "ganreg-losses"
    assert subject.instance == ganreg.create("loss", "hinge")


def test_a_spec_configures_it():
    subject = subject_of("regularizer", "wgan-gp:weight=5")

    assert subject.instance.weight == 5.0
    assert subject.name == "wgan-gp:weight=5"


def test_a_name_of_one_kind_needs_no_kind():
    assert subject_of("lecam").kind == "regularizer"


@pytest.mark.parametrize(
    ("component", "error", "message"),
    [
        (("loss", "hing"), UnknownComponentError, "did you mean 'hinge'"),
        (("hing",), UnknownComponentError, "there is no component 'hing'; did you mean 'hinge'"),
        (("mlp",), AmbiguousComponentError, "generators and discriminators called 'mlp'"),
        ((Component("gone", "ganreg.nowhere:Gone"),), PluginError, "component 'gone' cannot be loaded"),
        ((dict,), SpecError, "dict is of no kind"),
        ((3,), SpecError, "expected a component"),
    ],
    ids=["name", "bare name", "two kinds", "record", "class", "number"],
)
def test_what_names_nothing_is_refused(component, error, message):
    with pytest.raises(error, match=message):
        check_component(*component)


def test_an_unregistered_record_is_loaded():
    subject = subject_of(Component("clipped", "faulty_gan.described:Clipped", "cuts samples off"))

    assert (subject.kind, subject.name, subject.implementation) == ("regularizer", "clipped", Clipped)
    assert subject.entry is None


def test_a_right_component_passes():
    assert {result.status for result in quick(Clipped).values()} == {"passed"}


def test_checks_say_what_they_prove():
    for one in check_component(Clipped):
        assert one.proves
        assert "regularizer" in one.kinds
        assert str(one) == f"regularizer-Clipped-{one.name}"


def test_an_expected_failure_has_its_authors_reason():
    result = quick(Misspelt, expected_failures={"overrides-its-kind": "it is a joke"})["overrides-its-kind"]

    assert (result.status, result.reason) == ("expected-failure", "it is a joke")


def test_an_expected_failure_that_passes_is_a_failure():
    result = quick(Clipped, expected_failures={"overrides-its-kind": "it was a joke"})["overrides-its-kind"]

    assert result.status == "failed"
    assert "it passes, and was expected to fail: it was a joke" in result.reason


def test_an_expected_failure_of_no_check_is_refused():
    with pytest.raises(SpecError, match=r"no check 'is-frozn'.*did you mean 'is-frozen'"):
        check_component(Clipped, expected_failures={"is-frozn": "a slip"})


def test_what_a_component_raises_is_a_failure_with_its_traceback():
    @check("loss", proves="nothing")
    def always_breaks(subject):
        raise ZeroDivisionError("by nothing")

    result = ComponentCheck(always_breaks, subject_of(CrossEntropy)).result

    assert (result.status, result.reason) == ("failed", "ZeroDivisionError: by nothing")
    assert "always_breaks" in result.details


def test_a_class_that_nobody_decorated_is_told_so():
    class Bare(Loss):
        margin: float = parameter(1.0, "how far the logits are held apart")

        def discriminator_loss(self, step):
            return self.margin

    result = quick(Bare)["is-frozen"]

    assert result.status == "failed"
    assert result.reason == "Bare is not decorated with @attrs.frozen(kw_only=True)"


def test_a_static_method_is_one_too():
    @attrs.frozen(kw_only=True)
    class Static(Metric):
        @staticmethod
        def compute(real, fake):
            return {"difference": float(abs(real.mean() - fake.mean()))}

    assert quick(Static)["overrides-its-kind"].status == "passed"


def test_a_penalty_of_nothing_says_nothing_of_its_weight():
    @attrs.frozen(kw_only=True)
    class Far(Regularizer):
        weight: float = parameter(1.0, "is not used")

        def discriminator_penalty(self, step):
            return tf.nn.relu(tf.reduce_mean(step.real_logits) - 1000.0)

    (result,) = [one.result for one in check_component(Far) if one.name == "weight-multiplies-its-penalty"]

    assert result.status == "skipped"
    assert "is 0 on the samples that are tried" in result.reason


def test_a_skipped_check_is_not_passed():
    @check("loss", proves="nothing")
    def never_applies(subject):
        raise NotApplicableError("there is nothing to prove")

    one = ComponentCheck(never_applies, subject_of(CrossEntropy))

    assert (one().status, one.reason) == ("skipped", "there is nothing to prove")


def test_a_component_that_cannot_be_made_is_skipped_elsewhere():
    @attrs.frozen(kw_only=True)
    class Choosy(Clipped):
        """Wants what nobody gives it."""

        bound: float = ganreg.parameter(1.0, "where samples are cut off", attrs.validators.gt(2))

    statuses = {name: result.status for name, result in quick(Choosy).items()}

    assert statuses["can-be-made"] == "failed"
    assert statuses["survives-text"] == "skipped"


def rows_of(test):
    (mark,) = test.pytestmark
    return mark.args[0], {row.id: row.values for row in mark.args[1]}


def test_parametrize_gives_a_row_a_check():
    @parametrize_with_checks([Clipped, ("loss", "hinge")])
    def test(check): ...

    names, rows = rows_of(test)

    assert names == ("check",)
    assert {"regularizer-Clipped-is-frozen", "loss-hinge-is-frozen"} <= set(rows)
    (one,) = rows["loss-hinge-is-frozen"]
    assert one().status == "passed"


def test_parametrize_gives_the_component_too():
    @parametrize_with_checks([Clipped])
    def test(component, check): ...

    names, rows = rows_of(test)
    component, one = rows["regularizer-Clipped-is-frozen"]

    assert names == ("component", "check")
    assert component is Clipped
    assert one(component).status == "passed"


def test_in_pytest_skips_and_expected_failures_are_its_own():
    @parametrize_with_checks([Unbounded], expected_failures=lambda component: {"refuses-nonsense": component.__name__})
    def test(check): ...

    _, rows = rows_of(test)

    with pytest.raises(pytest.skip.Exception, match="no installed plugin offers it"):
        rows["regularizer-Unbounded-is-listed-fast"][0]()
    with pytest.raises(pytest.xfail.Exception, match="Unbounded"):
        rows["regularizer-Unbounded-refuses-nonsense"][0]()
