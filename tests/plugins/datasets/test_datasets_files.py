import pytest
from ganreg_datasets.files import expand, reading

from ganreg import DataError


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert expand("~/samples.npz") == tmp_path / "samples.npz"


def test_an_unknown_users_home_is_refused():
    with pytest.raises(DataError, match=r"~nobody-of-that-name.*write out the folder"):
        expand("~nobody-of-that-name/samples.npz")


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (MemoryError(), "scans.npz cannot be read: MemoryError; fix it"),
        (ValueError("first line.\nsecond line"), "scans.npz cannot be read: first line; fix it"),
        (
            PermissionError(13, "Permission denied", "scans.npz"),
            "scans.npz cannot be read: Permission denied; fix it",
        ),
        (FileNotFoundError(2, "No such file"), "scans.npz does not exist; check path="),
        (DataError("holds no arrays"), "scans.npz: holds no arrays"),
    ],
)
def test_whatever_breaks_becomes_one_line_that_names_the_file(raised, message, tmp_path):
    with pytest.raises(DataError) as caught, reading(tmp_path / "scans.npz", "fix it"):
        raise raised
    assert str(caught.value) == f"{tmp_path}/{message}"


def test_an_interrupt_passes(tmp_path):
    with pytest.raises(KeyboardInterrupt), reading(tmp_path, "fix it"):
        raise KeyboardInterrupt
