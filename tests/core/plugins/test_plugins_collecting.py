"""Collecting: what is registered inside the block stays there."""

import ganreg
from ganreg.plugins.collecting import collected, collecting


def test_what_is_registered_inside_is_caught_by_kind():
    before = ganreg.registry().names("loss")
    with collecting() as caught:
        ganreg.register((lambda real, fake: fake, lambda fake: fake), name="caught")
        with collecting() as inner:
            assert collected() == {}
        assert inner == {}
    assert [record.name for record in caught["loss"]] == ["caught"]
    assert collected() is None
    assert ganreg.registry().names("loss") == before
