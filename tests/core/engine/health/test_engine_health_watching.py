"""What generated samples are compared with."""

import numpy as np

import ganreg
from ganreg import Block
from ganreg.engine.health.reference import Reference
from ganreg.engine.health.watching import Classes, chosen_rows, column_reference

LABELS = np.repeat([0, 1], 100)
POINTS = np.random.default_rng(0).normal(size=(200, 2)).astype(np.float32) + 4.0 * LABELS[:, None]


def players_of(**options):
    conditional = options.pop("conditional", False)
    given = {"train": POINTS, "train_labels": LABELS if conditional else None} | options
    return ganreg.assemble(
        generator={"name": "mlp", "latent_dim": 2, "widths": [4], "conditional": conditional},
        discriminator={"name": "mlp", "widths": [4], "conditional": conditional},
        loss="hinge",
        data=ganreg.Data(**given),
    ).players


def test_only_tables_have_columns():
    blocks = [Block("a", 1), Block("b", 1)]

    assert column_reference(players_of(), POINTS) is None
    assert column_reference(players_of(blocks=blocks), POINTS) is not None


def test_only_conditional_generators_use_labels():
    batches = [(30, 0), (20, 1)]

    def use(players, labels):
        return Classes(players, Reference(POINTS), POINTS, labels).use(batches)

    assert use(players_of(), LABELS) is None
    conditional = players_of(conditional=True)
    assert use(conditional, None) is None
    found = use(conditional, LABELS)
    assert found.real > found.generated >= 0.0
    assert use(conditional, LABELS) == found


def test_rows_are_evenly_spaced_and_shuffled():
    rows = chosen_rows(1000, 100)

    assert sorted(rows.tolist()) == np.linspace(0, 999, 100).astype(int).tolist()
    assert rows.tolist() != sorted(rows.tolist())
    assert sorted(chosen_rows(5).tolist()) == [0, 1, 2, 3, 4]
