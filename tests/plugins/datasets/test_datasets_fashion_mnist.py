import gzip
import hashlib
import re
import struct
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from ganreg_datasets import fashion_mnist
from ganreg_datasets.fashion_mnist import CLASS_NAMES, DEBIAN_FOLDER, FILES, FashionMnist

import ganreg
from ganreg import DataError

TRAIN, TEST = 5, 3
installed = pytest.mark.skipif(not DEBIAN_FOLDER.exists(), reason="needs Debian's package dataset-fashion-mnist")


def idx_bytes(array):
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def contents(seed):
    """Four small arrays in the order of the four files."""
    stream = np.random.default_rng(seed)
    for count in (TRAIN, TEST):
        yield stream.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        yield stream.integers(0, 10, count, dtype=np.uint8)


def write(folder, seed=0, suffix=".gz"):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(FILES, contents(seed), strict=True):
        content = idx_bytes(array)
        (folder / f"{name}{suffix}").write_bytes(gzip.compress(content) if suffix else content)
    return folder


def assert_holds(data, seed):
    train, train_labels, test, test_labels = contents(seed)
    np.testing.assert_array_equal(data.train, train[..., None])
    np.testing.assert_array_equal(data.train_labels, train_labels)
    np.testing.assert_array_equal(data.test, test[..., None])
    np.testing.assert_array_equal(data.test_labels, test_labels)


@pytest.fixture(autouse=True)
def places(monkeypatch, tmp_path):
    """Debian's folder and Keras's cache, both empty."""
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", tmp_path / "debian")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("GANREG_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("suffix", [".gz", ""])
def test_the_given_folder_is_read(places, suffix):
    data = FashionMnist(path=str(write(places / "mine", seed=1, suffix=suffix))).load()
    assert_holds(data, seed=1)
    assert data.train.dtype == np.uint8
    assert data.spec == FashionMnist().spec() == ganreg.DataSpec((28, 28, 1), 10, (-1.0, 1.0))
    assert data.class_names[9] == "Ankle boot"


def test_the_given_folder_comes_first_then_debians_then_kerass(places):
    write(places / "keras" / "datasets" / "fashion-mnist", seed=3)
    assert_holds(FashionMnist().load(), seed=3)
    write(places / "debian", seed=2)
    assert_holds(FashionMnist().load(), seed=2)
    assert_holds(FashionMnist(path=str(write(places / "mine", seed=1))).load(), seed=1)


def test_keras_keeps_its_copy_under_home_without_keras_home(places, monkeypatch):
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(places))
    write(places / ".keras" / "datasets" / "fashion-mnist", seed=4)
    assert_holds(FashionMnist().load(), seed=4)


def test_an_incomplete_usual_folder_is_passed_over(places):
    (write(places / "debian", seed=2) / f"{FILES[1]}.gz").unlink()
    write(places / "keras" / "datasets" / "fashion-mnist", seed=3)
    assert_holds(FashionMnist().load(), seed=3)


def test_a_tilde_is_expanded(places, monkeypatch):
    monkeypatch.setenv("HOME", str(places))
    write(places / "mine", seed=1)
    assert_holds(FashionMnist(path="~/mine").load(), seed=1)


def test_nowhere_names_every_way_to_get_it():
    with pytest.raises(DataError) as caught:
        FashionMnist().load()
    assert "apt-get install dataset-fashion-mnist" in str(caught.value)
    assert "--download (31 MB; in Python: fashion-mnist:download=true)" in str(caught.value)
    assert "path=" in str(caught.value)


def test_a_given_folder_without_the_files_is_not_replaced_by_a_usual_one(places):
    write(places / "debian")
    (write(places / "mine") / f"{FILES[2]}.gz").unlink()
    with pytest.raises(DataError, match=rf"folder {places}/mine lacks the .*files t10k-images-idx3-ubyte \(each may"):
        FashionMnist(path=str(places / "mine")).load()


@pytest.mark.parametrize(
    ("file", "array", "message"),
    [
        (0, np.zeros((TRAIN, 27, 28), np.uint8), r"28x28 images, but holds an array of shape \(5, 27, 28\)"),
        (0, np.zeros((0, 28, 28), np.uint8), r"28x28 images, but holds an array of shape \(0, 28, 28\)"),
        (1, np.zeros(TRAIN + 1, np.uint8), "holds 6 labels for 5 images"),
        (3, np.full(TEST, 10, np.uint8), "holds the label 10, but labels must be at most 9"),
        (2, np.zeros(TEST, np.uint8), "is not an idx file with 3 axes"),
    ],
)
def test_a_file_of_something_else_is_named(places, file, array, message):
    path = write(places / "mine") / f"{FILES[file]}.gz"
    path.write_bytes(gzip.compress(idx_bytes(array)))
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}:? .*{message}"):
        FashionMnist(path=str(places / "mine")).load()


def test_an_instance_reads_its_files_once(places):
    dataset = FashionMnist(path=str(write(places / "mine")))
    first = dataset.load()
    for file in (places / "mine").iterdir():
        file.unlink()
    assert dataset.load() is first


def test_describing_needs_no_files():
    assert FashionMnist().spec().shape == (28, 28, 1)


@installed
def test_the_real_files(monkeypatch):
    monkeypatch.setattr(fashion_mnist, "DEBIAN_FOLDER", DEBIAN_FOLDER)
    data = FashionMnist().load()
    assert (data.train.shape, data.test.shape) == ((60_000, 28, 28, 1), (10_000, 28, 28, 1))
    assert np.bincount(data.train_labels).tolist() == [6000] * 10
    assert np.bincount(data.test_labels).tolist() == [1000] * 10
    assert data.train_labels[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert data.train.mean() == pytest.approx(72.94, abs=0.01)  # the 0.2860 x 255 that everybody normalises with
    assert len(data.class_names) == len(CLASS_NAMES) == 10


class TestDownload:
    @pytest.fixture
    def server(self, monkeypatch, places):
        """Offers four small files at the official place, which is moved to this machine."""
        files = {f"/{path.name}": path.read_bytes() for path in write(places / "offered", seed=5).iterdir()}
        asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(files[self.path])

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setattr(fashion_mnist, "OFFICIAL_PLACE", f"http://127.0.0.1:{server.server_port}")
        sums = {name: hashlib.sha256(files[f"/{name}.gz"]).hexdigest() for name in FILES}
        monkeypatch.setattr(fashion_mnist, "CHECKSUMS", sums)
        monkeypatch.setenv("GANREG_CACHE", str(places / "cache"))
        yield asked
        server.shutdown()
        server.server_close()
        thread.join()

    def test_files_go_to_the_cache_and_are_found_there(self, server, places):
        assert_holds(FashionMnist(download=True).load(), seed=5)
        assert len(server) == 4
        assert_holds(FashionMnist().load(), seed=5)
        assert_holds(FashionMnist(download=True).load(), seed=5)
        assert len(server) == 4

    def test_only_what_is_missing_goes_to_a_given_folder(self, server, places):
        folder = write(places / "mine", seed=5)
        (folder / f"{FILES[1]}.gz").unlink()
        assert_holds(FashionMnist(path=folder, download=True).load(), seed=5)
        assert server == [f"/{FILES[1]}.gz"]

    def test_nothing_is_downloaded_where_files_are_found_or_nobody_asked(self, server, places):
        with pytest.raises(DataError, match="download it once with --download"):
            FashionMnist().load()
        write(places / "debian", seed=2)
        assert_holds(FashionMnist(download=True).load(), seed=2)
        assert server == []

    def test_another_checksum_is_refused(self, server, monkeypatch):
        monkeypatch.setitem(fashion_mnist.CHECKSUMS, FILES[0], "0" * 64)
        with pytest.raises(DataError, match=f"{FILES[0]}.gz sent: its SHA-256 is"):
            FashionMnist(download=True).load()

    def test_without_a_cache_folder(self, server, monkeypatch):
        monkeypatch.setattr(fashion_mnist, "cache_folder", lambda: None)
        with pytest.raises(DataError, match="there is no cache folder to download Fashion-MNIST to; set path="):
            FashionMnist(download=True).load()
