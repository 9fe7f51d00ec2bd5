"""Refusing: other arguments are told apart, while the signature lists only what is taken."""

import inspect

import pytest

import ganreg
from ganreg.engine.typed import refusing


class Example:
    @refusing({"colour": "paint it"})
    def made(self, size: int, *, shape: str = "round") -> tuple[int, str]:
        """Makes one."""
        return size, shape


def test_what_is_taken_is_passed_on():
    assert Example().made(3, shape="square") == (3, "square")
    assert list(inspect.signature(Example.made).parameters) == ["self", "size", "shape"]
    assert Example.made.__doc__ == "Makes one."


def test_what_is_not_taken_is_refused_unless_it_is_none():
    with pytest.raises(ganreg.SpecError, match=r"made\(\) of a GAN does not take colour=; paint it"):
        Example().made(3, colour="red")
    with pytest.raises(ganreg.SpecError, match=r"does not take length=; it takes size, shape"):
        Example().made(3, length=2)
    assert Example().made(3, colour=None) == (3, "round")
