"""Work in other processes: every item has its answer, though some end their process."""

from __future__ import annotations

import math
import operator
import os
from functools import partial

import pytest

from ganreg.testing.processes import in_processes


def test_an_item_that_ends_its_process_takes_no_other_with_it() -> None:
    items = [partial(math.sqrt, 4), partial(os._exit, 3), partial(math.sqrt, 9), partial(math.sqrt, 16)]

    answers = list(in_processes(operator.call, items, processes=2, lot=1))

    assert sorted(answer for _, answer in answers if answer is not None) == [2, 3, 4]
    assert [item.func for item, answer in answers if answer is None] == [os._exit]


def test_what_the_function_raises_is_raised() -> None:
    with pytest.raises(ValueError, match="math domain"):
        list(in_processes(math.sqrt, [-1.0], processes=1, lot=5))


def test_no_items_need_no_process() -> None:
    assert list(in_processes(math.sqrt, [], processes=2, lot=5)) == []
