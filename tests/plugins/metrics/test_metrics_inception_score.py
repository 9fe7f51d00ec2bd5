import itertools

import numpy as np
import pytest
from ganreg_metrics.inception_score import InceptionScore

import ganreg


def softmax(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


def written_out(answers):
    """exp of the mean divergence, sample by sample."""
    marginal = answers.mean(axis=0)
    divergences = [sum(p * np.log(p / q) for p, q in zip(row, marginal, strict=True) if p > 0) for row in answers]
    return np.exp(np.mean(divergences))


def test_equals_the_formula_part_by_part():
    answers = softmax(np.random.default_rng(0).normal(0, 3, size=(203, 5)))
    edges = [203 * part // 10 for part in range(11)]
    scores = [written_out(answers[start:stop]) for start, stop in itertools.pairwise(edges)]
    value = InceptionScore().compute(None, answers)
    assert value["inception_score"] == pytest.approx(np.mean(scores), rel=1e-12)
    assert value["inception_score_deviation"] == pytest.approx(np.std(scores), rel=1e-9)
    assert value["inception_score_error"] == pytest.approx(np.std(scores, ddof=1) / 10**0.5, rel=1e-9)


def test_sure_and_even_is_the_number_of_classes():
    sure = np.tile(np.eye(4), (20, 1))
    assert InceptionScore().compute(None, sure)["inception_score"] == pytest.approx(4.0, rel=1e-12)


@pytest.mark.parametrize("answer", [[1.0, 0.0, 0.0], [0.2, 0.3, 0.5]], ids=["one-class", "never-sure"])
def test_the_same_answer_everywhere_is_one(answer):
    value = InceptionScore().compute(None, np.tile(answer, (40, 1)))
    assert value["inception_score"] == pytest.approx(1.0, rel=1e-12)
    assert value["inception_score_error"] == pytest.approx(0.0, abs=1e-12)


def test_the_order_of_classes_does_not_matter():
    answers = softmax(np.random.default_rng(0).normal(0, 3, size=(100, 4)))
    value = InceptionScore().compute(None, answers)
    assert InceptionScore().compute(None, answers[:, ::-1]) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [
        np.random.default_rng(0).normal(size=(100, 4)),
        np.full((100, 4), 0.3),
        np.tile([1.5, -0.5], (100, 1)),
        np.ones((100, 1)),
    ],
    ids=["logits", "sum", "negative", "one-class"],
)
def test_what_is_no_probability_is_refused_with_a_hint(wrong):
    with pytest.raises(ganreg.DataError, match="softmax output, not its logits"):
        InceptionScore().compute(None, wrong)


def test_float32_rounding_is_no_reason_to_refuse():
    answers = softmax(np.random.default_rng(0).normal(size=(2000, 100))).astype(np.float32)
    assert InceptionScore(splits=2).compute(None, answers)["inception_score"] > 1


def test_parts_smaller_than_the_classes_are_refused():
    answers = softmax(np.random.default_rng(0).normal(size=(39, 4)))
    with pytest.raises(ganreg.DataError, match=r"39 generated samples are too few; it needs at least 40 .*splits="):
        InceptionScore().compute(None, answers)
    assert InceptionScore(splits=9).compute(None, answers)["inception_score"] > 1
