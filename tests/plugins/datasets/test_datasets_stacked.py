import numpy as np
import pytest
from ganreg_datasets.digits import Digits
from ganreg_datasets.fashion_mnist import DEBIAN_FOLDER, FashionMnist
from ganreg_datasets.stacked import Stacked

import ganreg


def classes_of(labels):
    return np.stack([labels // 100, labels // 10 % 10, labels % 10], axis=1)


def assert_is_stacked(images, labels, single, single_labels):
    """Every channel is one of the single images, with the class that the label says."""
    known = {}
    for image, label in zip(single[..., 0], single_labels, strict=True):
        known.setdefault(image.tobytes(), set()).add(int(label))
    for image, classes in zip(images, classes_of(labels), strict=True):
        for channel, expected in enumerate(classes):
            assert expected in known[np.ascontiguousarray(image[..., channel]).tobytes()]


def test_channels_are_digits_of_the_labels_classes():
    data, single = Stacked(samples=500).load(), Digits().load()
    assert_is_stacked(data.train, data.train_labels, single.train, single.train_labels)
    assert_is_stacked(data.test, data.test_labels, single.test, single.test_labels)


def test_all_thousand_modes_and_independent_channels():
    classes = classes_of(Stacked().load().train_labels)
    assert len(np.unique(classes, axis=0)) == 1000
    for channel in range(3):
        # a class's count is about binomial(50,000, 0.1): 5000 with a standard deviation of 67, and digits are uneven
        np.testing.assert_allclose(np.bincount(classes[:, channel], minlength=10), 5000, atol=500)
    assert np.abs(np.corrcoef(classes.T) - np.eye(3)).max() < 0.02


def test_defaults():
    data = Stacked().load()
    assert (data.train.shape, data.test.shape) == ((50_000, 8, 8, 3), (5000, 8, 8, 3))
    assert data.spec == Stacked().spec() == ganreg.DataSpec((8, 8, 3), 1000, (-1.0, 1.0))
    assert data.class_names[42] == "042"


def test_few_samples_keep_a_thousand_classes():
    data = Stacked(samples=3).load()
    assert data.spec == Stacked().spec()
    assert len(data.test) == 1


@pytest.mark.skipif(not DEBIAN_FOLDER.exists(), reason="needs Debian's package dataset-fashion-mnist")
def test_fashion_mnist():
    dataset = Stacked(source="fashion-mnist", samples=50)
    data, single = dataset.load(), FashionMnist().load()
    assert data.train.dtype == np.uint8
    assert data.spec == dataset.spec() == ganreg.DataSpec((28, 28, 3), 1000, (-1.0, 1.0))
    assert_is_stacked(data.train, data.train_labels, single.train, single.train_labels)


def test_channels_are_images_of_the_source():
    assert Stacked().channel_data() == Digits()
    assert Stacked(source="fashion-mnist").channel_data() == FashionMnist()
    assert Digits().channel_data() is None


def test_the_path_is_fashion_mnists(tmp_path):
    with pytest.raises(ganreg.DataError, match=f"folder {tmp_path} lacks the Fashion-MNIST files"):
        Stacked(source="fashion-mnist", path=str(tmp_path)).load()


def test_the_seed_decides():
    first = Stacked(samples=100, seed=1).load()
    np.testing.assert_array_equal(first.train, Stacked(samples=100, seed=1).load().train)
    assert not np.array_equal(first.train, Stacked(samples=100, seed=2).load().train)


@pytest.mark.slow
def test_networks_need_not_be_conditional():
    gan = ganreg.assemble(
        generator="mlp:widths=[4],latent_dim=2",
        discriminator="mlp:widths=[4]",
        loss="hinge",
        data="stacked:samples=64",
        batch_size=16,
    )
    gan.fit(steps=1, verbose=0, execution="graph")
    assert gan.generate(2).shape == (2, 8, 8, 3)


@pytest.mark.parametrize("wrong", [{"source": "mnist"}, {"samples": 0}, {"seed": -1}])
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
        ganreg.create("dataset", "stacked", **wrong)
