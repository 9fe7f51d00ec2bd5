"""The assembly: its components under their names."""

import pytest

from ganreg import Assembly, DataSpec, Discriminator, Game, Generator, Loss, Recipe, Regularizer, Schedule
from ganreg.contract.assembly import Part


@pytest.fixture
def assembly():
    """Makes an assembly of base classes, without any registry."""

    def make(generator=False, discriminator=False):
        parts = {
            "generator": Part(Generator(conditional=generator), "g"),
            "discriminator": Part(Discriminator(conditional=discriminator), "d"),
            "loss": Part(Loss(), "l"),
        }
        regularizers = (Part(Regularizer(), "r"), Part(Regularizer(every=2), "r-2"))
        recipe = Recipe(schedule="alternating:discriminator_steps=3")
        game = Part(Game(), "game")
        return Assembly(recipe=recipe, data=DataSpec((2,)), parts=parts, regularizer_parts=regularizers, game_part=game)

    return make


def test_components_are_found_by_their_role(assembly):
    made = assembly()
    assert isinstance(made.generator, Generator)
    assert isinstance(made.discriminator, Discriminator)
    assert isinstance(made.loss, Loss)
    assert [one.every for one in made.regularizers] == [1, 2]
    assert [part.label for part in made.all_parts] == ["g", "d", "l", "r", "r-2"]
    assert made.schedule == Schedule(discriminator_steps=3)


@pytest.mark.parametrize(
    ("generator", "discriminator", "expected"),
    [(False, False, False), (True, False, True), (False, True, True), (True, True, True)],
)
def test_it_is_conditional_if_either_network_takes_labels(assembly, generator, discriminator, expected):
    assert assembly(generator, discriminator).is_conditional is expected


def test_a_part_has_no_variables_before_the_networks_are_built():
    first, second = Part(None, "a"), Part(None, "b")
    assert first.state == {}
    assert first.state is not second.state
