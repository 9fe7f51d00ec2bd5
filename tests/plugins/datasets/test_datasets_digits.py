import numpy as np
import pytest
from ganreg_datasets.digits import Digits
from sklearn.datasets import load_digits

import ganreg

STORED = load_digits()


def rows(scans, labels):
    """Scans and labels as one sorted list, so that two sets of them can be compared."""
    stored = np.round((scans.reshape(len(scans), 64).astype(np.float64) + 1) * 8).astype(int)
    return sorted(map(tuple, np.column_stack([stored, labels]).tolist()))


def test_the_two_parts_are_all_of_scikit_learns_scans_with_their_labels():
    data = Digits().load()
    scans, labels = np.concatenate([data.train, data.test]), np.concatenate([data.train_labels, data.test_labels])
    assert rows(scans, labels) == sorted(map(tuple, np.column_stack([STORED.data, STORED.target]).astype(int).tolist()))


def test_grey_levels_are_scaled_exactly():
    data = Digits(test_share=0.0).load()
    np.testing.assert_array_equal(data.train[..., 0], (STORED.images - 8) / 8)
    assert (data.train.min(), data.train.max()) == (-1.0, 1.0)
    np.testing.assert_array_equal(data.train_labels, STORED.target)
    assert data.test is None


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_every_class_gives_the_same_share(share):
    data = Digits(test_share=share).load()
    np.testing.assert_array_equal(
        np.bincount(data.test_labels, minlength=10), np.floor(share * np.bincount(STORED.target)).astype(int)
    )


def test_the_seed_alone_decides_what_is_held_out():
    np.testing.assert_array_equal(Digits().load().test, Digits().load().test)
    assert not np.array_equal(Digits().load().test, Digits(seed=1).load().test)


def test_spec():
    expected = ganreg.DataSpec((8, 8, 1), num_classes=10, value_range=(-1.0, 1.0))
    assert Digits().spec() == Digits().load().spec == expected
    assert Digits().load().class_names == tuple("0123456789")


def test_describing_loads_nothing(monkeypatch):
    monkeypatch.setattr("sklearn.datasets.load_digits", lambda: pytest.fail("spec() must not load"))
    Digits().spec()


@pytest.mark.parametrize("wrong", [{"test_share": 1.0}, {"test_share": -0.1}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "digits", **wrong)
