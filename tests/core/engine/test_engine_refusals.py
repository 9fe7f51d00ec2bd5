"""What a GAN refuses, and what it says."""

import pytest

import ganreg
from ganreg.engine.refusals import Fixed, Refused, refuse_arguments


class Thing:
    colour = Fixed(lambda thing: "red", "paint another")
    sing = Refused("sing", "whistle")

    def take(self, x, y=None, **refused):
        refuse_arguments("take", refused, {"weights": "repeat them"}, self.take)


def test_an_argument_with_a_remedy():
    with pytest.raises(ganreg.SpecError, match=r"^take\(\) of a GAN does not take weights=; repeat them$"):
        Thing().take(1, weights=[1])


def test_an_unknown_argument():
    with pytest.raises(ganreg.SpecError, match=r"^take\(\) of a GAN does not take wieghts=; it takes x, y$"):
        Thing().take(1, wieghts=[1])


def test_none_counts_as_not_given():
    Thing().take(1, weights=None)


def test_a_method_that_is_refused():
    assert Thing().sing.__name__ == "sing"
    with pytest.raises(ganreg.SpecError, match=r"^a GAN has no sing\(\): whistle$"):
        Thing().sing("loud", times=2)


def test_an_attribute_that_cannot_be_replaced():
    thing = Thing()
    with pytest.raises(ganreg.AssemblyError, match=r"^gan\.colour cannot be replaced; paint another$"):
        thing.colour = "blue"
    assert thing.colour == "red"
    assert isinstance(Thing.colour, Fixed)
