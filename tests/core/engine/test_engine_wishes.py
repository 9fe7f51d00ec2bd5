"""Rows that satisfy wishes, from a small GAN on a table whose generator is not trained."""

import numpy as np
import pytest

import ganreg
from ganreg.engine.wishes import draw_rows

BLOCKS = (
    ganreg.Block("kind", 3, one_hot=True, labels=("a", "b", "c")),
    ganreg.Block("paid", 2, one_hot=True, labels=("no", "yes")),
    ganreg.Block("age", 1),
)


def gan_of(conditions, *, conditional):
    draw = np.random.default_rng(0)
    kinds, paid = draw.choice(3, 200, p=[0.7, 0.25, 0.05]), draw.choice(2, 200, p=[0.9, 0.1])
    rows = np.concatenate([2 * np.eye(3)[kinds] - 1, 2 * np.eye(2)[paid] - 1, draw.uniform(-1, 1, (200, 1))], axis=1)
    option = f"conditional={str(conditional).lower()}"
    return ganreg.assemble(
        generator=f"tabular:widths=[8],latent_dim=8,{option}",
        discriminator=f"mlp:widths=[8],{option}",
        data=ganreg.Data(train=rows, value_range=(-1, 1), blocks=BLOCKS, conditions=conditions),
        batch_size=20,
        seed=0,
    )


@pytest.fixture(scope="module")
def gan():
    return gan_of(["kind", "paid"], conditional=True)


def column(rows, start, size):
    return rows.samples[:, start : start + size].argmax(axis=1)


def test_the_rarest_wished_class_becomes_the_label_and_the_rest_is_left_out(gan):
    gan.assembly.classes.learn(gan.load_data().train_classes)
    rows = draw_rows(gan.players, 40, ["paid=yes", "kind=c", "age>0"], seed=1)
    assert rows.samples.shape == (40, 6)
    assert set(rows.labels) == {2}  # kind=c, with 5 %
    assert set(column(rows, 0, 3)) == {2}
    assert set(column(rows, 3, 2)) == {1}
    assert (rows.samples[:, 5] > 0).all()
    again = draw_rows(gan.players, 40, ["paid=yes", "kind=c", "age>0"], seed=1)
    np.testing.assert_array_equal(rows.samples, again.samples)
    assert len(np.unique(rows.samples[:, 5])) == 40


def test_without_wishes_rows_are_those_of_generate(gan):
    np.testing.assert_array_equal(draw_rows(gan.players, 5, seed=3).samples, gan.generate(5, seed=3))


@pytest.mark.parametrize("conditions", [["kind"], []])
def test_without_a_trained_condition_rows_are_left_out(conditions):
    gan = gan_of(conditions, conditional=bool(conditions))
    rows = draw_rows(gan.players, 30, "paid=yes", seed=0)
    assert set(column(rows, 3, 2)) == {1}
    assert len(rows.samples) == 30
    names = ",".join([*conditions, "paid"])
    with pytest.raises(ganreg.DataError, match=rf"only 0 of 100000 .* paid=yes and age>9, .* conditions=\[{names}\]"):
        draw_rows(gan.players, 30, ["paid=yes", "age>9"], seed=0)


def test_refuses(gan):
    with pytest.raises(ganreg.DataError, match=r"no column 'paied' is generated, .* did you mean 'paid' or 'age'"):
        draw_rows(gan.players, 3, "paied=yes")
    with pytest.raises(ganreg.DataError, match="column 'kind' has no category 'd'; choose from a, b, c"):
        draw_rows(gan.players, 3, "kind=d")
    with pytest.raises(ganreg.DataError, match="rows must be a whole number"):
        draw_rows(gan.players, 0, "kind=a")
    with pytest.raises(ganreg.DataError, match="not rows of a file's table; use generate"):
        gan.rows(3)
    points = ganreg.assemble(data=np.zeros((64, 2), np.float32), batch_size=16)
    with pytest.raises(ganreg.DataError, match="not rows of a table, so no columns can be asked for"):
        points.rows(3, "x=1")


@pytest.mark.slow
def test_training_by_conditions_resumes_exactly_however_it_is_divided(gan):
    once, twice = (gan_of(["kind", "paid"], conditional=True) for _ in range(2))
    once.fit(steps=5, execution="graph", updates_per_call=5, verbose=0)
    for steps in (2, 3):
        twice.fit(steps=steps, execution="graph", updates_per_call=1, verbose=0)
    for name in once.networks:
        for one, other in zip(once.networks[name].weights, twice.networks[name].weights, strict=True):
            np.testing.assert_array_equal(one, other)
