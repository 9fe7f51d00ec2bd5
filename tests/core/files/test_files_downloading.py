"""Downloads: from a server on this machine, with a checksum, and nothing kept that is not right."""

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ganreg import DataError, download

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/gone":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[:100] if self.path == "/cut" else CONTENT)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url(server, name):
    return f"http://127.0.0.1:{server.server_port}/{name}"


def test_a_file_is_kept_and_not_downloaded_again(server, tmp_path, caplog):
    caplog.set_level("INFO", "ganreg")
    server.asked.clear()
    path = tmp_path / "new" / "file"
    for _ in range(2):
        download(url(server, "file"), path, sha256=SHA256)
    assert path.read_bytes() == CONTENT
    assert server.asked == ["/file"]
    assert f"downloading {url(server, 'file')} (0.0 MB) to {path.parent}" in caplog.text


def test_a_damaged_file_is_replaced(server, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"damaged")
    download(url(server, "file"), path, sha256=SHA256)
    assert path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("name", "sha256", "message"),
    [
        ("file", "0" * 64, f"cannot use what http://.*/file sent: its SHA-256 is {SHA256[:16]}..., not 0000"),
        ("gone", SHA256, "cannot download http://.*/gone: Not Found"),
        ("cut", SHA256, "cannot download http://.*/cut: "),
    ],
)
def test_what_is_not_right_is_not_kept(server, tmp_path, name, sha256, message):
    with pytest.raises(DataError, match=message):
        download(url(server, name), tmp_path / "file", sha256=sha256)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there(server, tmp_path):
    with pytest.raises(DataError, match=r"cannot download http://127.0.0.1:9/x: "):
        download("http://127.0.0.1:9/x", tmp_path / "x", sha256=SHA256)
    with pytest.raises(DataError, match="only http and https are supported"):
        download("file:///etc/hostname", tmp_path / "x", sha256=SHA256)
