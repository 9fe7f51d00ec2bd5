"""The extractor `pixels`."""

import numpy as np
import pytest

import ganreg
from ganreg import Data, DataSpec, Source


def test_features_are_the_values_in_the_range_of_the_data():
    images = np.array([[[[0], [255]], [[51], [204]]]] * 2, dtype=np.uint8)

    features = ganreg.create("extractor", "pixels").prepare(Source.of(Data(train=images)))

    np.testing.assert_allclose(features(images[:1]), [[-1.0, 1.0, -0.6, 0.6]], atol=1e-6)
    assert features.classify is None


@pytest.mark.parametrize(("shape", "description"), [((2, 2, 1), "pixels"), ((3,), "values")])
def test_it_is_called_by_what_the_values_are(shape, description):
    data = Data(train=np.zeros((4, *shape), np.float32))

    assert ganreg.create("extractor", "pixels").prepare(Source.of(data)).description == description


@pytest.mark.parametrize("shape", [(2,), (8, 8, 1), (4, 4)])
def test_it_suits_all_data(shape):
    assert ganreg.create("extractor", "pixels").suits(DataSpec(shape), None) > 0
