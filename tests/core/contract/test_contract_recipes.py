"""Recipes: as objects, as TOML, with settings."""

from __future__ import annotations

import tomllib

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganreg import Recipe, Schedule, Spec, SpecError
from ganreg.contract.recipes import ROLES, read_toml

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4})?", fullmatch=True)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3),
)
PARAMETERS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,8}", fullmatch=True).filter(lambda key: key != "name"), VALUES, max_size=3
)
SPECS = st.builds(Spec, NAMES, PARAMETERS)
SCHEDULES = st.just(Schedule(mode="simultaneous")) | st.builds(
    Schedule,
    discriminator_steps=st.integers(1, 9),
    generator_steps=st.integers(1, 9),
    unit=st.sampled_from(["steps", "epochs"]),
    first=st.sampled_from(["discriminator", "generator"]),
)
RECIPES = st.builds(
    Recipe,
    name=NAMES,
    summary=st.text(),
    paper=st.text(),
    generator=SPECS,
    discriminator=SPECS,
    loss=SPECS,
    regularizers=st.lists(SPECS, max_size=3),
    game=st.none() | SPECS,
    networks=st.dictionaries(NAMES.filter(lambda role: role not in ROLES), SPECS, max_size=2),
    dataset=st.none() | SPECS,
    generator_optimizer=SPECS,
    discriminator_optimizer=SPECS,
    schedule=SCHEDULES,
    batch_size=st.integers(1, 10**6),
    steps=st.integers(1, 10**9),
    ema_decay=st.floats(0, 1, exclude_max=True),
    seed=st.integers(0, 2**63 - 1),
)


@given(RECIPES)
def test_a_recipe_survives_the_way_to_toml_and_back(recipe):
    assert Recipe.from_table(tomllib.loads(recipe.to_toml())) == recipe


@given(RECIPES)
def test_toml_is_stable(recipe):
    text = recipe.to_toml()

    assert Recipe.from_table(tomllib.loads(text)).to_toml() == text


@given(st.dictionaries(st.sampled_from([field.name for field in attrs.fields(Recipe)]), VALUES | PARAMETERS))
def test_any_table_is_a_recipe_or_a_spec_error(table):
    try:
        recipe = Recipe.from_table(table)
    except SpecError as error:
        assert str(error)  # noqa: PT017
    else:
        assert Recipe.from_table(recipe.as_table()) == recipe


@given(st.text())
def test_any_setting_is_applied_or_a_spec_error(setting):
    try:
        Recipe().with_settings([setting])
    except SpecError as error:
        assert str(error)  # noqa: PT017


def test_components_are_left_to_the_plugins_defaults():
    recipe = Recipe()

    assert (recipe.generator, recipe.discriminator, recipe.loss) == (None, None, None)
    assert recipe.regularizers == ()
    assert recipe.dataset is None
    assert recipe.schedule == Schedule()


@pytest.mark.parametrize(
    "regularizers", ["r1:weight=5", Spec("r1", {"weight": 5}), {"name": "r1", "weight": 5}, ["r1:weight=5"]]
)
def test_one_regularizer_needs_no_list(regularizers):
    assert Recipe(regularizers=regularizers).regularizers == (Spec("r1", {"weight": 5}),)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"name": "My GAN"}, "recipe: a recipe's name must be kebab-case"),
        ({"batchsize": 3}, "recipe has no parameter 'batchsize'; did you mean 'batch_size'"),
        ({"batch_size": 0}, "recipe: 'batch_size' must be >= 1"),
        ({"batch_size": "many"}, "recipe: parameter 'batch_size': expected a whole number"),
        ({"ema_decay": 1.0}, "recipe: 'ema_decay' must be < 1"),
        ({"seed": -1}, "recipe: 'seed' must be >= 0"),
        ({"generator": 5}, "recipe: expected a component's name, such as 'hinge', got 5"),
        ({"generator": {"widths": 5}}, "recipe: a component's table needs its name"),
        ({"regularizers": 5}, "recipe: expected a list of regularizers, got 5"),
        ({"networks": {"loss": "hinge"}}, "the loss is a field of a recipe, so it cannot be named among the networks"),
        ({"networks": "encoder"}, "expected a table of specs by role, got 'encoder'"),
        ({"schedule": "sometimes"}, "recipe: schedule: parameter 'mode': expected one of simultaneous, alternating"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(table, message):
    with pytest.raises(SpecError, match=message):
        Recipe.from_table(table)


def test_read_passes_over_what_runs_add(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(Recipe(name="demo").to_toml() + '\n[plugins]\nacme-gan = "1.0"\n[data]\nshape = [2]\n')

    assert Recipe.read(path) == Recipe(name="demo")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"steps =\nseed = 1", r"recipe\.toml is not valid TOML: .*line 1"),
        (b"\xff", r"recipe\.toml is not valid TOML: .*utf-8"),
        (b"stepz = 5", r"recipe\.toml has no parameter 'stepz'; did you mean 'steps'"),
    ],
)
def test_a_broken_file_is_named(tmp_path, content, message):
    path = tmp_path / "recipe.toml"
    path.write_bytes(content)

    with pytest.raises(SpecError, match=message):
        Recipe.read(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SpecError, match=r"cannot read .*none\.toml: No such file"):
        read_toml(tmp_path / "none.toml")


def test_none_is_the_usual_game():
    assert Recipe(game="none").game is None
    assert Recipe(game="cycle").updated(game="none").game is None
    assert Recipe(game="cycle").with_settings(["game=none"]).game is None


def test_updated_leaves_what_is_none():
    recipe = Recipe(steps=5).updated(steps=None, loss="hinge", regularizers=())

    assert (recipe.steps, recipe.loss, recipe.regularizers) == (5, Spec("hinge"), ())


@pytest.mark.parametrize(
    ("setting", "field", "expected"),
    [
        ("steps=5", "steps", 5),
        ("batch_size = 8", "batch_size", 8),
        ("ema_decay=0", "ema_decay", 0.0),
        ("summary=5", "summary", "5"),
        ("loss=hinge:margin=2", "loss", Spec("hinge", {"margin": 2})),
        ("loss.margin=2", "loss", Spec("non-saturating", {"margin": 2})),
        ("loss.name=hinge", "loss", Spec("hinge")),
        ("dataset=digits", "dataset", Spec("digits")),
        ("generator.widths=[8, 8]", "generator", Spec("mlp", {"widths": [8, 8]})),
        ("regularizers=r2", "regularizers", (Spec("r2"),)),
        ("regularizers.1.weight=3", "regularizers", (Spec("r1"), Spec("wgan-gp", {"weight": 3}))),
        ("schedule=simultaneous", "schedule", Schedule(mode="simultaneous")),
        ("schedule.discriminator_steps=5", "schedule", Schedule(discriminator_steps=5)),
        (
            "generator_optimizer.learning_rate=1e-4",
            "generator_optimizer",
            Spec("adam", {"learning_rate": 1e-4, "beta_1": 0.5}),
        ),
    ],
)
def test_a_setting_reaches_its_place(setting, field, expected):
    whole = Recipe(generator="mlp", loss="non-saturating", regularizers=["r1", "wgan-gp"])
    recipe = whole.with_settings([setting])

    assert getattr(recipe, field) == expected


def test_settings_leave_the_text_of_other_values_as_it_was():
    recipe = Recipe(dataset="npz:path=2020").with_settings(["steps=5"])

    assert str(recipe.dataset) == "npz:path=2020"
    assert Spec("npz", {"path": 2020}) == recipe.dataset


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("steps", "must be key=value, such as generator_optimizer.learning_rate=1e-4"),
        ("=5", "must be key=value"),
        ("steps=", "must be key=value"),
        ("stepz=5", "a recipe has no 'stepz'; did you mean 'steps'"),
        ("losss.margin=2", "there is no 'losss' that settings apply to; did you mean 'loss'"),
        ("regularizers.7.weight=2", "there is no '7' that settings apply to"),
        ("regularizers.0=r2", "there is no 'regularizers.0'"),
        ("steps.a=2", "there is no 'steps' that settings apply to"),
        ("steps=many", "--set: parameter 'steps': expected a whole number, got 'many'"),
        ("schedule.mode=never", "--set: schedule: parameter 'mode'"),
    ],
)
def test_a_setting_that_leads_nowhere_is_refused(setting, message):
    with pytest.raises(SpecError, match=message):
        Recipe(loss="hinge", regularizers=["r1"]).with_settings([setting])
