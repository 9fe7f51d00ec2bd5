"""Loading an assembly's real samples."""

import attrs
import numpy as np
import pytest

import ganreg
from ganreg.engine.loading import load_data
from ganreg.engine.resolving import resolve

POINTS = ganreg.Data(train=np.zeros((4, 2)))


@attrs.frozen(kw_only=True)
class Broken(ganreg.Dataset):
    """Describes its samples, but cannot read them."""

    def spec(self):
        return ganreg.DataSpec((2,))

    def load(self):
        raise OSError("the disk is gone")


def test_data_that_were_given_are_returned_as_they_are():
    assert load_data(resolve(ganreg.Recipe(), data=POINTS)) is POINTS


def test_a_dataset_is_asked():
    assert load_data(resolve(ganreg.Recipe(), data="ring:samples=100")).train.shape == (100, 2)


def test_a_description_has_no_samples():
    with pytest.raises(ganreg.DataError, match="assembled from a DataSpec alone; pass the samples"):
        load_data(resolve(ganreg.Recipe(), data=POINTS.spec))


def test_an_error_names_the_dataset():
    with pytest.raises(ganreg.PluginError, match=r"dataset '.*Broken' of .* failed in load: OSError: the disk is gone"):
        load_data(resolve(ganreg.Recipe(), data=Broken()))
