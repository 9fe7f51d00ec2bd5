"""The base class of datasets."""

import numpy as np

from ganreg import Data, Dataset, DataSpec, create


def test_a_dataset_knows_no_table_modes_or_channels_by_default():
    dataset = Dataset()
    assert dataset.columns(np.zeros((2, 2)), np.zeros(2, int)) is None
    assert dataset.modes() is None
    assert dataset.channel_data() is None


def test_the_description_is_that_of_the_samples_of_every_bundled_synthetic_dataset():
    """`spec` may be computed without loading, but must say the same."""
    for spec in ("ring:samples=64", "grid:samples=64", "gaussian-1d:samples=64", "quadratic:samples=64"):
        dataset = create("dataset", spec)
        loaded = dataset.load()
        assert isinstance(loaded, Data)
        assert dataset.spec().shape == loaded.spec.shape


def test_a_dataset_of_ones_own_trains(small):
    class Ones(Dataset):
        def spec(self):
            return DataSpec((2,))

        def load(self):
            return Data(train=np.ones((32, 2)))

    gan = small(Ones())
    assert gan.load_data().train.tolist() == [[1.0, 1.0]] * 32
    gan.fit(steps=1, verbose=0, execution="eager")
    assert int(gan.iterations) == 1
