import uuid

import numpy as np
import pytest
from ganreg_datasets.tables.identifier import IdEncoding


@pytest.mark.parametrize(
    ("cells", "made"),
    [
        (("1", "2", "10"), [11, 12]),
        (("001", "002", "010"), ["011", "012"]),
        (("C07-x", "C11-x"), ["C12-x", "C13-x"]),
        (("row (1)", "row (2)"), ["row (3)", "row (4)"]),
    ],
)
def test_numbered_ids_continue(column, cells, made):
    encoding = IdEncoding.recognised(column(*cells))

    assert encoding.encode(encoding.read(column(*cells))).shape == (len(cells), 0)
    assert list(encoding.decode(np.zeros((2, 0)))) == made


def test_uuids_are_new_and_the_same_each_time(column):
    encoding = IdEncoding.recognised(column(str(uuid.uuid4()), str(uuid.uuid4()).upper()))

    made = encoding.decode(np.zeros((3, 0)))

    assert len({uuid.UUID(one) for one in made}) == 3
    assert made == encoding.decode(np.zeros((3, 0)))


@pytest.mark.parametrize("cells", [("Smith", "Jones"), ("a1", "b2"), ("1", "x")])
def test_other_texts_are_not_recognised(column, cells):
    assert IdEncoding.recognised(column(*cells)) is None
