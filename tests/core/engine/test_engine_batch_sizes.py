"""A recipe's batch size gives way to smaller data, and only then."""

import numpy as np

import ganreg
from ganreg.engine.batch_sizes import with_smaller_batches
from ganreg.testing.reference_dataset import ReferenceDataset


def assembled(count, regularizers=(), **settings):
    return ganreg.assemble(
        generator="mlp:widths=[4]",
        discriminator="mlp:widths=[4]",
        regularizers=regularizers,
        data=np.zeros((count, 2), np.float32),
        **settings,
    ).recipe.batch_size


def test_batches_are_as_large_as_packs_and_data_allow(caplog):
    usual = ganreg.Recipe().batch_size
    assert assembled(usual) == usual
    with caplog.at_level("INFO", "ganreg"):
        assert assembled(33, ["packing:samples=10"]) == 30
    note = f"there are 33 samples to train on, but batches of {usual} in the recipe; batches of 30 are used"
    assert note in caplog.messages


def test_a_batch_size_that_is_asked_for_does_not_give_way():
    assert assembled(33, batch_size=40) == 40


def test_data_of_unknown_size_change_nothing():
    gan = ganreg.assemble(generator="mlp:widths=[4]", discriminator="mlp:widths=[4]", data=ganreg.DataSpec((2,)))
    assert with_smaller_batches(gan.assembly) is gan.assembly
    assert ReferenceDataset().number_of_samples() is None
