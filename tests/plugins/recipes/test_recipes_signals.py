"""The recipes of signals and volumes: what they train on, and that a short training comes closer to the data."""

import numpy as np
import pytest
from ganreg_recipes import signals

import ganreg

RECIPES = {recipe.name: recipe for recipe in signals.RECIPES}


@pytest.mark.parametrize(("name", "axes"), [("signal", 1), ("volume", 3)])
def test_each_has_networks_with_labels_along_its_datas_axes(name, axes):
    gan = ganreg.assemble(recipe=RECIPES[name])

    layers = [type(layer).__name__ for layer in gan.discriminator.layers]
    assert f"Conv{axes}D" in layers
    assert len(gan.generator.inputs) == len(gan.discriminator.inputs) == 2
    assert gan.generator.output.shape[1:] == ganreg.create("dataset", RECIPES[name].dataset).spec().shape


@pytest.mark.slow
def test_volumes_become_bodies_within_some_hundred_updates():
    """The mean of the voxels, -0.74 of real volumes, and the share of empty corners."""
    data = ganreg.create("dataset", "ellipsoids:samples=500").load()
    gan = ganreg.assemble(recipe=RECIPES["volume"], data=data)

    gan.fit(data, steps=450, verbose=0, execution="graph")
    made = gan.generate(64, seed=1)

    assert made.shape == (64, 16, 16, 16, 1)
    assert abs(made.mean() - data.train.mean()) < 0.25
    assert np.median(made[:, 0, 0, 0]) < -0.8
    assert made[:, 8, 8, 8].max() > 0.5
