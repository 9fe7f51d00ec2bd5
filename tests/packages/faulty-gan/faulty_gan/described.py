"""Components whose description is wrong or incomplete."""

from __future__ import annotations

import attrs
from attrs import validators

from faulty_gan.fault import Fault
from ganreg import Component, Problem, Regularizer, parameter
from ganreg.lazy import tf


@attrs.frozen(kw_only=True)
class Clipped(Regularizer):
    """Clips samples at 3, and is correct."""

    def discriminator_input(self, samples, step):
        return tf.clip_by_value(samples, -3.0, 3.0)


@attrs.frozen(kw_only=True)
class RefusesItsDefault(Clipped):
    """Has a default that its own validator refuses."""

    bound: float = parameter(-1.0, "bound of the samples", validators.gt(0))


@attrs.frozen(kw_only=True)
class Unexplained(Clipped):
    """Has a field without a help text."""

    bound: float = attrs.field(default=3.0, validator=validators.gt(0))


@attrs.frozen(kw_only=True)
class NoDefault(Clipped):
    """Has a field without a default."""

    bound: float = attrs.field(validator=validators.gt(0), metadata={"help": "bound of the samples"})


@attrs.frozen(kw_only=True)
class Changeable(Clipped):
    """Lets its fields be changed."""


Changeable.__setattr__ = object.__setattr__


@attrs.frozen(kw_only=True)
class Misspelt(Regularizer):
    """Has a penalty that is never called."""

    def discriminator_penlty(self, step):
        return 0.0


@attrs.frozen(kw_only=True)
class Doubling(Clipped):
    """Doubles its field on every conversion."""

    bound: float = parameter(3.0, "bound of the samples", converter=lambda value: 2 * float(value))


@attrs.frozen(kw_only=True)
class Unbounded(Clipped):
    """Accepts any whole number as a bound."""

    bound: int = parameter(3, "bound of the samples")


@attrs.frozen(kw_only=True)
class Halved(Clipped):
    """Would be searched for among numbers that are not whole."""

    bound: int = parameter(3, "bound of the samples", validators.ge(1), search=(1, 2.5))


@attrs.frozen(kw_only=True)
class Helpless(Clipped):
    """Refuses images without advice."""

    def check(self, assembly):
        if assembly.data.is_image:
            yield Problem("error", "images are not supported")


DESCRIBED = (
    Fault("can-be-made", RefusesItsDefault, "'bound' must be > 0"),
    Fault("record-describes-it", Component("clipped", Clipped, "clips\nsamples"), "more than one line"),
    Fault("explains-itself", Unexplained, "field 'bound' has no help text"),
    Fault("has-defaults", NoDefault(bound=3.0), "field 'bound' has no default"),
    Fault("is-frozen", Changeable, "can be changed"),
    Fault("overrides-its-kind", Misspelt, "did you mean 'discriminator_penalty'?"),
    Fault("survives-text", Doubling, "is read back as"),
    Fault("searches-legal-values", Halved, "search of 'bound': expected a whole number"),
    Fault("refuses-nonsense", Unbounded, "field 'bound' accepts"),
    Fault("fits-or-refuses", Helpless, "without a hint"),
)
