"""The base class of translators."""

import pytest

from ganreg import DataSpec, Translator


def test_build_must_be_defined():
    with pytest.raises(NotImplementedError, match=r"Translator must define build\(source, target\)"):
        Translator().build(DataSpec((2,)), DataSpec((3,)))


def test_it_takes_no_labels_by_default():
    assert Translator().conditional is False
