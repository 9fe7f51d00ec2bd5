"""The names of trials' folders."""

import pytest

from ganreg.comparison.definition import Definition
from ganreg.contract.recipes import Recipe


def make_definition(axes, number=7, seed=3):
    return Definition(number=number, axes=axes, recipe=Recipe(seed=seed))


def test_the_seed_is_that_of_the_recipe():
    assert make_definition({"loss": "hinge"}, seed=11).seed == 11


@pytest.mark.parametrize(
    ("axes", "slug"),
    [
        ({"loss": "hinge", "regularizer": "none"}, "0007-hinge-none-seed-3"),
        ({"regularizer": "r1:weight=0.5 + r2"}, "0007-r1-weight-0.5-r2-seed-3"),
        ({"dataset": 'csv:path="../up/ü.csv"'}, "0007-csv-path-..-up-.csv-seed-3"),
        ({"dataset": "<script>"}, "0007-script-seed-3"),
    ],
)
def test_a_folder_is_named_after_number_alternatives_and_seed(axes, slug):
    assert make_definition(axes).slug == slug


def test_a_long_name_is_shortened_and_stays_unique_by_its_number():
    long = {"dataset": "x" * 500}
    slugs = [make_definition(long, number=number).slug for number in (1, 2)]

    assert slugs[0] != slugs[1]
    assert all(len(slug) <= 80 for slug in slugs)
