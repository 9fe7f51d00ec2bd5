"""A memo computes each value once, and its forks keep theirs to themselves."""

from ganreg.contract.memo import Memo


def test_a_value_is_computed_when_it_is_first_asked_for():
    calls = []
    memo = Memo({"given": 1})
    for _ in range(2):
        assert memo.once("new", lambda: calls.append(1) or 7) == 7
        assert memo.once("given", lambda: 8) == 1
    assert calls == [1]


def test_none_is_a_value():
    memo = Memo()
    memo.once("nothing", lambda: None)
    assert memo.once("nothing", lambda: 1) is None


def test_a_fork_knows_what_was_known_and_keeps_what_is_new():
    memo = Memo({"given": 1})
    fork = memo.fork().fork()
    memo.once("later", lambda: 2)
    assert [fork.once(name, lambda: 0) for name in ("given", "later", "own")] == [1, 2, 0]
    assert memo.known("own") is None
    assert fork.known("given") == 1
    assert memo.once("own", lambda: 5) == 5
    assert fork.known("own") == 0
