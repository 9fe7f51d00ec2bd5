"""What `evaluate` hands to metrics, what it makes of their values, and what it refuses."""

import json
from typing import ClassVar

import attrs
import numpy as np
import pytest

import ganreg
from ganreg.data.arrays import Data
from ganreg.evaluation import evaluating, metric_runs
from ganreg.evaluation.evaluating import Evaluation, evaluate
from ganreg.evaluation.metric_runs import default_metrics
from ganreg.evaluation.real_features import Reals, default_samples
from ganreg.evaluation.scores import Score, column_names, read_scores, write_scores


def assemble(data, **options):
    return ganreg.assemble(
        generator={"name": "mlp", "latent_dim": 2, "widths": [4], **options},
        discriminator={"name": "mlp", "widths": [4], **options},
        loss="hinge",
        data=data,
        batch_size=16,
    )


@pytest.fixture(scope="module")
def gan():
    """Of one dimension, with 600 samples to train on and 60 held out."""
    return assemble("gaussian-1d:samples=600")


@pytest.fixture(scope="module")
def labelled():
    """Conditional, of points with labels."""
    stream = np.random.default_rng(0)
    labels = stream.integers(2, size=200)
    points = (stream.normal(size=(200, 3)) + labels[:, None]).astype(np.float32)
    return assemble(Data(train=points, train_labels=labels), conditional=True)


@attrs.frozen(kw_only=True)
class Spy(ganreg.Metric):
    """Remembers what it is given."""

    seen: ClassVar[list] = []
    lower_is_better: ClassVar[dict] = {"spied": True}

    def compute(self, real, fake):
        self.seen.append({"real": real, "fake": fake})
        return {"spied": float(fake.mean() - real.mean()), "spied_error": 0.25, "aside": 7.0}


class OfLabels(Spy):
    needs_labels = True

    def compute_with_labels(self, real, fake, real_labels, fake_labels):
        self.seen.append({"real_labels": real_labels, "fake_labels": fake_labels})
        return {"spied": 1.0}


class HeldOut(Spy):
    def compute_held_out(self, real, fake, held_out):
        self.seen.append({"real": real, "fake": fake, "held_out": held_out})
        return {"spied": 1.0}


@pytest.fixture(autouse=True)
def nothing_seen():
    Spy.seen.clear()


def test_a_score_says_all_that_it_is_to_be_read_with(gan):
    first, aside = evaluate(gan, [Spy()], samples=50, seed=3)
    fake = gan.generate(50, seed=3)
    comparison, between_reals = Spy.seen
    np.testing.assert_array_equal(comparison["fake"], fake)
    data = gan.load_data()
    assert np.isin(comparison["real"], data.train).all()
    assert comparison["real"].shape == between_reals["fake"].shape == (50, 1)
    assert first == Score(
        metric="Spy",
        name="spied",
        value=pytest.approx(fake.mean() - comparison["real"].mean()),
        error=0.25,
        baseline=pytest.approx(between_reals["fake"].mean() - comparison["real"].mean()),
        extractor="values",
        samples=50,
        real_samples=50,
        lower_is_better=True,
        iteration=0,
    )
    assert (aside.name, aside.value, aside.error, aside.lower_is_better) == ("aside", 7.0, None, None)


def test_the_baseline_is_that_of_held_out_samples_where_there_are_enough(gan):
    evaluate(gan, [Spy()], samples=50)
    assert np.isin(Spy.seen[1]["fake"], gan.load_data().test).all()


def test_reals_for_the_baseline_come_of_the_rest_where_too_few_are_held_out():
    train, test = np.arange(30.0).reshape(30, 1), np.arange(100.0, 105.0).reshape(5, 1)
    reals = Reals(Data(train=train, test=test), 12, seed=0)
    chosen, others = reals.samples("chosen"), reals.samples("others")
    assert len(chosen) == len(others) == 12
    assert set(others[:5, 0]) == set(test[:, 0])
    assert not np.isin(others, chosen).any()
    assert np.isin(others[5:], train).all()


@pytest.mark.parametrize(("count", "possible"), [(17, True), (18, False), (30, False), (40, False)])
def test_two_disjoint_sets_or_no_baseline(count, possible):
    reals = Reals(Data(train=np.zeros((30, 1)), test=np.zeros((5, 1))), count, seed=0)
    assert reals.has_others is possible
    assert len(reals.samples("chosen")) == min(count, 30)


def test_no_baseline_where_there_are_too_few_reals(gan):
    assert evaluate(gan, [Spy()], samples=500)[0].baseline is None


def test_default_number_of_samples():
    assert default_samples(Data(train=np.zeros((30, 1)), test=np.zeros((5, 1)))) == 17
    assert default_samples(Data(train=np.zeros((30, 1)))) == 15
    assert default_samples(Data(train=np.zeros((30_000, 1)))) == 10_000


def test_labels_are_those_that_samples_were_generated_for(labelled):
    evaluate(labelled, [OfLabels()], samples=40, seed=5)
    np.testing.assert_array_equal(Spy.seen[0]["fake_labels"], labelled.draw_labels(40, seed=5))
    assert set(Spy.seen[0]["real_labels"]) == {0, 1}
    assert len(Spy.seen[0]["real_labels"]) == len(Spy.seen[1]["fake_labels"]) == 40


def test_held_out_samples_go_to_who_asks_with_all_that_was_trained_on(gan):
    evaluate(gan, [HeldOut()], samples=20)
    data = gan.load_data()
    np.testing.assert_array_equal(Spy.seen[0]["real"], data.train)
    np.testing.assert_array_equal(Spy.seen[0]["held_out"], data.test)
    halves = [Spy.seen[1][name] for name in ("fake", "held_out")]
    assert [len(half) for half in halves] == [20, 20]
    assert not np.isin(*halves).any()


def test_the_baseline_of_held_out_samples_does_not_depend_on_their_order():
    """Held-out samples by class, as files often have them: both halves have samples of both."""
    points = np.random.default_rng(0).normal(size=(400, 2)).astype(np.float32)
    by_class = np.repeat([[0.0], [50.0]], 100, axis=0) + points[:200]
    sorted_by_class = assemble(Data(train=np.concatenate([by_class, -points[200:]]), test=by_class + 0.1))
    evaluate(sorted_by_class, [HeldOut()], samples=100)
    for half in (Spy.seen[1]["fake"], Spy.seen[1]["held_out"]):
        assert len(half) == 100
        assert 25 < (half[:, 0] > 25).sum() < 75
    evaluate(sorted_by_class, [HeldOut()], samples=100, seed=1)
    assert not np.array_equal(Spy.seen[1]["fake"], Spy.seen[3]["fake"])


def test_floors_that_were_kept_of_held_out_samples_in_order_are_not_used(gan, monkeypatch):
    monkeypatch.setattr(evaluating, "cached_values", lambda key, make: {"key": key})
    evaluation = Evaluation(gan, ["nearest-neighbour"], samples=20)
    (judge,) = evaluation._judges
    view = evaluation._view(judge).key
    old = evaluating.key_of("baseline", judge.identity, evaluation._source.fingerprint, 20, 0, view)
    assert evaluation._baseline(judge)["key"] != old


def test_the_same_twice_and_other_samples_by_another_seed(gan):
    first = evaluate(gan, ["moments"], samples=100)
    assert first == evaluate(gan, ["moments"], samples=100)
    assert first[0].value != evaluate(gan, ["moments"], samples=100, seed=1)[0].value


def test_floors_and_real_features_are_computed_once(gan, monkeypatch):
    first = evaluate(gan, ["kolmogorov-smirnov"], samples=100)
    assert first[0].baseline is not None

    def never(*_):
        pytest.fail("the baseline was computed again")

    monkeypatch.setattr(Evaluation, "_make_baseline", never)
    assert evaluate(gan, ["kolmogorov-smirnov"], samples=100) == first


def test_a_baseline_depends_on_the_metrics_parameters(gan):
    baselines = [evaluate(gan, [f"sliced-wasserstein:p={p}"], samples=60)[0].baseline for p in (1, 2)]
    assert baselines[0] != baselines[1]


def test_a_damaged_baseline_is_made_again(gan, cache):
    first = evaluate(gan, ["kolmogorov-smirnov"], samples=100)
    for file in cache.glob("*.json"):
        file.write_text("{broken")
    assert evaluate(gan, ["kolmogorov-smirnov"], samples=100) == first


def test_metrics_of_no_plugin_are_not_kept(gan, cache):
    evaluate(gan, [Spy()], samples=50)
    assert not list(cache.glob("*.json"))


@pytest.fixture
def pictures():
    """An untrained GAN of images 4x4 without labels."""
    images = np.random.default_rng(0).uniform(-1, 1, size=(80, 4, 4, 1)).astype(np.float32)
    return assemble(Data(train=images, value_range=(-1, 1)))


class Published(Spy):
    published_names: ClassVar[dict] = {"pixels": {"spied": "THE SCORE"}}


def test_published_names_belong_to_one_extractor(pictures, monkeypatch):
    assert [score.name for score in evaluate(pictures, [Published()], samples=20)] == ["THE SCORE", "aside"]
    monkeypatch.setattr(Published, "looks_at", "samples", raising=False)
    assert [score.name for score in evaluate(pictures, [Published()], samples=20)] == ["spied", "aside"]


def test_only_on_inception_a_frechet_distance_is_an_fid():
    frechet, kernel = ganreg.create("metric", "frechet"), ganreg.create("metric", "kernel")
    assert frechet.published_names == {"inception": {"frechet": "FID"}}
    assert kernel.published_names == {"inception": {"kernel": "KID"}}
    assert not ganreg.create("metric", "kernel", degree=1).published_names


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ("gaussian-1d", {"moments", "kolmogorov-smirnov"}),
        ("ring", {"mode-coverage", "sliced-wasserstein", "two-sample"}),
        ("swiss-roll", {"sliced-wasserstein", "two-sample"}),
        ("digits", {"frechet", "precision-recall", "density-coverage"}),
        ("stacked", {"frechet", "precision-recall", "density-coverage", "mode-coverage"}),
    ],
)
def test_defaults_are_the_metrics_that_declare_to_suit_the_data(dataset, expected):
    made = ganreg.create("dataset", dataset)
    assert set(default_metrics(made.spec(), made)) == expected


def test_defaults_for_rows_with_labels():
    spec = ganreg.DataSpec((5,), num_classes=2)
    assert set(default_metrics(spec)) == {"classifier-accuracy", "sliced-wasserstein", "two-sample"}


def test_defaults_that_need_more_samples_or_labels_are_left_out(pictures, labelled):
    assert [score.metric for score in evaluate(pictures, samples=12)] == ["density-coverage"] * 2 + [
        "precision-recall"
    ] * 2
    assert {score.metric for score in evaluate(pictures, samples=20)} >= {"frechet"}
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
        ({"metrics": ["inception-score"]}, "looks at class probabilities, which features 'pixels' do not have"),
        ({"metrics": ["classifier-accuracy"]}, "needs labels of real and generated samples, and the data has none"),
        ({"metrics": ["frechet"], "features": "classifier"}, "it has none; take --features pixels"),
        ({"metrics": ["moments"]}, "compares one feature a sample, got 16"),
    ],
)
def test_what_does_not_fit_is_refused(pictures, options, reason):
    with pytest.raises(ganreg.DataError, match=reason):
        evaluate(pictures, **options)


def test_features_that_cannot_be_had_are_no_fault_of_a_metrics(pictures):
    with pytest.raises(ganreg.DataError, match=r"there is no file none\.keras"):
        evaluate(pictures, features="none.keras")


def test_too_few_real_samples(pictures):
    images = pictures.load_data().train[:10]
    few = assemble(Data(train=images, value_range=(-1, 1)))
    with pytest.raises(
        ganreg.DataError, match=r"needs at least 17 real samples .* the data has 10; take fewer features"
    ):
        evaluate(few, ["frechet"], samples=20)


def test_no_number_of_samples_is_asked_for_that_the_data_cannot_give(pictures):
    few = assemble(Data(train=pictures.load_data().train[:10], value_range=(-1, 1)))
    for samples in (8, 16, 20):
        with pytest.raises(ganreg.DataError, match=r"the data has 10; .*, or frechet:few_samples=true, .*'kernel'"):
            evaluate(few, ["frechet"], samples=samples)


def test_a_metric_without_advice_for_few_samples_leads_to_another(gan):
    class Many(Spy):
        def minimum_samples(self, features):
            return 601

    with pytest.raises(ganreg.DataError, match=r"601 real samples .* the data has 600; .*, or another metric"):
        evaluate(gan, [Many()], samples=20)


def test_labels_that_only_the_data_has(labelled):
    with pytest.raises(ganreg.DataError, match="the generator is not conditional"):
        evaluate(assemble(labelled.load_data()), ["classifier-accuracy"])


def test_an_unknown_metric(gan):
    with pytest.raises(ganreg.UnknownComponentError, match="did you mean 'frechet'"):
        evaluate(gan, ["frechett"])


def test_a_gan_without_data():
    with pytest.raises(ganreg.DataError, match="there are no real samples to compare with"):
        evaluate(assemble(ganreg.DataSpec((2,))))


class Broken(ganreg.Metric):
    def compute(self, real, fake):
        raise ZeroDivisionError("oh")


def test_a_metrics_own_mistake_is_named(gan):
    with pytest.raises(ganreg.PluginError, match="metric 'Broken' failed in compute: ZeroDivisionError: oh"):
        evaluate(gan, [Broken()], samples=20)


def test_a_broken_metric_of_a_plugin_costs_only_itself(point, make_registry, monkeypatch):
    class Suits(Spy):
        def suits(self, data, dataset):
            return True

    class Raises(Spy):
        def suits(self, data, dataset):
            raise ZeroDivisionError("oh")

    components = [ganreg.Component("good", Suits), ganreg.Component("bad", Raises)]
    made = make_registry(point("acme-gan", ganreg_metrics=components))
    monkeypatch.setattr(metric_runs, "registry", lambda: made)
    with pytest.warns(
        ganreg.GanregWarning, match="metric 'bad' failed in suits: ZeroDivisionError: oh; it is left out"
    ):
        assert default_metrics(ganreg.DataSpec((1,))) == ["good"]


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


def test_scores_in_a_file(tmp_path):
    score = Score("two-sample", "two_sample", 0.5, 0.01, None, "values", 100)
    write_scores(tmp_path, [score])
    assert read_scores(tmp_path) == [score]
    assert json.loads((tmp_path / "evaluation.json").read_text())[0]["value"] == 0.5
    (tmp_path / "evaluation.json").write_text("[{]")
    with pytest.raises(ganreg.RunError, match=r"evaluation\.json cannot be read: .*; make it anew: ganreg evaluate"):
        read_scores(tmp_path)
    assert read_scores(tmp_path / "elsewhere") == []


def test_columns_of_equal_names_are_told_apart():
    scores = [
        Score(metric, name, 0.0, None, None, "values", 1) for metric, name in [("a", "p"), ("b", "p"), ("b", "q")]
    ]
    assert column_names(scores) == ["a/p", "b/p", "q"]


def test_metrics_that_look_at_samples_need_no_extractor(gan, monkeypatch):
    monkeypatch.setattr(evaluating, "default_extractor", lambda data: "none.keras")
    assert evaluate(gan, ["moments"], samples=20)[0].extractor == "values"
