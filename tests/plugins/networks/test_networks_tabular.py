"""The generator of tables: its output follows the blocks of the data."""

import keras
import numpy as np
import pytest

import ganreg

BLOCKS = (
    ganreg.Block("kind", 3, one_hot=True, labels=("a", "b", "c")),
    ganreg.Block("age", 2, one_hot=True),
    ganreg.Block("age", 1),
    ganreg.Block("yes", 2, one_hot=True, labels=("no", "yes")),
)
DATA = ganreg.DataSpec((8,), value_range=(-1, 1), blocks=BLOCKS)


def built(data, spec="tabular:latent_dim=6,widths=[5,4]"):
    keras.utils.set_random_seed(0)
    return ganreg.create("generator", spec).build(data)


@pytest.fixture(scope="module")
def latents():
    return np.random.default_rng(0).normal(size=(300, 6)).astype("float32")


def test_categories_are_nearly_one_hot_and_vary(latents):
    made = np.array(built(DATA)(latents))
    for start, size in ((0, 3), (3, 2), (6, 2)):
        shares = (made[:, start : start + size] + 1) / 2
        np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-5)
        assert np.median(shares.max(axis=1)) > 0.9
        assert len(set(shares.argmax(axis=1))) == size
    assert np.abs(made[:, 5]).max() < 1.0


def test_hidden_layers_are_concatenated_with_what_they_read():
    model = built(DATA)
    widths = [layer.kernel.shape[0] for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert widths == [6, 6 + 5, 6 + 5 + 4]


def test_the_wished_condition_is_met_exactly(latents):
    data = ganreg.DataSpec((8,), value_range=(-1, 1), blocks=BLOCKS, conditions=["yes", "kind"])
    model = built(data, "tabular:latent_dim=6,widths=[5],conditional=true")
    labels = np.arange(300) % 5
    made = np.array(model([latents, labels]))
    names = data.conditional_on.class_names
    for number, name in enumerate(names):
        start, value = {"yes=no": (6, 0), "yes=yes": (6, 1)}.get(name, (0, "abc".find(name[-1])))
        own = made[labels == number, start : start + (2 if start else 3)]
        np.testing.assert_array_equal(own, np.tile(2 * np.eye(own.shape[1])[value] - 1, (60, 1)))
    others = made[labels < 2, :3]
    assert len(np.unique(others, axis=0)) > 20


def test_the_same_latents_give_the_same_row_also_after_saving(latents, tmp_path):
    model = built(DATA)
    model.save(tmp_path / "g.keras")
    again = keras.models.load_model(tmp_path / "g.keras")
    np.testing.assert_array_equal(model(latents), again(latents))
    assert not [variable for variable in model.variables if "seed" in variable.path]


@pytest.mark.parametrize("value_range", [None, (0.0, 1.0)])
def test_data_without_blocks_are_numbers(value_range, latents):
    made = np.array(built(ganreg.DataSpec((2, 2), value_range=value_range), "tabular:latent_dim=6")(100 * latents))
    assert made.shape == (300, 2, 2)
    assert (made.min() < 0 and made.max() > 1) == (value_range is None)


def test_refuses():
    with pytest.raises(ganreg.AssemblyError, match=r"vectors where samples have blocks, but these have shape \(3, 8\)"):
        built(ganreg.DataSpec((3, 8), blocks=BLOCKS))
    with pytest.raises(ganreg.AssemblyError, match=r"generator tabular is conditional, but the data .* has no classes"):
        built(DATA, "tabular:conditional=true")
