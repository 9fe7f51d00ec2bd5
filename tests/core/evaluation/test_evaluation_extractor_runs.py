"""An extractor in an evaluation: its identity, what it may keep, and whose fault a failure is."""

import attrs
import numpy as np
import pytest

import ganreg
from ganreg import Component, Data, DataError, Extractor, Features, PluginError, Source
from ganreg.evaluation.extractor_runs import ExtractorRun, FileCache, prepare_extractor, samples_view

POINTS = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
SOURCE = Source.of(Data(train=POINTS))


@attrs.frozen(kw_only=True)
class Kept(Extractor):
    """Keeps a number in a file."""

    scale: float = 2.0
    made = []  # noqa: RUF012 - a list that all instances share on purpose

    def prepare(self, source):
        """Asks the cache for the number."""

        def make():
            self.made.append(self.scale)
            return str(self.scale)

        def read(path):
            return path.read_text() if path.is_file() else None

        text = source.cache.file(".txt", make=make, write=lambda text, path: path.write_text(text), read=read)
        numbers = source.cache.numbers("a number", make=lambda: {"scale": 10 * float(make())})
        return Features(description="kept", extract=lambda samples: samples * float(text) + numbers["scale"])


@pytest.fixture
def offered(install, point):
    """Installs `Kept` as extractor `kept` of a version of acme-gan."""
    Kept.made.clear()
    return lambda version="1.0": install(
        point("acme-gan", version=version, ganreg_extractors=[Component("kept", Kept)])
    )


def test_what_a_plugins_extractor_keeps_is_found_again(offered):
    offered()

    first, second = (ExtractorRun.of("kept").prepare(SOURCE).features(POINTS) for _ in range(2))

    np.testing.assert_array_equal(first, POINTS * 2 + 20)
    np.testing.assert_array_equal(first, second)
    assert Kept.made == [2.0, 2.0]


def test_a_component_prepares_an_extractor_from_what_evaluations_keep(offered):
    offered()
    ExtractorRun.of("kept").prepare(SOURCE)

    features = prepare_extractor("kept", SOURCE)

    np.testing.assert_array_equal(features(POINTS), POINTS * 2 + 20)
    assert Kept.made == [2.0, 2.0]
    assert ganreg.prepare_extractor is prepare_extractor


def test_other_parameters_and_versions_have_files_of_their_own(offered):
    offered()
    ExtractorRun.of("kept").prepare(SOURCE)
    np.testing.assert_array_equal(ExtractorRun.of("kept:scale=3").prepare(SOURCE).features(POINTS), POINTS * 3 + 30)

    offered("1.1")
    ExtractorRun.of("kept").prepare(SOURCE)

    assert Kept.made == [2.0, 2.0, 3.0, 3.0, 2.0, 2.0]


def test_an_extractor_of_no_plugin_keeps_nothing(cache):
    for _ in range(2):
        ExtractorRun.of(Kept()).prepare(SOURCE)

    assert not cache.exists()
    assert ExtractorRun.of(Kept()).identity is None


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "file"))

    value = FileCache("me").file(".txt", "a", make=lambda: 7, write=lambda *_: None, read=lambda path: None)

    assert value == 7


def test_facts_tell_kept_values_apart():
    cache = FileCache("me")

    assert cache.numbers("a", make=lambda: {"x": 1.0}) == {"x": 1.0}
    assert cache.numbers("b", make=lambda: {"x": 2.0}) == {"x": 2.0}
    assert cache.numbers("a", make=lambda: {"x": 3.0}) == {"x": 1.0}
    assert FileCache("you").numbers("a", make=lambda: {"x": 4.0}) == {"x": 4.0}


def test_a_name_for_metrics(offered):
    offered()

    assert ExtractorRun.of("acme-gan/kept").name == "kept"
    assert ExtractorRun.of(ganreg.create("extractor", "kept")).name == "kept"


def test_an_unknown_parameter():
    with pytest.raises(ganreg.SpecError, match="extractor 'pixels' has no parameter 'size'"):
        ExtractorRun.of("pixels:size=3")


class FailsToPrepare(Extractor):
    def prepare(self, source):
        raise ZeroDivisionError("oh")


class FailsToExtract(Extractor):
    def prepare(self, source):
        return Features(description="bad", extract=lambda samples: samples[0])


def test_whose_fault_it_is():
    with pytest.raises(PluginError, match="extractor 'FailsToPrepare' failed in prepare: ZeroDivisionError: oh"):
        ExtractorRun.of(FailsToPrepare()).prepare(SOURCE)
    view = ExtractorRun.of(FailsToExtract()).prepare(SOURCE).view(probabilities=False, metric="frechet")
    with pytest.raises(PluginError, match=r"extractor 'FailsToExtract' failed in extract: ValueError: .*\[256, F\]"):
        view.of(POINTS)


def test_probabilities_that_it_does_not_give():
    prepared = ExtractorRun.of("pixels").prepare(SOURCE)

    with pytest.raises(
        DataError,
        match=r"metric 'm' compares class probabilities, which extractor 'pixels' does not give; "
        r"use --features classifier, inception or FILE\.keras",
    ):
        prepared.view(probabilities=True, metric="m")


def test_suggestions_disappear_with_their_plugin(install, doubled):
    install(without=["ganreg-extractors"])

    with pytest.raises(DataError, match=r"which extractor 'Doubled' does not give$"):
        ExtractorRun.of(doubled()).prepare(SOURCE).view(probabilities=True, metric="m")


def test_views_of_features_and_of_probabilities():
    class Both(Extractor):
        def prepare(self, source):
            return Features(description="both", extract=lambda x: x + 1, classify=lambda x: x * 0 + 0.5)

    prepared = ExtractorRun.of(Both()).prepare(SOURCE)
    features, probabilities = (prepared.view(probabilities=flag, metric="m") for flag in (False, True))

    np.testing.assert_array_equal(features.of(POINTS), POINTS + 1)
    assert (probabilities.of(POINTS) == 0.5).all()
    assert features.key != probabilities.key
    assert not features.keep


def test_samples_need_no_extractor():
    view = samples_view(ganreg.DataSpec((2, 2, 1)))

    np.testing.assert_allclose(
        view.of(np.array([[[[0], [255]], [[51], [204]]]], np.uint8)), [[-1, 1, -0.6, 0.6]], rtol=1e-6
    )
    assert (view.description, view.keep) == ("values", False)
