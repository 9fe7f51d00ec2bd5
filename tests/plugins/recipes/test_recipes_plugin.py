"""How the plugin offers its recipes, and what they have in common."""

import importlib
import pkgutil
import re
import subprocess
import sys
import warnings
from importlib import resources

import ganreg_recipes
import numpy as np
import pytest

import ganreg
from ganreg import DataSpec, GanregWarning, Recipe

RECIPES = list(ganreg_recipes.ganreg_recipes())
NAMES = [recipe.name for recipe in RECIPES]
BY_NAME = dict(zip(NAMES, RECIPES, strict=True))
QUICK = {"digits", "gaussian-1d", "quadratic", "feature-matching", "ring", "grid", "dcgan", "tabular"}


def test_every_recipe_of_the_package_is_offered_once():
    modules = [
        importlib.import_module(module.name)
        for module in pkgutil.iter_modules(ganreg_recipes.__path__, "ganreg_recipes.")
    ]
    written = [
        recipe for module in modules for value in vars(module).values() if isinstance(value, tuple) for recipe in value
    ]

    assert sorted(recipe.name for recipe in written) == sorted(NAMES)
    assert len(set(NAMES)) == len(NAMES)
    assert set(NAMES) <= set(ganreg.registry().names("recipe"))


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_summaries_fit_one_line_of_a_listing(recipe):
    assert 0 < len(recipe.summary) <= 52
    assert not recipe.paper or re.fullmatch(r"arXiv:\d{4}\.\d{5}", recipe.paper)


@pytest.mark.parametrize("recipe", RECIPES, ids=NAMES)
def test_the_text_form_is_the_same_recipe(recipe, tmp_path):
    (tmp_path / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")

    assert Recipe.read(tmp_path / "recipe.toml") == recipe


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_a_recipe_assembles_without_a_warning(name):
    recipe = BY_NAME[name]
    data = DataSpec((4,), num_classes=3) if recipe.dataset is None else ganreg.create("dataset", recipe.dataset).spec()

    with warnings.catch_warnings():
        warnings.simplefilter("error", GanregWarning)
        gan = ganreg.assemble(recipe=recipe, data=data)

    assert gan.generator.count_params() > 0


@pytest.mark.parametrize(
    "name", ["digits", pytest.param("sagan", marks=pytest.mark.slow), pytest.param("acgan", marks=pytest.mark.slow)]
)
def test_labels_are_used_where_the_dataset_has_them(name):
    gan = ganreg.assemble(recipe=BY_NAME[name])

    assert len(gan.generator.inputs) == 2


@pytest.mark.parametrize("name", ["digits", pytest.param("sagan", marks=pytest.mark.slow)])
def test_recipes_by_class_also_train_on_data_without_classes(name):
    images = np.random.default_rng(0).uniform(-1, 1, size=(64, 8, 8, 1)).astype("float32")

    with pytest.warns(GanregWarning, match="will train unconditionally"):
        gan = ganreg.assemble(recipe=BY_NAME[name], data=images)
    history = gan.fit(images, steps=2, batch_size=16, verbose=0, execution="graph", updates_per_call=1).history

    assert len(gan.generator.inputs) == len(gan.discriminator.inputs) == 1
    assert all(np.all(np.isfinite(values)) for values in history.values())


def test_listing_imports_neither_tensorflow_nor_numpy():
    code = "import sys, ganreg_recipes; print({'tensorflow', 'keras', 'numpy'} & set(sys.modules))"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "set()"


def test_types_are_published():
    assert resources.files(ganreg_recipes).joinpath("py.typed").is_file()
