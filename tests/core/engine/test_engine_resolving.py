"""Assembling: what is given in which way, what does not fit, and what the messages name."""

import contextlib

import attrs
import keras
import numpy as np
import pytest

import ganreg
from ganreg.engine.checks import problems as problems_of
from ganreg.engine.resolving import resolve
from ganreg.plugins.registry import Registry

POINTS, LABELLED = ganreg.DataSpec((2,)), ganreg.DataSpec((2,), num_classes=3)


def problems(data=POINTS, regularizers=(), **components):
    """What a combination's own check finds, as (severity, text)."""
    names = {"generator": "mlp", "discriminator": "mlp", "loss": "hinge"} | components
    assembly = resolve(ganreg.Recipe(), data=data, components=names, regularizers=regularizers)
    return [(problem.severity, str(problem)) for problem in problems_of(assembly)]


def test_a_plain_combination_has_no_problem():
    assert problems() == []


def test_both_networks_conditional_on_labelled_data_have_no_problem():
    assert problems(LABELLED, generator="mlp:conditional=true", discriminator="mlp:conditional=true") == []


@pytest.mark.parametrize("who", ["generator", "discriminator"])
def test_labels_that_are_not_there(who):
    severity, text = problems(**{who: "mlp:conditional=true"})[0]
    assert severity == "error"
    assert text.startswith(f"{who} 'mlp' is conditional, but the data have no labels; use data with labels, or ")
    assert text.endswith("conditional=false")


def test_a_discriminator_that_judges_labels_alone():
    ((severity, text),) = problems(LABELLED, discriminator="mlp:conditional=true")
    assert severity == "error"
    assert text.endswith("but generator 'mlp' does not; use -g mlp:conditional=true")


def test_a_generator_that_gets_labels_alone():
    ((severity, text),) = problems(LABELLED, generator="mlp:conditional=true")
    assert severity == "warning"
    assert text.endswith("use -d mlp:conditional=true")


def test_each_network_is_called_by_its_own_name():
    _, text = problems(LABELLED, generator="mlp:conditional=true", discriminator="patch")[0]
    assert text.startswith("generator 'mlp' takes class labels")
    assert text.endswith("use -d patch:conditional=true")


def test_a_slope_that_nothing_bounds():
    ((severity, text),) = problems(loss="wasserstein")
    assert severity == "warning"
    assert "loss 'wasserstein' needs a discriminator of bounded slope" in text
    assert "-r wgan-gp" in text


@pytest.mark.parametrize("regularizer", ["wgan-gp", "r1", "r2", "weight-clipping"])
def test_a_slope_that_a_regularizer_bounds(regularizer):
    assert problems(loss="wasserstein", regularizers=[regularizer]) == []


def test_batch_statistics_under_a_penalty_of_each_samples_gradient():
    ((severity, text),) = problems(discriminator="mlp:norm=batch", regularizers=["wgan-gp"])
    assert severity == "error"
    assert "regularizer 'wgan-gp'" in text
    assert "use -d mlp:norm=layer" in text


def test_undeclared_batch_statistics_are_found_in_the_network(parts):
    with pytest.raises(
        ganreg.AssemblyError, match=r"'wgan-gp' needs the gradient of each sample on its own.*SecretlyNormalizing"
    ):
        ganreg.assemble(discriminator=parts.SecretlyNormalizing(), regularizers=["wgan-gp"], data=POINTS)


def test_assemble_refuses_errors_all_at_once():
    with pytest.raises(ganreg.AssemblyError, match=r"have no labels.*normalises over the batch"):
        ganreg.assemble(
            generator="mlp:conditional=true", discriminator="mlp:norm=batch", regularizers=["wgan-gp"], data=POINTS
        )


def test_assemble_warns_of_warnings():
    with pytest.warns(ganreg.GanregWarning, match="bounded slope"):
        ganreg.assemble(generator="mlp:widths=[4]", discriminator="mlp:widths=[4]", loss="wasserstein", data=POINTS)


@pytest.mark.parametrize("given", ["r1:weight=3", ganreg.Spec("r1", {"weight": 3.0}), {"name": "r1", "weight": 3}])
def test_a_component_is_given_as_text_spec_or_table(given):
    assembly = resolve(ganreg.Recipe(), data=POINTS, regularizers=[given])
    assert assembly.regularizers[0].weight == 3.0
    assert assembly.recipe.regularizers[0].parameters == {"weight": 3.0, "every": 1}


def test_a_registered_component_given_as_an_object_is_named_as_registered():
    made = ganreg.create("regularizer", "r1:weight=3")
    assembly = resolve(ganreg.Recipe(), data=POINTS, regularizers=[made])
    assert assembly.regularizers[0] is made
    assert str(assembly.recipe.regularizers[0]) == str(
        resolve(ganreg.Recipe(), data=POINTS, regularizers=["r1:weight=3"]).recipe.regularizers[0]
    )
    assert assembly.regularizer_parts[0].origin == "regularizer 'r1' of ganreg-regularizers"


def test_two_distributions_keep_their_own_name(point, make_registry, parts):
    """An object of the second distribution's class is not written down as the first's."""
    classes = [attrs.frozen(type(name, (ganreg.Loss,), {}), kw_only=True) for name in ("First", "Second")]
    known = make_registry(
        *(
            point(owner, ganreg_losses=[ganreg.Component("twin", made)])
            for owner, made in zip(("acme", "zeta"), classes, strict=True)
        )
    )
    networks = {"generator": parts.PointGenerator(), "discriminator": parts.LinearDiscriminator()}
    for made, name in zip(classes, ("acme/twin", "zeta/twin"), strict=True):
        assembly = resolve(ganreg.Recipe(), data=POINTS, components=networks | {"loss": made()}, known=known)
        assert assembly.recipe.loss.name == name


def test_an_unregistered_component_is_named_by_its_module(parts):
    assembly = resolve(ganreg.Recipe(), data=POINTS, regularizers=[parts.Shift(by=2.0)])
    (part,) = assembly.regularizer_parts
    assert str(part.spec) == "unregistered/Shift:every=1,by=2.0"
    assert part.label == "Shift"
    assert "conftest" in part.origin


def test_labels_are_unique():
    assembly = resolve(ganreg.Recipe(), data=POINTS, regularizers=["r1", "r2", "r1", "r1"])
    assert [part.label for part in assembly.regularizer_parts] == ["r1", "r2", "r1-2", "r1-3"]


def test_regularizers_stand_instead_of_the_recipes():
    recipe = ganreg.Recipe(regularizers=["r1"])
    assert [spec.name for spec in resolve(recipe, data=POINTS).recipe.regularizers] == ["r1"]
    assert resolve(recipe, data=POINTS, regularizers=[]).recipe.regularizers == ()


def test_the_recipe_of_an_assembly_is_complete():
    recipe = resolve(ganreg.Recipe(), data="quadratic").recipe
    assert recipe.generator.parameters["widths"] == [128, 128]
    assert recipe.dataset.parameters["samples"] == 100_000


@pytest.mark.parametrize(
    ("data", "shape", "classes"),
    [
        (POINTS, (2,), None),
        ("digits", (8, 8, 1), 10),
        (np.zeros((4, 3)), (3,), None),
        ([1.0, 2.0, 3.0], (1,), None),
        ((np.zeros((4, 3)), [0, 1, 2, 0]), (3,), 3),
    ],
)
def test_data_are_given_in_many_ways(data, shape, classes):
    found = resolve(ganreg.Recipe(), data=data).data
    assert (found.shape, found.num_classes) == (shape, classes)


def test_data_must_be_given():
    with pytest.raises(ganreg.AssemblyError, match="nothing to train on: pass data="):
        ganreg.assemble()


def test_an_unknown_component_names_the_nearest():
    with pytest.raises(ganreg.UnknownComponentError, match="unknown loss 'hnge'; did you mean 'hinge'"):
        ganreg.assemble(loss="hnge", data=POINTS)


def test_an_unknown_setting_is_a_type_error():
    with pytest.raises(TypeError, match="unexpected keyword argument 'batchsize'"):
        ganreg.assemble(data=POINTS, batchsize=3)


def test_an_unknown_hyperparameter_names_the_component():
    with pytest.raises(ganreg.SpecError, match=r"regularizer 'r1'.*wieght.*weight"):
        ganreg.assemble(data=POINTS, regularizers=["r1:wieght=3"])


@pytest.mark.parametrize("where", ["check", "wrap_discriminator", "initial_state"])
def test_a_component_that_fails_in_assembly_is_named(parts, where):
    with pytest.raises(ganreg.PluginError, match=f"'unregistered/Broken' of .*conftest.* failed in {where}: KeyError"):
        ganreg.assemble(data=POINTS, regularizers=[parts.Broken(where=where)])


def test_a_network_that_fails_to_build_is_named(parts):
    with pytest.raises(ganreg.PluginError, match=r"generator 'unregistered/BrokenGenerator' of .* failed in build"):
        ganreg.assemble(data=POINTS, generator=parts.BrokenGenerator())


def _logits_alone(data):
    return keras.Sequential([keras.Input(data.shape), keras.layers.Dense(1)])


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (_logits_alone, "must return a dict with 'logits' and 'features'"),
        (lambda _: "no model", "must return a keras.Model from build, got str"),
    ],
)
def test_a_discriminator_that_breaks_its_promise_is_named(parts, made, message):
    with pytest.raises(ganreg.AssemblyError, match=f"'unregistered/OtherModel' of .* {message}"):
        ganreg.assemble(data=POINTS, discriminator=parts.OtherModel(made=made))


def test_a_generator_of_another_shape_is_named(parts):
    with pytest.raises(ganreg.AssemblyError, match=r"PointGenerator.* shape \(1,\), but the data's are \(2,\)"):
        ganreg.assemble(data=POINTS, generator=parts.PointGenerator())


@pytest.mark.parametrize("schedule", ["simultaneous", ganreg.Schedule("simultaneous")])
def test_a_schedule_is_a_word_or_an_object(small, schedule):
    assert small(schedule=schedule).recipe.schedule == ganreg.Schedule("simultaneous")


@pytest.mark.parametrize("data", [POINTS, LABELLED], ids=["points", "labelled"])
def test_conditional_none_follows_the_data(data):
    labelled = data.num_classes is not None
    names = {"generator": "mlp:conditional=none,widths=[8]", "discriminator": "mlp:conditional=none", "loss": "hinge"}
    with contextlib.nullcontext() if labelled else pytest.warns(ganreg.GanregWarning, match="train unconditionally"):
        assembly = resolve(ganreg.Recipe(**names), data=data)
    assert assembly.is_conditional is labelled
    for role in ("generator", "discriminator"):
        assert assembly.parts[role].implementation.conditional is labelled
        assert getattr(assembly.recipe, role).parameters["conditional"] is labelled
    assert assembly.recipe.generator.parameters["widths"] == [8]


def test_an_explicit_condition_does_not_follow_the_data():
    assembly = resolve(ganreg.Recipe(generator="mlp:conditional=true", discriminator="mlp"), data=POINTS)
    assert assembly.generator.conditional
    assert not resolve(ganreg.Recipe(), data=LABELLED).is_conditional


def test_each_component_is_created_once(monkeypatch):
    created = []
    original = Registry.create
    monkeypatch.setattr(Registry, "create", lambda self, kind, spec: created.append(kind) or original(self, kind, spec))
    resolve(ganreg.Recipe(regularizers=["r1", "r1"], dataset="ring"))
    assert sorted(created) == ["dataset", "discriminator", "generator", "loss", "regularizer", "regularizer"]


def test_described_data_need_no_dataset_on_the_disk(tmp_path):
    recipe = ganreg.Recipe(dataset=ganreg.Spec("npz", {"path": str(tmp_path / "gone.npz")}))
    assembly = resolve(recipe, described=POINTS)
    assert assembly.data == POINTS
    assert assembly.recipe.dataset.name == "npz"


def test_without_a_default_a_role_must_be_named():
    with pytest.raises(ganreg.GanregError, match="no generator was named, and no installed plugin offers a generator"):
        resolve(ganreg.Recipe(), data=POINTS, known=ganreg.build_registry([]))
