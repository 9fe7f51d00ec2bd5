import hashlib

import pytest

import ganreg
from ganreg.runs.data_files import data_paths, file_hashes


@pytest.fixture
def gan():
    """Makes a small GAN of a dataset."""

    def make(data):
        return ganreg.assemble(generator="mlp:widths=[2]", discriminator="mlp:widths=[2]", loss="hinge", data=data)

    return make


def test_the_files_of_a_dataset_and_their_hashes(gan, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x\n1\n2\n")
    made = gan(f"csv:path={path}")

    assert data_paths(made) == [path]
    assert file_hashes(made) == {str(path): hashlib.sha256(path.read_bytes()).hexdigest()}
    path.unlink()
    assert file_hashes(made) == {}


def test_data_without_files(gan):
    assert data_paths(gan("quadratic:samples=64")) == []
    assert file_hashes(gan(ganreg.DataSpec((2,)))) == {}
