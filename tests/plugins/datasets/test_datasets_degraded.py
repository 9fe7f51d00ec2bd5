"""Each degradation is computed anew, pixel by pixel, in float64."""

import numpy as np
import pytest
from ganreg_datasets.degraded import Degraded
from ganreg_datasets.digits import Digits
from ganreg_datasets.fashion_mnist import FashionMnist
from ganreg_datasets.stacked import Stacked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import ganreg
from ganreg import DataError, DataSpec

EVERY = ("downsample", "blur", "gray", "edges", "mask")
few = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


@pytest.fixture
def degraded(tmp_path):
    """Degrades images, which are saved to a file, and returns the data."""

    def degrade(images, by, *, held_out=None, labels=None, value_range=None, **parameters):
        arrays = {"x_train": images, "y_train": labels, "x_test": held_out}
        np.savez(tmp_path / "images.npz", **{name: array for name, array in arrays.items() if array is not None})
        text = f'npz:path="{tmp_path / "images.npz"}"' + f",value_range={value_range}" * (value_range is not None)
        dataset = Degraded(dataset=text, by=by, **parameters)
        data = dataset.load()
        assert dataset.spec() == data.spec
        return data

    return degrade


def noise(count=5, height=12, width=8, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, channels), dtype=np.uint8)


def each_pixel(image, shape, value):
    return np.array(
        [[value(image.astype(np.float64), row, column) for column in range(shape[1])] for row in range(shape[0])]
    )


def inside(image, row, column):
    """The nearest pixel of an image."""
    return image[min(max(row, 0), len(image) - 1), min(max(column, 0), image.shape[1] - 1)]


def weighted(image, row, column, kernel):
    """The sum of the pixels around one, with the weights of a kernel of odd sides."""
    down, right = kernel.shape[0] // 2, kernel.shape[1] // 2
    return sum(
        kernel[down + y, right + x] * inside(image, row + y, column + x)
        for y in range(-down, down + 1)
        for x in range(-right, right + 1)
    )


class TestPixels:
    """Bytes are rounded, so they differ by up to a half from the exact value."""

    @pytest.mark.parametrize("factor", [2, 4])
    def test_downsampling_takes_the_means_of_blocks(self, degraded, factor):
        images = noise()
        made = degraded(images, "downsample", factor=factor).source.train
        assert made.shape == (5, 12 // factor, 8 // factor, 3)
        for image, small in zip(images, made, strict=True):
            means = each_pixel(
                image,
                small.shape,
                lambda image, row, column: image[
                    row * factor : (row + 1) * factor, column * factor : (column + 1) * factor
                ].mean(axis=(0, 1)),
            )
            np.testing.assert_allclose(small, means, atol=0.501)

    @pytest.mark.parametrize("factor", [2, 3])
    def test_blur_is_a_gaussian_with_half_the_factor_as_its_standard_deviation(self, degraded, factor):
        images, reach = noise(2), 4 * factor  # beyond 8 standard deviations nothing is left
        offsets = np.arange(-reach, reach + 1)
        bell = np.exp(-(offsets**2) / (2 * (factor / 2) ** 2))
        kernel = np.outer(bell, bell) / bell.sum() ** 2
        made = degraded(images, "blur", factor=factor).source.train
        for image, blurred in zip(images, made, strict=True):
            exact = each_pixel(image, image.shape, lambda *at: weighted(*at, kernel))
            np.testing.assert_allclose(blurred, exact, atol=0.55)  # the filter ends at 4 standard deviations

    def test_grey_is_the_luminance_as_pillow_has_it(self, degraded):
        images = noise()
        made = degraded(images, "gray").source.train
        for image, grey in zip(images, made, strict=True):
            np.testing.assert_allclose(grey[..., 0], image @ np.array([0.299, 0.587, 0.114]), atol=0.501)
            np.testing.assert_allclose(
                grey[..., 0].astype(int), np.asarray(Image.fromarray(image).convert("L")), atol=1
            )

    @pytest.mark.parametrize(("channels", "weights"), [(1, [1]), (2, [0.5, 0.5]), (3, [0.299, 0.587, 0.114])])
    def test_edges_are_sobels_gradient_of_the_luminance(self, degraded, channels, weights):
        images = noise(channels=channels)
        horizontal = np.outer([1, 2, 1], [-1, 0, 1])
        made = degraded(images, "edges").source.train
        assert made.shape == (5, 12, 8, 1)
        for image, edges in zip(images, made, strict=True):
            luminance = image @ np.array(weights)
            x, y = (
                each_pixel(luminance, luminance.shape, lambda *at, kernel=kernel: weighted(*at, kernel))
                for kernel in (horizontal, horizontal.T)
            )
            magnitude = np.sqrt(x**2 + y**2)
            np.testing.assert_allclose(edges[..., 0], 255 * magnitude / magnitude.max(), atol=0.51)

    def test_a_flat_image_has_no_edges(self, degraded):
        assert not degraded(np.full((40, 9, 7, 3), (100, 150, 201), np.uint8), "edges").source.train.any()

    def test_differences_that_nobody_sees_are_no_edges(self, degraded):
        """Rounding errors, which would otherwise be scaled to the whole range."""
        images = np.float32(0.5) + 1e-6 * np.random.default_rng(0).uniform(-1, 1, (5, 9, 7, 1)).astype(np.float32)
        assert degraded(images, "edges", value_range=[0, 1]).source.train.max() < 0.02

    @pytest.mark.parametrize(("factor", "size"), [(2, (6, 4)), (3, (4, 2)), (50, (1, 1))])
    def test_a_mask_hides_one_rectangle_and_nothing_else(self, degraded, factor, size):
        images = noise(300)
        images[images == 128] = 127
        made = degraded(images, "mask", factor=factor).source.train
        hidden = (made == 128).all(axis=-1)
        np.testing.assert_array_equal(made[~hidden], images[~hidden])
        corners = []
        for one in hidden:
            rows, columns = one.any(axis=1).nonzero()[0], one.any(axis=0).nonzero()[0]
            assert (np.ptp(rows) + 1, np.ptp(columns) + 1, one.sum()) == (*size, size[0] * size[1])
            corners.append((rows[0], columns[0]))
        places = {(row, column) for row in range(13 - size[0]) for column in range(9 - size[1])}
        assert set(corners) <= places
        assert np.max(corners, axis=0).tolist() == [12 - size[0], 8 - size[1]]
        assert len(set(corners)) > 0.8 * len(places)  # up to 96 places, drawn 300 times

    def test_the_middle_of_a_range_of_floats_hides_them(self, degraded):
        images = np.ones((3, 4, 4, 1), np.float32)
        masked = degraded(images, "mask", value_range=[0, 1]).source
        assert masked.value_range == (0.0, 1.0)
        assert [(one == 0.5).sum() for one in masked.train] == [4, 4, 4]


@few
@given(
    st.sampled_from(EVERY),
    st.sampled_from([None, (0, 1), (-1, 1), (-3, 5)]),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
)
def test_sources_keep_the_type_and_the_range_of_samples(degraded, by, value_range, count, seed):
    images = noise(count, seed=seed)
    if value_range is not None:
        least, greatest = value_range
        images = (least + (greatest - least) * (images / 255)).astype(np.float32)
    data = degraded(images, by, held_out=images[:1], value_range=None if value_range is None else list(value_range))
    assert data.paired
    np.testing.assert_array_equal(data.train, images)
    assert data.source.value_range == data.value_range == (value_range or (-1.0, 1.0))
    assert data.source.train.dtype == images.dtype
    assert (len(data.source.train), len(data.source.test)) == (count, 1)


@few
@given(st.sampled_from(EVERY), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_a_source_depends_on_no_other_image(degraded, by, count, seed):
    images = noise(count, seed=seed)
    expected = degraded(images, by).source.train
    images[1:] = 255 - images[1:]
    np.testing.assert_array_equal(degraded(images, by).source.train[0], expected[0])
    np.testing.assert_array_equal(degraded(images[:1], by).source.train[0], expected[0])


@pytest.mark.parametrize("by", EVERY)
def test_many_images_are_degraded_as_few_are(degraded, by):
    images = noise(2100, 4, 4)
    many = degraded(images, by).source.train
    if by != "mask":  # its places differ by image
        np.testing.assert_array_equal(many[1020:1030], degraded(images[1020:1030], by).source.train)
    assert len(many) == 2100


class TestPairs:
    def test_labels_and_class_names_stay(self):
        digits, data = Digits().load(), Degraded(dataset="digits").load()
        for name in ("train", "test", "train_labels", "test_labels"):
            np.testing.assert_array_equal(getattr(data, name), getattr(digits, name))
        assert data.spec == DataSpec((8, 8, 1), 10, (-1, 1), source=DataSpec((4, 4, 1), None, (-1, 1)), paired=True)

    def test_sources_of_the_other_dataset_are_replaced(self):
        data = Degraded(dataset="degraded:by=blur").load()
        assert data.source.spec == DataSpec((4, 4, 1), None, (-1, 1))

    def test_an_instance_makes_its_sources_once(self):
        dataset = Degraded()
        assert dataset.load() is dataset.load()

    def test_stacked_images_can_still_be_classified_by_channel(self):
        assert Degraded(dataset="stacked:samples=10").channel_data() == Stacked(samples=10).channel_data()

    def test_fashion_mnist(self):
        try:
            FashionMnist().load()
        except DataError as missing:
            pytest.skip(str(missing))
        data = Degraded(dataset="fashion-mnist", factor=4).load()
        assert data.spec == DataSpec((28, 28, 1), 10, (-1, 1), source=DataSpec((7, 7, 1), None, (-1, 1)), paired=True)
        assert (len(data.source.train), len(data.source.test)) == (60_000, 10_000)
        assert data.source.train.dtype == np.uint8


class TestHalves:
    """Image number n is the number n everywhere, and so is its blurred copy."""

    def numbers(self, count):
        return np.repeat(np.arange(count, dtype=np.uint8), 16).reshape(count, 4, 4, 1)

    @pytest.mark.parametrize(("count", "held_out"), [(4, None), (9, 2), (200, 51)])
    def test_each_image_is_either_a_sample_or_a_source(self, degraded, count, held_out):
        test = None if held_out is None else self.numbers(held_out)
        labels = np.arange(count) % 3
        data = degraded(self.numbers(count), "blur", held_out=test, labels=labels, paired=False)
        assert not data.paired
        samples, sources = data.train[:, 0, 0, 0], data.source.train[:, 0, 0, 0]
        assert sorted([*samples, *sources]) == list(range(count))
        np.testing.assert_array_equal(data.train_labels, labels[samples])
        for label in range(3):
            assert (samples % 3 == label).sum() - (sources % 3 == label).sum() in (0, 1)
        if held_out is not None:
            assert sorted([*data.test[:, 0, 0, 0], *data.source.test[:, 0, 0, 0]]) == list(range(held_out))

    def test_halves_are_drawn_and_the_same_each_time(self, degraded):
        first, again = (degraded(self.numbers(200), "blur", paired=False).train[:, 0, 0, 0] for _ in range(2))
        np.testing.assert_array_equal(first, again)
        even = int((first % 2 == 0).sum())
        assert 30 < even < 70  # of 100; about 50 if they are drawn, and 0 or 100 if every second one is taken
        assert 80 < first.mean() < 120  # about 100 if they are drawn, and 50 or 150 if they are the first or the last

    def test_a_single_held_out_image_is_a_sample(self, degraded):
        data = degraded(self.numbers(4), "blur", held_out=self.numbers(1), paired=False)
        assert len(data.test) == 1
        assert data.source.test is None

    def test_one_image_does_not_suffice(self, degraded):
        with pytest.raises(DataError, match="paired=false needs two images in some class: one as a sample and one as"):
            degraded(self.numbers(1), "blur", paired=False)

    def test_a_class_with_one_image_stays_among_the_samples(self, degraded):
        data = degraded(self.numbers(9), "blur", labels=[0, 1, 0, 0, 2, 0, 0, 0, 3], paired=False)
        assert sorted(data.train_labels) == [0, 0, 0, 1, 2, 3]


class TestRefused:
    @pytest.mark.parametrize(
        ("dataset", "parameters", "message"),
        [
            ("ring", {}, r"^degraded needs a dataset of images, but the samples of dataset 'ring' have shape \(2,\)$"),
            (
                "digits",
                {"by": "gray"},
                r"by=gray needs colour images, but those of dataset 'digits' have shape \(8, 8, 1\)",
            ),
            ("digits", {"factor": 3}, "8x8 pixels cannot be divided into blocks of 3x3; use factor=2 or 4 or 8$"),
            ("digits", {"factor": 16}, "8x8 pixels cannot be divided into blocks of 16x16; use factor="),
            ("digit", {}, "^degraded:dataset: .*digit.*digits"),
            ("digits:side=9", {}, "^degraded:dataset: dataset 'digits' has no parameter 'side'"),
            ("digits:", {}, "^degraded:dataset: spec 'digits:': expected key=value"),
            ("image-folder:path=nowhere", {}, "^nowhere does not exist in .*; check path=$"),
            ("npz", {}, "^dataset 'npz' needs a file"),
        ],
    )
    def test_what_cannot_be_degraded(self, dataset, parameters, message):
        for method in ("spec", "load"):
            with pytest.raises(DataError, match=message) as caught:
                getattr(Degraded(dataset=dataset, **parameters), method)()
            assert "\n" not in str(caught.value)

    def test_sides_without_a_common_divisor(self, degraded):
        with pytest.raises(
            DataError, match="7x5 pixels cannot be divided into blocks of 2x2; use by=blur, or images wi"
        ):
            degraded(noise(height=7, width=5), "downsample")

    def test_images_without_a_range(self, monkeypatch):
        monkeypatch.setattr(Digits, "spec", lambda self: DataSpec((8, 8, 1)))
        with pytest.raises(
            DataError, match="needs images with a range of values, but dataset 'digits' has none; set its"
        ):
            Degraded().spec()

    @pytest.mark.parametrize("wrong", [{"by": "sharpen"}, {"factor": 1}, {"factor": 2.5}, {"paired": "maybe"}])
    def test_wrong_parameters(self, wrong):
        with pytest.raises(ganreg.SpecError, match=next(iter(wrong))):
            ganreg.create("dataset", "degraded", **wrong)


def test_spec_text_within_spec_text(tmp_path):
    assert ganreg.create("dataset", "degraded:dataset=stacked:samples=10,by=gray").dataset == "stacked:samples=10"
    Image.new("RGB", (8, 8), (255, 0, 0)).save(tmp_path / "red.png")
    text = f'degraded:dataset="image-folder:path={tmp_path},size=4",by=gray'
    dataset = ganreg.create("dataset", text)
    assert dataset.spec() == DataSpec(
        (4, 4, 3), value_range=(-1, 1), source=DataSpec((4, 4, 1), value_range=(-1, 1)), paired=True
    )
    np.testing.assert_array_equal(dataset.load().source.train, np.full((1, 4, 4, 1), 76))  # 0.299 * 255
