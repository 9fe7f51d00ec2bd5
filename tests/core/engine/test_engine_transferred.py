"""What a GAN took from a trained one, in words."""

import pytest

from ganreg.engine.transferred import Transfer


def made(left):
    return Transfer("runs/x", "abc", 300, {"generator": ["a", "b"], "discriminator": []}, left)


def test_everything_was_loaded():
    taken = made({"generator": [], "discriminator": []})
    assert taken.is_complete
    assert str(taken) == (
        "started from runs/x (300 iterations): 2 of 2 layers of the generator, 0 of 0 layers of the discriminator"
    )


@pytest.mark.parametrize(("count", "end"), [(1, "generator l0"), (3, "generator l2"), (5, "generator l2 and 2 more")])
def test_what_was_not_is_named(count, end):
    taken = made({"generator": [f"l{number}" for number in range(count)], "discriminator": []})
    assert not taken.is_complete
    text = str(taken)
    assert f"2 of {2 + count} layers of the generator" in text
    assert "; not loaded, because nothing fits: generator l0" in text
    assert text.endswith(end)
    assert "\n" not in text
