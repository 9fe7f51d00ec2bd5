"""Finding extractors by spec text, by file and by data."""

from typing import ClassVar

import attrs
import pytest

from ganreg import AmbiguousComponentError, Component, DataSpec, Extractor, GanregWarning, Spec, SpecError
from ganreg import UnknownComponentError as Unknown
from ganreg.evaluation.extractor_specs import default_extractor, extractor_spec, suggested


@attrs.frozen(kw_only=True)
class Plain(Extractor):
    """Suits nothing."""


@attrs.frozen(kw_only=True)
class Reading(Extractor):
    """Reads .net files."""

    reads: ClassVar = {".net": "path"}
    gives_probabilities: ClassVar = True
    path: str = ""

    def suits(self, data, dataset):
        """Suits images."""
        return 3 if data.is_image else 0


@attrs.frozen(kw_only=True)
class Everywhere(Extractor):
    """Suits everything a little."""

    gives_probabilities: ClassVar = True

    def suits(self, data, dataset):
        """Suits all data."""
        return 1


@attrs.frozen(kw_only=True)
class Failing(Extractor):
    """Fails when asked."""

    def suits(self, data, dataset):
        """Fails."""
        raise ZeroDivisionError("oh")


@pytest.fixture
def known(point, make_registry):
    """A registry of extractors: `known(plain=Plain)`."""
    return lambda **classes: make_registry(
        point("acme-gan", ganreg_extractors=[Component(name, each) for name, each in classes.items()])
    )


def test_a_name_with_parameters(known):
    spec = extractor_spec("reading:path=a", known(reading=Reading))

    assert (spec.name, spec.as_table()) == ("reading", {"name": "reading", "path": "a"})


@pytest.mark.parametrize("text", ["a.net", "some folder/a b.net", "~/a.net"])
def test_a_file_goes_to_the_extractor_that_reads_it(known, text):
    assert extractor_spec(text, known(plain=Plain, reading=Reading)) == Spec("reading", {"path": text})


def test_a_file_that_two_read(known):
    with pytest.raises(AmbiguousComponentError, match=r"read \.net files; use one:path=a\.net or two:path=a\.net"):
        extractor_spec("a.net", known(one=Reading, two=Reading))


def test_a_file_that_nobody_reads(known):
    with pytest.raises(SpecError, match=r"no installed extractor reads \.h5 files"):
        extractor_spec("a.h5", known(plain=Plain, reading=Reading))


def test_an_unknown_name(known):
    with pytest.raises(Unknown, match="unknown extractor 'plane'; did you mean 'plain'") as error:
        extractor_spec("plane", known(plain=Plain))
    assert "FILE" not in str(error.value)
    with pytest.raises(Unknown, match=r"did you mean 'plain'.*; or give a file: FILE\.net"):
        extractor_spec("plane", known(plain=Plain, reading=Reading))


def test_the_default_suits_the_data_best(known):
    registry = known(plain=Plain, reading=Reading, everywhere=Everywhere)

    assert default_extractor(DataSpec((8, 8, 1)), known=registry) == "reading"
    assert default_extractor(DataSpec((2,)), known=registry) == "everywhere"
    assert default_extractor(DataSpec((2,)), known=known(plain=Plain)) is None


def test_one_that_fails_is_left_out_of_the_defaults(known):
    with pytest.warns(GanregWarning, match="'failing' failed in suits: ZeroDivisionError: oh; it is left out"):
        assert default_extractor(DataSpec((2,)), known=known(failing=Failing, everywhere=Everywhere)) == "everywhere"


def test_suggestions_come_from_what_extractors_declare(known):
    def gives_probabilities(extractor):
        return extractor.gives_probabilities

    registry = known(plain=Plain, reading=Reading, everywhere=Everywhere)
    assert suggested(gives_probabilities, registry) == "--features everywhere or FILE.net"
    assert suggested(gives_probabilities, known(plain=Plain)) == ""


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (DataSpec((8, 8, 1), num_classes=10), "classifier"),
        (DataSpec((8, 8, 1)), "pixels"),
        (DataSpec((5,), num_classes=2), "pixels"),
    ],
)
def test_bundled_defaults(data, name):
    assert default_extractor(data) == name


def test_the_bundled_extractor_of_files():
    assert extractor_spec("net.keras") == Spec("model", {"file": "net.keras"})
