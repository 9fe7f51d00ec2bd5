"""Components that say of themselves what is not so, or not enough."""

from __future__ import annotations

import attrs
from attrs import validators

from faulty_gan.fault import Fault
from ganreg import Component, Problem, Regularizer, parameter


@attrs.frozen(kw_only=True)
class Clipped(Regularizer):
    """Cuts samples off at 3, and is right."""

    def discriminator_input(self, samples, step):
        import tensorflow as tf

        return tf.clip_by_value(samples, -3.0, 3.0)


@attrs.frozen(kw_only=True)
class RefusesItsDefault(Clipped):
    """Has a default that its own validator refuses."""

    bound: float = parameter(-1.0, "where samples are cut off", validators.gt(0))


@attrs.frozen(kw_only=True)
class Unexplained(Clipped):
    """Has a field without a help text."""

    bound: float = attrs.field(default=3.0, validator=validators.gt(0))


@attrs.frozen(kw_only=True)
class NoDefault(Clipped):
    """Has a field without a default."""

    bound: float = attrs.field(validator=validators.gt(0), metadata={"help": "where samples are cut off"})


@attrs.frozen(kw_only=True)
class Changeable(Clipped):
    """Lets its fields be changed."""


Changeable.__setattr__ = object.__setattr__


@attrs.frozen(kw_only=True)
class Misspelt(Regularizer):
    """Has a penalty that nobody will ever call."""

    def discriminator_penlty(self, step):
        return 0.0


@attrs.frozen(kw_only=True)
class Doubling(Clipped):
    """Doubles what it reads, so that what it writes is read as twice as much."""

    bound: float = parameter(3.0, "where samples are cut off", converter=lambda value: 2 * float(value))


@attrs.frozen(kw_only=True)
class Unbounded(Clipped):
    """Takes any number for a bound."""

    bound: float = parameter(3.0, "where samples are cut off")


@attrs.frozen(kw_only=True)
class Helpless(Clipped):
    """Refuses images without saying what to do."""

    def check(self, assembly):
        if assembly.data.is_image:
            yield Problem("error", "images are not taken")


DESCRIBED = (
    Fault("can-be-made", RefusesItsDefault, "'bound' must be > 0"),
    Fault("record-describes-it", Component("clipped", Clipped, "cuts\nsamples off"), "more than one line"),
    Fault("explains-itself", Unexplained, "field 'bound' has no help text"),
    Fault("has-defaults", NoDefault(bound=3.0), "field 'bound' has no default"),
    Fault("is-frozen", Changeable, "can be changed"),
    Fault("overrides-its-kind", Misspelt, "is 'discriminator_penalty' meant?"),
    Fault("survives-text", Doubling, "is read back as"),
    Fault("refuses-nonsense", Unbounded, "field 'bound' takes"),
    Fault("fits-or-refuses", Helpless, "without a hint"),
)
