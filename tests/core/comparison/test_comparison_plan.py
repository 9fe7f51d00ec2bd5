"""Plans: made from text, their trials, and the differences between two of them."""

import pytest

from ganreg.comparison.axes import NONE
from ganreg.comparison.plan import Plan
from ganreg.contract.recipes import Recipe
from ganreg.contract.specs import Spec
from ganreg.errors import GanregError, RunError, SpecError, UnknownComponentError
from ganreg.plugins.registry import registry

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


def test_an_axis_of_with_and_without_is_named_after_the_regularizer(article):
    assert [axis.name for axis in article.axes] == ["minibatch-discrimination", "instance-noise", "feature-matching"]


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


def test_alternatives_of_networks_and_data_become_part_of_the_recipe():
    (definition,) = Plan.of(["digits"], generators=["mlp:latent_dim=2"], datasets=["ring"]).definitions()

    assert definition.recipe.generator == Spec.parse("mlp:latent_dim=2")
    assert definition.recipe.dataset == Spec.parse("ring")


def test_a_plan_reads_back_as_it_was_written(article, tmp_path):
    plan = Plan.of(
        ["gaussian-1d", "ring"], settings=["batch_size=32|64"], seeds=[3, 1], metrics=["moments"], budget=60.0
    )
    plan.write(tmp_path)

    assert Plan.read(tmp_path) == plan
    assert Plan.read(tmp_path).differences(plan) == []
    article.write(tmp_path)
    assert Plan.read(tmp_path) == article


RECIPE = 'recipes = [{name = "x"}]\n'
AXIS = '[[axes]]\nname = "a%d"\nrole = "batch_size"\nalternatives = ["1", "2", "3", "4"]\n'


@pytest.mark.parametrize(
    "text",
    [
        "seeds = [0]\n",
        "recipes = []\n",
        "recipes = 3\n",
        'recipes = ["x"]\n',
        RECIPE + "axes = [3]\n",
        RECIPE + 'axes = [{name = 1, role = "loss", alternatives = ["hinge"]}]\n',
        RECIPE + 'axes = [{name = "loss", role = "loss", alternatives = "hinge"}]\n',
        RECIPE + "seeds = [0, 0]\n",
        RECIPE + "seeds = [1" + "0" * 400 + "]\n",
        RECIPE + "threads = inf\n",
        RECIPE + "".join(AXIS % number for number in range(12)),  # 16 million trials
        RECIPE + "".join(AXIS.replace(', "2", "3", "4"', "") % number for number in range(2000)),
    ],
)
def test_a_damaged_plan_is_named(tmp_path, text):
    (tmp_path / "comparison.toml").write_text(text)

    with pytest.raises(RunError, match=r"comparison.toml is damaged"):
        Plan.read(tmp_path)


def test_a_plan_that_no_one_could_run_is_refused():
    with pytest.raises(SpecError, match=r"20,000 trials, more than the 10,000 of a comparison"):
        Plan.of(["gaussian-1d"], losses=["hinge|minimax"], seeds=10_000)
    with pytest.raises(SpecError, match=r"1,000,000,000 seeds are more than"):
        Plan.of(["gaussian-1d"], seeds=10**9)


def test_games_are_alternatives_like_others():
    plan = Plan.of(["ring"], games=["none", "bidirectional", "vae:prior=0.5"], seeds=2)

    definitions = list(plan.definitions())
    assert [definition.axes["game"] for definition in definitions[::2]] == ["none", "bidirectional", "vae:prior=0.5"]
    usual, bidirectional, vae = (definition.recipe for definition in definitions[::2])
    assert (usual.game, usual.networks) == (None, {})
    assert str(bidirectional.game) == "bidirectional"
    assert str(vae.game) == "vae:prior=0.5"
    assert {str(spec) for recipe in (bidirectional, vae) for spec in recipe.networks.values()} == {"mlp"}
    for recipe in (bidirectional, vae):
        assert recipe.generator == usual.generator


def test_a_plan_with_games_is_read_again(tmp_path):
    plan = Plan.of([Recipe(dataset="ring")], games=["none|vae"], settings=["ema_decay=0|0.9"])
    plan.write(tmp_path)

    assert Plan.read(tmp_path) == plan


def test_each_game_gets_the_defaults_of_its_own_kinds():
    data = "degraded:dataset=digits,by=blur"
    plan = Plan.of([Recipe()], games=["none", "translation", "vae"], datasets=[data], discriminators=["patch"])

    for definition in plan.definitions():
        recipe = definition.recipe
        kind = registry().roles(recipe.game)["generator"]
        assert registry().create(kind, recipe.generator) == registry().create(kind, registry().default(kind).name)


def test_settings_reach_into_the_networks_of_a_game():
    plan = Plan.of(["ring"], games=["vae"], settings=["networks.encoder.widths=[8]|[16,16]"])

    made = [registry().create("translator", one.recipe.networks["encoder"]).widths for one in plan.definitions()]
    assert made == [(8,), (16, 16)]


@pytest.mark.parametrize(
    ("recipe", "options", "reason"),
    [
        (
            "ring",
            {"games": ["none", "translation"]},
            "recipe 'ring' has a generator, 'mlp', where the",
        ),
        (
            Recipe(dataset="digits"),
            {"games": ["translation", "none"], "generators": ["dcgan"]},
            "'dcgan' is a generator, but a translator is needed in its place",
        ),
        (
            Recipe(dataset="digits"),
            {"games": ["translation", "none"], "generators": ["u-net"]},
            "'u-net' is a translator, but a generator is needed in its place",
        ),
        (Recipe(), {"games": ["none", "vae"]}, "recipe 'custom' has no dataset; choose one with --dataset SPEC"),
        ("ring", {"games": ["vae"], "settings": ["game.prior=1|2"]}, "write it in their specs"),
        ("ring", {"games": ["vae"], "settings": ["game=none"]}, "by an option of its own"),
    ],
)
def test_games_that_do_not_fit_the_others_are_refused_before_anything_runs(recipe, options, reason):
    with pytest.raises(GanregError, match=reason):
        Plan.of([recipe], **options)


def test_an_unknown_game_is_refused_before_anything_runs():
    with pytest.raises(UnknownComponentError, match="unknown game 'cylce'; did you mean 'cycle'"):
        Plan.of(["ring"], games=["vae", "cylce"])


def test_differences_name_what_the_user_gave(article):
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
        ({"seeds": [1, 1]}, "two seeds are 1"),
        ({"seeds": [-1]}, "must be 0 or larger"),
        ({"settings": ["batch_size"]}, "must be key=value"),
        ({"settings": ["seed=1|2"]}, "--seeds"),
        ({"settings": ["steps=1", "steps=2"]}, "set twice"),
        ({"settings": ["loss=hinge"]}, "by an option of its own"),
        ({"settings": ["batchsize=3"]}, "did you mean 'batch_size'"),
        ({"generators": ["mlp"], "settings": ["generator.widths=[3]"]}, "write it in their specs"),
        ({"losses": ["hinge:margn=2"]}, "no parameter 'margn'"),
        ({"execution": "auto"}, "execution"),
    ],
)
def test_contradictions_are_refused_before_anything_runs(options, reason):
    with pytest.raises((SpecError, ValueError), match=reason):
        Plan.of(["gaussian-1d"], **options)


@pytest.mark.parametrize(
    "options",
    [
        {"losses": ["hing"]},
        {"regularizers": ["none|r11"]},
        {"metrics": ["frechett"]},
        {"datasets": ["gaussian"]},
        {"features": "clasifier"},
    ],
    ids=str,
)
def test_unknown_names_are_refused_before_anything_runs(options):
    with pytest.raises(UnknownComponentError):
        Plan.of(["gaussian-1d"], **options)


def test_two_recipes_of_one_name_are_refused():
    with pytest.raises(SpecError, match="two recipes are named gaussian-1d"):
        Plan.of(["gaussian-1d", "gaussian-1d"])
