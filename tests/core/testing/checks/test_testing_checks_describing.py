"""The checks of a component's description find the faults that are planted for them."""

import attrs
import pytest
from faulty_gan.described import Clipped
from faulty_gan.proving import failed_checks, faults_of, result_of, unproved_checks

import ganreg
from ganreg import Loss, Metric, parameter
from ganreg.testing import check_component


@pytest.mark.parametrize("fault", faults_of("describing"))
def test_a_check_finds_its_fault(fault):
    result = result_of(fault)

    assert result.status == "failed", result
    assert fault.reason in result.reason


@pytest.mark.slow
@pytest.mark.parametrize("fault", faults_of("describing"))
def test_no_other_check_finds_it(fault):
    assert failed_checks(fault) == {fault.check, *fault.also}


def test_every_check_has_a_fault():
    assert unproved_checks("describing") == set()


def quick(component):
    """The results of the checks of the description, and of one other check."""
    names = {"can-be-made", "is-frozen", "overrides-its-kind", "survives-text"}
    return {one.name: one.result for one in check_component(component) if one.name in names}


def test_an_undecorated_class_fails():
    class Bare(Loss):
        margin: float = parameter(1.0, "margin of the logits")

        def discriminator_loss(self, step):
            return self.margin

    result = quick(Bare)["is-frozen"]

    assert result.status == "failed"
    assert result.reason == "Bare is not decorated with @attrs.frozen(kw_only=True)"


def test_a_static_method_counts_as_a_method():
    @attrs.frozen(kw_only=True)
    class Static(Metric):
        @staticmethod
        def compute(real, fake):
            return {"difference": float(abs(real.mean() - fake.mean()))}

    assert quick(Static)["overrides-its-kind"].status == "passed"


def test_a_component_that_cannot_be_created_is_skipped_by_other_checks():
    @attrs.frozen(kw_only=True)
    class Choosy(Clipped):
        """Refuses its own default."""

        bound: float = ganreg.parameter(1.0, "bound of the samples", attrs.validators.gt(2))

    statuses = {name: result.status for name, result in quick(Choosy).items()}

    assert statuses["can-be-made"] == "failed"
    assert statuses["survives-text"] == "skipped"
