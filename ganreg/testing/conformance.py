"""Runs all checks that apply to a component."""

from __future__ import annotations

import functools
import inspect
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import attrs

from ganreg.errors import SpecError, did_you_mean
from ganreg.testing.check import PLAYED, Check, Result, Status
from ganreg.testing.failures import CheckFailure, NotApplicableError
from ganreg.testing.subject import Subject, subject_of

ExpectedFailures = Mapping[str, str]
"""The author's reason for each check that is expected to fail, by the name of the check."""


@attrs.frozen(eq=False, slots=False)
class ComponentCheck:
    """One check of one component, which runs when its result is first needed.

    Calling it returns the `Result`, or raises `CheckFailure` if the check failed.

    Attributes:
        check: the check.
        subject: the component.
        expected_failure: why the check is expected to fail; empty if it is not.
    """

    check: Check
    subject: Subject
    expected_failure: str = ""

    @property
    def name(self) -> str:
        """The check's name."""
        return self.check.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of component that the check applies to."""
        return self.check.kinds

    @property
    def proves(self) -> str:
        """A description of a component that passes."""
        return self.check.proves

    @property
    def status(self) -> Status:
        """The status of the result; see `Result`."""
        return self.result.status

    @property
    def reason(self) -> str:
        """Why the check failed or was skipped."""
        return self.result.reason

    @functools.cached_property
    def result(self) -> Result:
        """The result."""
        began = time.perf_counter()
        status, reason, details = self._outcome()
        if self.expected_failure and status == "failed":
            status, reason = "expected-failure", self.expected_failure
        elif self.expected_failure and status == "passed":
            status, reason = "failed", f"it passes, but was expected to fail: {self.expected_failure}"
        seconds = time.perf_counter() - began
        return Result(self.subject.kind, self.subject.name, self.name, status, reason, details, seconds)

    def _outcome(self) -> tuple[Status, str, str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.check.prove(self.subject)
            except NotApplicableError as skipped:
                return "skipped", str(skipped), ""
            except CheckFailure as failure:
                return "failed", str(failure), traceback.format_exc()
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a component may raise anything
                return "failed", f"{type(error).__name__}: {' '.join(str(error).split())}", traceback.format_exc()
        return "passed", "", ""

    def __call__(self, component: Any = None) -> Result:
        """Runs the check.

        Args:
            component: ignored; allows tests of the form `check(component)`.

        Raises:
            CheckFailure: the check failed, or passed although it was expected to fail.
        """
        if self.result.status == "failed":
            raise CheckFailure(f"{self.subject.kind} '{self.subject.name}', {self.name}: {self.reason}")
        return self.result

    def __str__(self) -> str:
        return f"{self.subject.kind}-{self.subject.name}-{self.name}"


def check_component(
    component: Any, name: str | None = None, *, expected_failures: ExpectedFailures | None = None
) -> Iterator[ComponentCheck]:
    """Yields every check that applies to a component; each runs when it is called or its result is needed.

    Args:
        component: a `Component` record, an implementation's class or instance, a `Recipe`, an entry of the registry,
            or a pair of a kind and a name; or the kind, if `name` is given.
        name: a name or spec text such as `"wgan-gp:weight=5"`.
        expected_failures: the reason for each check that is expected to fail.

    Raises:
        UnknownComponentError, AmbiguousComponentError: no component, or more than one, has that name.
        SpecError: an expected failure does not name a check that applies.
        PluginError: the class of an unregistered record cannot be loaded.

    >>> results = [check.result for check in check_component("loss", "hinge") if check.name == "has-defaults"]
    >>> results[0].status
    'passed'
    """
    subject = subject_of(component, name)
    return iter(_checks_of_subject(subject, expected_failures or {}))


def _checks_of_subject(subject: Subject, expected: ExpectedFailures) -> list[ComponentCheck]:
    from ganreg.testing.checks import checks_of

    checks = checks_of(subject.kind)
    if subject.kind in PLAYED:
        from ganreg.testing.devices import divide_processor

        divide_processor()  # before a check starts TensorFlow
    names = [check.name for check in checks]
    for wrong in expected.keys() - set(names):
        raise SpecError(f"there is no check '{wrong}' for a {subject.kind}; {did_you_mean(wrong, names)}")
    return [ComponentCheck(check, subject, expected.get(check.name, "")) for check in checks]


def parametrize_with_checks(
    components: Iterable[Any],
    *,
    expected_failures: ExpectedFailures | Callable[[Any], ExpectedFailures] | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Parametrizes a pytest test with each component and check.

    The test takes the argument `check` and, optionally, `component`::

        @parametrize_with_checks([Mine(), ("loss", "mine:margin=2")])
        def test_conformance(check):
            check()

    A check that does not apply is skipped with its reason. A check that is expected to fail is an xfail, and fails if
    it passes.

    Args:
        components: the components, each as for `check_component`.
        expected_failures: the reason for each check that is expected to fail for every component; or a function that
            takes a component as it was given and returns such reasons.
    """
    import pytest

    rows = []
    for component in components:
        expected = expected_failures(component) if callable(expected_failures) else expected_failures
        rows += [(component, _InPytest(check)) for check in check_component(component, expected_failures=expected)]

    def decorate(test: Callable[..., Any]) -> Any:
        wants_component = "component" in inspect.signature(test).parameters
        names = ("component", "check") if wants_component else ("check",)
        values = [
            pytest.param(*((component, check) if wants_component else (check,)), id=str(check))
            for component, check in rows
        ]
        return pytest.mark.parametrize(names, values)(test)

    return decorate


class _InPytest:
    """A check that reports skips and expected failures to pytest."""

    def __init__(self, check: ComponentCheck) -> None:
        self._check = check

    def __getattr__(self, name: str) -> Any:
        return getattr(self._check, name)

    def __str__(self) -> str:
        return str(self._check)

    def __call__(self, component: Any = None) -> Result:
        import pytest

        result = self._check(component)
        if result.status == "skipped":
            pytest.skip(result.reason)
        if result.status == "expected-failure":
            pytest.xfail(result.reason)
        return result
