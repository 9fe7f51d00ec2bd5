"""Downloading files that the user asked for, with a checksum."""

from __future__ import annotations

import hashlib
import http.client
import logging
import urllib.request
from pathlib import Path

from ganreg.errors import DataError
from ganreg.files.writing import write_whole

_SECONDS = 30
"""How long a server may take to answer."""

_log = logging.getLogger("ganreg")


def download(url: str, path: Path, *, sha256: str) -> None:
    """Downloads a file, unless it is there already; it is kept only if its checksum is right.

    Call it only where the user has asked for a download. The log says what is downloaded, and to where.

    Args:
        url: where the file is; `http` or `https`.
        path: where to keep it; the folder is created.
        sha256: the SHA-256 checksum, hexadecimal.

    Raises:
        DataError: the file cannot be downloaded, or has another checksum. The message names the URL.
        RunError: the file cannot be written.
    """
    if not url.startswith(("http://", "https://")):
        raise DataError(f"cannot download {url}: only http and https are supported")
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
        return
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
            size = int(answer.headers.get("Content-Length") or 0)
            _log.info("downloading %s%s to %s", url, f" ({size / 1e6:.1f} MB)" if size else "", path.parent)
            content = answer.read()
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise DataError(f"cannot download {url}: {reason or type(error).__name__}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise DataError(
            f"cannot use what {url} sent: its SHA-256 is {found[:16]}..., not {sha256[:16]}...; try again later, or "
            "get the file elsewhere"
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"cannot create {path.parent}: {error.strerror or error}") from error
    write_whole(path, lambda temporary: temporary.write_bytes(content))
