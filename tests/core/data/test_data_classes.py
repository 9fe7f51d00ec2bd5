"""Classes: drawn by their shares, called by their names."""

import numpy as np
import pytest

from ganreg import Data, DataError, GanregWarning, SpecError
from ganreg.data.classes import Classes


def stream(seed=0):
    return np.random.default_rng(seed)


def shares_of(classes, count=20_000, **options):
    return np.bincount(classes.draw(stream(), count, **options), minlength=classes.number) / count


class TestShares:
    @pytest.mark.parametrize("shares", [(0.02, 0.98), (0.5, 0.5), (0.0, 0.3, 0.0, 0.7, 0.0)])
    def test_each_class_is_drawn_as_often_as_it_occurs(self, shares):
        drawn = shares_of(Classes(len(shares), shares=shares))
        np.testing.assert_allclose(drawn, shares, atol=0.015)
        assert not drawn[np.array(shares) == 0].any()

    def test_labels_say_how_frequent_classes_are(self):
        classes = Classes(3)
        classes.learn(np.repeat([0, 1, 2], [1, 2, 7]))
        assert classes.known_shares == (0.1, 0.2, 0.7)
        np.testing.assert_allclose(shares_of(classes), (0.1, 0.2, 0.7), atol=0.015)

    def test_uniform_shares_and_unknown_ones_draw_all_classes_equally_often(self):
        known, unknown = Classes(3, shares=(0.9, 0.1, 0.0)), Classes(3)
        expected = stream().integers(3, size=50)
        np.testing.assert_array_equal(known.draw(stream(), 50, "uniform"), expected)
        np.testing.assert_array_equal(unknown.draw(stream(), 50), expected)
        assert expected.dtype == np.int64
        assert known.draw(stream(), 50).dtype == np.int32

    def test_more_with_the_same_seed_begin_with_the_same(self):
        classes = Classes(3, shares=(0.2, 0.3, 0.5))
        np.testing.assert_array_equal(classes.draw(stream(), 9), classes.draw(stream(), 40)[:9])

    def test_batches_of_a_pipeline_are_counted(self):
        classes = Classes(2)
        for _ in range(4):
            classes.count(np.array([[0, 0, 0], [0, 0, 1]]))
        np.testing.assert_allclose(classes.known_shares, (5 / 6, 1 / 6))
        classes.learn(np.array([0, 1]))
        classes.count(np.array([1, 1]))
        assert classes.known_shares == (0.5, 0.5)

    def test_the_data_are_loaded_once_and_only_when_needed(self):
        calls = []

        def load():
            calls.append(1)
            return Data(train=np.zeros((4, 1)), train_labels=["b", "a", "b", "b"])

        classes = Classes(2, load=load)
        assert (classes.known_names, classes.known_shares, calls) == ((), (), [])
        np.testing.assert_allclose(shares_of(classes), (0.25, 0.75), atol=0.015)
        assert (classes.names, classes.known_shares, len(calls)) == (("a", "b"), (0.25, 0.75), 1)

    def test_without_the_data_a_warning_says_that_all_are_equally_frequent(self):
        def load():
            raise DataError("a.csv does not exist")

        classes = Classes(2, load=load)
        with pytest.warns(GanregWarning, match=r"all are drawn equally often: a\.csv does not exist"):
            drawn = classes.draw(stream(), 8)
        np.testing.assert_array_equal(drawn, classes.draw(stream(), 8))

    def test_classes_without_samples_are_named_once(self):
        classes = Classes(4, names=("cat", "dog", "eel", "fox"))
        with pytest.warns(GanregWarning, match="2 of 4 classes have no training samples.*: 0 = cat, 3 = fox$"):
            classes.learn(np.array([1, 2]))
        classes.learn(np.array([1, 2]))
        assert set(classes.draw(stream(), 100)) == {1, 2}

    def test_other_shares_are_refused(self):
        with pytest.raises(SpecError, match="label_shares must be 'data' or 'uniform', got 'even'"):
            Classes(2).draw(stream(), 3, "even")


class TestNames:
    CLASSES = Classes(3, names=("10", "dog", "eel"))

    @pytest.mark.parametrize(
        ("labels", "expected"),
        [
            ("dog", [1, 1]),
            ("10", [0, 0]),
            ("2", [2, 2]),
            (2, [2, 2]),
            (np.int64(2), [2, 2]),
            (["eel", "10"], [2, 0]),
            (np.array(["eel", "dog"]), [2, 1]),
            (np.array([0, 1], np.uint8), [0, 1]),
            ([[0, 0, 1], [1, 0, 0]], [2, 0]),
            (np.eye(3)[[2, 1]], [2, 1]),
        ],
    )
    def test_labels_of_every_form(self, labels, expected):
        numbers = self.CLASSES.numbers(labels, 2)
        assert (numbers.dtype, numbers.tolist()) == (np.int32, expected)

    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            ("dug", "there is no class 'dug'; did you mean 'dog'?"),
            ("3", "labels must be between 0 and 2, got 3"),
            (3, "labels must be between 0 and 2, got 3..3"),
            (-1, "labels must be between 0 and 2, got -1..-1"),
            (1.5, "labels must be one class or 2 classes, got float64"),
            ([0, 1, 2], r"labels must be one class or 2 classes, got int64 of shape \(3,\)"),
            (["dog"], r"labels must be one class or 2 classes"),
            (np.eye(2), "one-hot rows of 2 classes, but there are 3 classes"),
        ],
    )
    def test_other_labels_are_refused(self, labels, message):
        with pytest.raises(DataError, match=message):
            self.CLASSES.numbers(labels, 2)

    def test_classes_without_names(self):
        with pytest.raises(DataError, match="there is no class 'dog': the classes have no names; use a number below 3"):
            Classes(3).numbers("dog", 1)

    def test_the_first_names_are_kept_if_there_is_one_for_each(self):
        classes = Classes(2)
        classes.name(("a", "b", "c"))
        assert classes.known_names == ()
        classes.name(("a", "b"))
        classes.name(("c", "d"))
        assert classes.known_names == ("a", "b")
        assert [classes.described(1), Classes(2).described(1)] == ["1 = b", "1"]

    def test_what_is_known_comes_back(self):
        known = Classes(2, names=("a", "b"), shares=(0.25, 0.75))
        again = Classes(2).restored(known.as_plain())
        assert (again.names, again.known_shares) == (("a", "b"), (0.25, 0.75))
