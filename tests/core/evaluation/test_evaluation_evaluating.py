"""What `evaluate` hands to metrics, what it returns for their values, and what it refuses."""

from typing import ClassVar

import numpy as np
import pytest

import ganreg
from ganreg import Component, DataError, Extractor, GanregWarning
from ganreg.data.arrays import Data
from ganreg.evaluation.evaluating import Evaluation, evaluate
from ganreg.evaluation.scores import Score


@pytest.fixture
def held_out(spy):
    """A metric that uses held-out samples."""

    class HeldOut(spy):
        def compute_held_out(self, real, fake, held_out):
            self.seen.append({"real": real, "fake": fake, "held_out": held_out})
            return {"spied": 1.0}

    return HeldOut


def test_a_score_says_all_that_is_needed_to_interpret_it(gan, spy):
    first, aside = evaluate(gan, [spy()], samples=50, seed=3)

    fake = gan.generate(50, seed=3)
    comparison, between_real = spy.seen
    np.testing.assert_array_equal(comparison["fake"], fake)
    data = gan.load_data()
    assert np.isin(comparison["real"], data.train).all()
    assert comparison["real"].shape == between_real["fake"].shape == (50, 1)
    assert first == Score(
        metric="Spy",
        name="spied",
        value=pytest.approx(fake.mean() - comparison["real"].mean()),
        error=0.25,
        baseline=pytest.approx(between_real["fake"].mean() - comparison["real"].mean()),
        extractor="values",
        samples=50,
        real_samples=50,
        lower_is_better=True,
        iteration=0,
    )
    assert (aside.name, aside.value, aside.error, aside.lower_is_better) == ("aside", 7.0, None, None)


def test_the_baseline_is_that_of_held_out_samples_if_there_are_enough(gan, spy):
    evaluate(gan, [spy()], samples=50)

    assert np.isin(spy.seen[1]["fake"], gan.load_data().test).all()


def test_samples_are_compared_with_held_out_ones_on_request(gan, spy):
    (score, _) = Evaluation(gan, [spy()], samples=50, held_out=True).scores(gan)

    comparison, between_real = spy.seen
    data = gan.load_data()
    assert np.isin(comparison["real"], data.test).all()
    np.testing.assert_array_equal(between_real["real"], comparison["real"])
    assert np.isin(between_real["fake"], data.train).all()
    assert score.real_samples == len(np.unique(comparison["real"])) == 50
    assert score.value == pytest.approx(gan.generate(50, seed=0).mean() - comparison["real"].mean())


def test_samples_are_compared_with_training_samples_where_none_are_held_out(images, spy):
    (score, _) = Evaluation(images, [spy()], samples=20, held_out=True).scores(images)

    assert np.isin(spy.seen[0]["real"], images.load_data().train).all()
    assert score.real_samples == 20


def test_no_baseline_if_there_are_too_few_real_samples(gan, spy):
    assert evaluate(gan, [spy()], samples=500)[0].baseline is None


def test_labels_are_those_that_samples_were_generated_for(labelled, spy):
    class OfLabels(spy):
        needs_labels = True

        def compute_with_labels(self, real, fake, real_labels, fake_labels):
            self.seen.append({"real_labels": real_labels, "fake_labels": fake_labels})
            return {"spied": 1.0}

    evaluate(labelled, [OfLabels()], samples=40, seed=5)

    np.testing.assert_array_equal(spy.seen[0]["fake_labels"], labelled.draw_labels(40, seed=5))
    assert set(spy.seen[0]["real_labels"]) == {0, 1}
    assert len(spy.seen[0]["real_labels"]) == len(spy.seen[1]["fake_labels"]) == 40


def test_held_out_samples_go_to_who_asks_with_all_that_was_trained_on(gan, held_out):
    evaluate(gan, [held_out()], samples=20)

    data, seen = gan.load_data(), held_out.seen
    np.testing.assert_array_equal(seen[0]["real"], data.train)
    np.testing.assert_array_equal(seen[0]["held_out"], data.test)
    halves = [seen[1][name] for name in ("fake", "held_out")]
    assert [len(half) for half in halves] == [20, 20]
    assert not np.isin(*halves).any()


def test_the_baseline_of_held_out_samples_does_not_depend_on_their_order(assemble, held_out):
    """Held-out samples by class, as files often have them: both halves have samples of both."""
    points = np.random.default_rng(0).normal(size=(400, 2)).astype(np.float32)
    by_class = np.repeat([[0.0], [50.0]], 100, axis=0) + points[:200]
    sorted_by_class = assemble(Data(train=np.concatenate([by_class, -points[200:]]), test=by_class + 0.1))

    evaluate(sorted_by_class, [held_out()], samples=100)
    evaluate(sorted_by_class, [held_out()], samples=100, seed=1)

    for half in (held_out.seen[1]["fake"], held_out.seen[1]["held_out"]):
        assert len(half) == 100
        assert 25 < (half[:, 0] > 25).sum() < 75
    assert not np.array_equal(held_out.seen[1]["fake"], held_out.seen[3]["fake"])


def test_the_same_twice_and_other_samples_by_another_seed(gan):
    first = evaluate(gan, ["moments"], samples=100)

    assert first == evaluate(gan, ["moments"], samples=100)
    assert first[0].value != evaluate(gan, ["moments"], samples=100, seed=1)[0].value


def test_baselines_and_real_features_are_computed_once(gan, install, point, spy, doubled):
    install(
        point("acme-gan", ganreg_metrics=[Component("spy", spy)], ganreg_extractors=[Component("doubled", doubled)])
    )

    first = evaluate(gan, ["spy"], features="doubled", samples=100)
    assert first[0].baseline is not None
    assert (len(spy.seen), len(doubled.given)) == (2, 3)  # generated, chosen and other samples
    second = evaluate(gan, ["spy"], features="doubled", samples=100)

    assert second == first
    assert (len(spy.seen), len(doubled.given)) == (3, 4)


def test_nothing_is_kept_of_what_no_plugin_offers(gan, spy, doubled, cache):
    for _ in range(2):
        evaluate(gan, [spy()], features=doubled(), samples=100)

    assert (len(spy.seen), len(doubled.given)) == (4, 6)
    assert not list(cache.rglob("*.json"))
    assert not list(cache.rglob("*.npz"))


def test_a_baseline_depends_on_the_metrics_parameters(gan):
    baselines = [evaluate(gan, [f"sliced-wasserstein:p={p}"], samples=60)[0].baseline for p in (1, 2)]

    assert baselines[0] != baselines[1]


def test_a_damaged_baseline_is_made_again(gan, cache):
    first = evaluate(gan, ["kolmogorov-smirnov"], samples=100)
    files = list(cache.rglob("*.json"))
    for file in files:
        file.write_text("{broken")

    assert files
    assert evaluate(gan, ["kolmogorov-smirnov"], samples=100) == first


def test_an_extractor_of_a_plugin_by_name(gan, install, point, spy, doubled):
    install(point("acme-gan", ganreg_extractors=[Component("doubled", doubled)]))

    (score, _) = evaluate(gan, [spy()], features="doubled", samples=50)

    assert score.extractor == "doubled"
    np.testing.assert_array_equal(spy.seen[0]["fake"], 2 * gan.generate(50, seed=0))


def test_published_names_belong_to_one_extractor(images, spy):
    class Published(spy):
        published_names: ClassVar[dict] = {"pixels": {"spied": "THE SCORE"}}

    class OfSamples(Published):
        looks_at = "samples"

    assert [score.name for score in evaluate(images, [Published()], samples=20)] == ["THE SCORE", "aside"]
    assert [score.name for score in evaluate(images, [OfSamples()], samples=20)] == ["spied", "aside"]


def test_defaults_that_need_more_samples_or_labels_are_left_out(images, labelled, assemble):
    few = [score.metric for score in evaluate(images, samples=12)]

    assert few == ["kernel"] * 2 + ["density-coverage"] * 2 + ["precision-recall"] * 2
    assert {score.metric for score in evaluate(images, samples=20)} >= {"frechet"}
    assert "classifier-accuracy" in {score.metric for score in evaluate(labelled, samples=40)}
    unconditional = assemble(labelled.load_data())
    assert "classifier-accuracy" not in {score.metric for score in evaluate(unconditional, samples=40)}


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (
            {"metrics": ["frechet"], "samples": 16},
            r"needs at least 17 samples on the 16 features of pixels, not 16; ask for 17 or more",
        ),
        ({"metrics": ["frechet"], "samples": 8}, "ask for 17 or more"),
        ({"metrics": ["inception-score"]}, "compares class probabilities, which extractor 'pixels' does not give"),
        ({"metrics": ["classifier-accuracy"]}, "needs labels of real and generated samples, but the data has none"),
        ({"metrics": ["frechet"], "features": "classifier"}, "has none; use --features pixels"),
        ({"metrics": ["moments"]}, r"moments .* one feature.* got 16"),
    ],
)
def test_what_cannot_be_combined_is_refused(images, options, reason):
    with pytest.raises(DataError, match=reason):
        evaluate(images, **options)


def test_an_error_of_the_extractor_is_not_the_fault_of_a_metric(images):
    with pytest.raises(DataError, match=r"there is no file none\.keras"):
        evaluate(images, features="none.keras")


@pytest.mark.parametrize("samples", [8, 16, 20])
def test_the_data_is_asked_for_first_if_both_sides_have_too_few_samples(images, assemble, samples):
    few = assemble(Data(train=images.load_data().train[:10], value_range=(-1, 1)))

    with pytest.raises(
        DataError, match=r"needs at least 17 real samples .* the data has 10; .*, or frechet:few_samples"
    ):
        evaluate(few, ["frechet"], samples=samples)


def test_labels_that_only_the_data_has(labelled, assemble):
    with pytest.raises(DataError, match="the generator is not conditional"):
        evaluate(assemble(labelled.load_data()), ["classifier-accuracy"])


def test_an_unknown_metric(gan):
    with pytest.raises(ganreg.UnknownComponentError, match="did you mean 'frechet'"):
        evaluate(gan, ["frechett"])


def test_a_gan_without_data(assemble):
    with pytest.raises(DataError, match="there are no real samples to compare with"):
        evaluate(assemble(ganreg.DataSpec((2,))))


def test_metrics_that_look_at_samples_need_no_extractor(gan):
    class Never(Extractor):
        def prepare(self, source):
            pytest.fail("it was prepared")

    assert evaluate(gan, ["moments"], features=Never(), samples=20)[0].extractor == "values"


class TestWithoutExtractors:
    """What remains if the bundled extractors are not installed."""

    @pytest.fixture(autouse=True)
    def uninstalled(self, install):
        install(without=["ganreg-extractors"])

    def test_metrics_that_look_at_samples(self, gan):
        with pytest.warns(GanregWarning, match=r"'frechet', 'kernel'\); no installed plugin offers an extractor"):
            scores = evaluate(gan, samples=50)

        assert {score.metric for score in scores} == {"moments", "kolmogorov-smirnov"}

    def test_the_others_are_left_out_of_the_defaults_with_a_warning(self, assemble):
        ring = assemble("ring:samples=200")

        with pytest.warns(GanregWarning, match="no installed plugin offers an extractor") as caught:
            scores = evaluate(ring, samples=50)

        assert {score.metric for score in scores} == {"mode-coverage"}
        assert len(caught) == 1
        assert "'sliced-wasserstein', 'two-sample'" in str(caught[0].message)

    def test_one_that_is_named_says_what_is_missing(self, gan):
        with pytest.raises(DataError, match="'two-sample' compares features; no installed plugin offers an extractor"):
            evaluate(gan, ["two-sample"], samples=50)

    def test_defaults_that_all_compare_features(self, images):
        with pytest.raises(DataError, match=r"'frechet', .*compare features; no installed plugin offers an extractor"):
            evaluate(images, samples=20)

    def test_one_that_suits_no_data_is_used_if_it_is_named(self, gan, install, point, spy, doubled):
        acme = point("acme-gan", ganreg_extractors=[Component("doubled", doubled)])
        install(acme, without=["ganreg-extractors"])

        with pytest.raises(DataError, match="no installed extractor suits this data; name one with --features"):
            evaluate(gan, [spy()], samples=50)
        assert evaluate(gan, [spy()], features="doubled", samples=50)[0].extractor == "doubled"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (None, ("moments", "moments")),
        ("kolmogorov_smirnov", ("kolmogorov-smirnov", "kolmogorov_smirnov")),
        ("kolmogorov-smirnov", ("kolmogorov-smirnov", "kolmogorov_smirnov")),
    ],
)
def test_choosing_by_a_score(gan, wanted, found):
    assert Evaluation(gan, ["moments", "kolmogorov-smirnov"], samples=20).choose(wanted) == found


@pytest.mark.parametrize("wanted", [None, "two_sample", "two-sample:folds=2", "two_sample_distance"])
def test_a_metrics_name_chooses_its_first_score_where_its_main_value_is_none(labelled, wanted):
    chosen = Evaluation(labelled, ["two-sample:folds=2"], samples=40).choose(wanted)
    assert chosen == ("two-sample:folds=2", "two_sample_distance")


def test_choosing_by_what_is_no_score(gan):
    with pytest.raises(
        ganreg.DataError, match=r"there is no score 'p_value' to choose the best by; .*kolmogorov_smirnov"
    ):
        Evaluation(gan, ["kolmogorov-smirnov"], samples=20).choose("p_value")
