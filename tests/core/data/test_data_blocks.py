import attrs
import pytest

from ganreg import Block, Data, DataError, DataSpec
from ganreg.checkpoints.saving import _described
from ganreg.contract.structuring import structure
from ganreg.data.blocks import as_blocks, refuse_other_width

BLOCKS = (Block("kind", 2, one_hot=True, labels=("a", "b")), Block("age", 3, one_hot=True), Block("age", 1))


def test_blocks_survive_plain_values():
    assert as_blocks([block.as_plain() for block in BLOCKS]) == BLOCKS
    assert Block("x", 1).as_plain() == {"name": "x", "size": 1}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": 0}, "block 'x' must have at least one value, got 0"),
        ({"size": 2, "labels": ("a", "b")}, "only a one-hot block has labels"),
        ({"size": 2, "one_hot": True, "labels": ("a",)}, "block 'x' has 2 values and 1 labels"),
        ({"size": 2, "one_hot": True, "labels": "ab"}, "must be a list of text"),
    ],
)
def test_blocks_that_contradict_themselves(fields, message):
    with pytest.raises(DataError, match=message):
        Block("x", **fields)


@pytest.mark.parametrize("values", [[7], 7, [{"name": "x"}], [{"name": "x", "size": 1, "other": 2}]])
def test_what_is_no_list_of_blocks(values):
    with pytest.raises(DataError, match="blocks must be a list of Block"):
        as_blocks(values)


def test_blocks_cover_the_last_axis_or_there_are_none():
    refuse_other_width((), (3,))
    refuse_other_width(BLOCKS, (6,))
    with pytest.raises(DataError, match="blocks describe 6 values, but the last axis of a sample has 5"):
        DataSpec((5,), blocks=BLOCKS)


def test_a_description_keeps_its_blocks():
    spec = DataSpec((6,), value_range=(0, 1), blocks=BLOCKS)

    assert Data(train=[[0.0] * 6], value_range=(0, 1), blocks=BLOCKS).spec == spec
    assert spec.as_seen.blocks == spec.without_source.blocks == BLOCKS
    assert structure(DataSpec, _described(spec), where="data") == spec
    assert attrs.evolve(spec, blocks=()) != spec
