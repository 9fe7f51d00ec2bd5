"""Plans: what text makes of them, what trials they have, and how two are told apart."""

import pytest

from ganreg.comparison.axes import NONE, regularizer_axes, setting_axes
from ganreg.comparison.plan import Plan
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import RunError, SpecError, UnknownComponentError

ARTICLE = ("minibatch-discrimination|none", "instance-noise:standard_deviation=0.001|none", "feature-matching|none")


@pytest.fixture(scope="module")
def article():
    """The eight combinations of the 1-D Gaussian article, three seeds each."""
    return Plan.of(["gaussian-1d"], regularizers=ARTICLE, seeds=3)


def test_with_and_without_each_of_three_are_eight_combinations(article):
    definitions = list(article.definitions())

    assert len(definitions) == 24
    assert len({tuple(definition.axes.values()) for definition in definitions}) == 8
    assert [definition.seed for definition in definitions[:4]] == [0, 1, 2, 0]


def test_a_trial_has_the_regularizers_of_its_combination(article):
    by_axes = {tuple(definition.axes.values()): definition.recipe for definition in article.definitions()}

    recipe = by_axes["minibatch-discrimination", NONE, "feature-matching"]

    assert [spec.name for spec in recipe.regularizers] == ["minibatch-discrimination", "feature-matching"]


def test_an_axis_of_with_and_without_is_called_by_what_it_is_about(article):
    assert [axis.name for axis in article.axes] == ["minibatch-discrimination", "instance-noise", "feature-matching"]


def test_one_regularizer_option_is_one_axis_of_alternatives():
    (axis,) = regularizer_axes(["none|r1|r1 + r2:weight=1e+3"])

    assert axis.name == "regularizer"
    assert axis.specs("none") == ()
    assert axis.specs("r1 + r2:weight=1e+3") == (Spec.parse("r1"), Spec.parse("r2:weight=1e+3"))


def test_axes_of_the_same_regularizer_have_different_names():
    names = [axis.name for axis in regularizer_axes(["r1|none", "r1:weight=3|none", "r1|r2", "none|r1|r2"])]

    assert names == ["r1", "r1-2", "regularizer", "regularizer-2"]


def test_options_without_bars_are_alternatives_of_one_another():
    axes = regularizer_axes(["r1", "ada|none", "r2", "none"])

    assert [(axis.name, axis.alternatives) for axis in axes] == [
        ("regularizer", ("r1", "r2", "none")),
        ("ada", ("ada", "none")),
    ]
    assert regularizer_axes(["r1"])[0].alternatives == ("r1",)


def test_bars_within_quotes_are_no_alternatives():
    (axis,) = setting_axes(['summary="a|b"|c'])

    assert axis.alternatives == ('"a|b"', "c")


def test_five_losses_by_three_regularizers_by_two_seeds():
    losses = ["non-saturating", "wasserstein", "least-squares", "hinge", "relativistic-paired"]

    plan = Plan.of(["digits"], losses=losses, regularizers=["none|r1|wgan-gp"], seeds=2)

    definitions = list(plan.definitions())
    assert len(definitions) == 30
    assert {definition.recipe.loss.name for definition in definitions} == set(losses)
    assert len({definition.slug for definition in definitions}) == 30


def test_without_the_option_a_recipe_keeps_its_own_regularizers():
    (definition,) = Plan.of(["digits"]).definitions()

    assert [spec.name for spec in definition.recipe.regularizers] == ["r1"]
    assert definition.axes == {"recipe": "digits"}


def test_several_recipes_are_an_axis():
    plan = Plan.of(["gaussian-1d", Recipe(name="mine", dataset="gaussian-1d")], losses=["hinge"], seeds=[7])

    assert [definition.axes for definition in plan.definitions()] == [{"recipe": "gaussian-1d"}, {"recipe": "mine"}]


def test_settings_are_axes_and_reach_into_components():
    plan = Plan.of(["gaussian-1d"], settings=["generator.widths=[8,8]|[16]", "batch_size=32"])

    definitions = list(plan.definitions())
    assert [definition.axes for definition in definitions] == [
        {"generator.widths": "[8,8]"},
        {"generator.widths": "[16]"},
    ]
    assert all(definition.recipe.batch_size == 32 for definition in definitions)
    assert definitions[0].recipe.generator.as_table()["widths"] == [8, 8]


def test_networks_and_data_are_left_to_assembly():
    (definition,) = Plan.of(["digits"], generators=["mlp:latent_dim=2"], datasets=["ring"]).definitions()

    assert definition.networks_and_data == {"generator": "mlp:latent_dim=2", "dataset": "ring"}
    assert definition.recipe.generator.as_table()["latent_dim"] == 32


def test_a_plan_reads_back_as_it_was_written(article, tmp_path):
    plan = Plan.of(
        ["gaussian-1d", "ring"], settings=["batch_size=32|64"], seeds=[3, 1], metrics=["moments"], budget=60.0
    )
    plan.write(tmp_path)

    assert Plan.read(tmp_path) == plan
    assert Plan.read(tmp_path).differences(plan) == []
    article.write(tmp_path)
    assert Plan.read(tmp_path) == article


def test_a_damaged_plan_is_named(tmp_path):
    (tmp_path / "comparison.toml").write_text("seeds = [0]\n")

    with pytest.raises(RunError, match=r"comparison.toml is damaged"):
        Plan.read(tmp_path)


def test_differences_are_in_the_users_words(article):
    other = Plan.of(["gaussian-1d"], regularizers=ARTICLE[:2], seeds=2, steps=50)

    lines = other.differences(article)

    assert "steps: 50, was 10000" in lines
    assert "seeds: [0, 1], was [0, 1, 2]" in lines
    assert "feature-matching: none, was feature-matching | none" in lines
    assert len(lines) == 3


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"losses": ["hinge", "hinge"]}, "'loss' has the alternative 'hinge' twice"),
        ({"regularizers": ["none|r1", "none|r1"]}, "the alternatives 'none | r1' are given twice; leave one out"),
        ({"regularizers": ["none|"]}, "empty alternative"),
        ({"features": "clasifier"}, "there are no features 'clasifier'; did you mean 'classifier'"),
        ({"seeds": [1, 1]}, "two seeds are 1"),
        ({"seeds": [-1]}, "from 0 on"),
        ({"settings": ["batch_size"]}, "must be key=value"),
        ({"settings": ["seed=1|2"]}, "--seeds"),
        ({"settings": ["steps=1", "steps=2"]}, "set twice"),
        ({"settings": ["loss=hinge"]}, "option of its own"),
        ({"settings": ["batchsize=3"]}, "did you mean 'batch_size'"),
        ({"generators": ["mlp"], "settings": ["generator.widths=[3]"]}, "write it in their specs"),
        ({"losses": ["hinge:margn=2"]}, "no parameter 'margn'"),
        ({"execution": "auto"}, "execution"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(options, reason):
    with pytest.raises((SpecError, ValueError), match=reason):
        Plan.of(["gaussian-1d"], **options)


@pytest.mark.parametrize(
    "options",
    [{"losses": ["hing"]}, {"regularizers": ["none|r11"]}, {"metrics": ["frechett"]}, {"datasets": ["gaussian"]}],
    ids=str,
)
def test_names_that_lead_nowhere_are_refused_before_anything_runs(options):
    with pytest.raises(UnknownComponentError):
        Plan.of(["gaussian-1d"], **options)


def test_two_recipes_of_one_name_are_refused():
    with pytest.raises(SpecError, match="two recipes are called gaussian-1d"):
        Plan.of(["gaussian-1d", "gaussian-1d"])
