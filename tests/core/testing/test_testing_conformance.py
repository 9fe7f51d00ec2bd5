"""Running checks: results, expected failures and the parametrization of pytest."""

import pytest
from faulty_gan.described import Clipped, Misspelt, Unbounded
from faulty_gan.losses import CrossEntropy

from ganreg import (
    SpecError,
)
from ganreg.testing import check_component, parametrize_with_checks
from ganreg.testing.check import check
from ganreg.testing.conformance import ComponentCheck
from ganreg.testing.failures import NotApplicableError
from ganreg.testing.subject import subject_of

QUICK = {"can-be-made", "explains-itself", "has-defaults", "is-frozen", "overrides-its-kind", "survives-text"}


def quick(*component, **options):
    return {one.name: one.result for one in check_component(*component, **options) if one.name in QUICK}


def test_a_correct_component_passes():
    assert {result.status for result in quick(Clipped).values()} == {"passed"}


def test_checks_describe_themselves():
    for one in check_component(Clipped):
        assert one.proves
        assert "regularizer" in one.kinds
        assert str(one) == f"regularizer-Clipped-{one.name}"


def test_an_expected_failure_has_the_reason_of_the_author():
    result = quick(Misspelt, expected_failures={"overrides-its-kind": "it is a joke"})["overrides-its-kind"]

    assert (result.status, result.reason) == ("expected-failure", "it is a joke")


def test_an_expected_failure_that_passes_is_a_failure():
    result = quick(Clipped, expected_failures={"overrides-its-kind": "it was a joke"})["overrides-its-kind"]

    assert result.status == "failed"
    assert "it passes, but was expected to fail: it was a joke" in result.reason


def test_an_expected_failure_must_name_a_check():
    with pytest.raises(SpecError, match=r"no check 'is-frozn'.*did you mean 'is-frozen'"):
        check_component(Clipped, expected_failures={"is-frozn": "a slip"})


def test_an_exception_is_a_failure_with_its_traceback():
    @check("loss", proves="nothing")
    def always_breaks(subject):
        raise ZeroDivisionError("by nothing")

    result = ComponentCheck(always_breaks, subject_of(CrossEntropy)).result

    assert (result.status, result.reason) == ("failed", "ZeroDivisionError: by nothing")
    assert "always_breaks" in result.details


def test_a_skipped_check_has_not_passed():
    @check("loss", proves="nothing")
    def never_applies(subject):
        raise NotApplicableError("it does not apply")

    one = ComponentCheck(never_applies, subject_of(CrossEntropy))

    assert (one().status, one.reason) == ("skipped", "it does not apply")


def rows_of(test):
    (mark,) = test.pytestmark
    return mark.args[0], {row.id: row.values for row in mark.args[1]}


def test_parametrize_gives_a_row_per_check():
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


def test_pytest_reports_skips_and_expected_failures():
    @parametrize_with_checks([Unbounded], expected_failures=lambda component: {"refuses-nonsense": component.__name__})
    def test(check): ...

    _, rows = rows_of(test)

    with pytest.raises(pytest.skip.Exception, match="no installed plugin offers it"):
        rows["regularizer-Unbounded-is-listed-fast"][0]()
    with pytest.raises(pytest.xfail.Exception, match="Unbounded"):
        rows["regularizer-Unbounded-refuses-nonsense"][0]()
