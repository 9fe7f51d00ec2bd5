"""A network's place in a game."""

from ganreg import DataSpec, NetworkSpec


def test_a_discriminator_judges_the_generator_by_default():
    place = NetworkSpec("discriminator", DataSpec((2,)))
    assert (place.judges, place.source) == ("generator", None)
    assert place == NetworkSpec("discriminator", DataSpec((2,)), source=None, judges="generator")
