import json

import numpy as np
import pytest
from ganreg_datasets.tables.inference import Rules, decide
from ganreg_datasets.tables.state import Encodings

from ganreg import Block, DataError

STREAM = np.random.default_rng(0)
COLUMNS = {
    "numbers": STREAM.normal(size=300).round(2),
    "spikes": np.where(STREAM.random(300) < 0.5, 0, STREAM.integers(1, 1000, 300)),
    "days": np.datetime64("2023-01-01") + STREAM.integers(0, 300, 300),
    "kinds": STREAM.choice(["a", "b", ""], 300),
    "same": ["x"] * 300,
    "names": [f"N{row}" for row in range(300)],
}


@pytest.fixture(scope="module")
def encodings(column):
    decisions = [decide(column(*cells, name=name), Rules(most_modes=2)) for name, cells in COLUMNS.items()]
    return Encodings([decision.encoding for decision in decisions], "kinds")


def test_encodings_survive_json_exactly(encodings):
    assert Encodings.of_plain(json.loads(json.dumps(encodings.as_plain(), allow_nan=False))) == encodings


def test_the_label_is_apart(encodings):
    assert encodings.labels.name == "kinds"
    assert [column.name for column in encodings.samples] == ["numbers", "spikes", "days", "same", "names"]
    assert encodings.width == sum(block.size for block in encodings.blocks)
    assert Block("numbers", 1) in encodings.blocks


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"columns": [{"encoding": "nothing"}], "label": ""},
        {"columns": [{"encoding": "constant", "name": "x", "wrong": 1}], "label": ""},
        {"columns": 3, "label": ""},
        {"columns": [7], "label": ""},
    ],
)
def test_damaged_states_are_refused(state):
    with pytest.raises(DataError, match="the encodings of a table are damaged"):
        Encodings.of_plain(state)
