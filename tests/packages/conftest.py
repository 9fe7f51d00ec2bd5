"""An environment of its own for packages that strangers make."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import attrs
import pytest


@attrs.frozen
class Home:
    """A virtual environment with ganreg and its bundled plugins, into which packages can be installed."""

    path: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    def run(self, *arguments, cwd=None, **environment):
        """Runs its Python, with environment variables of its own."""
        return subprocess.run(
            [self.python, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd or self.path,
            env=os.environ | environment,
        )

    def ganreg(self, *arguments, **environment):
        """Runs the command line."""
        return self.run("-c", "from ganreg.cli import main; main()", *arguments, **environment)

    def killed_after_a_checkpoint(self, run: Path, *arguments):
        """Starts a training, and kills it by SIGKILL when it has written a checkpoint or two."""
        command = [self.python, "-c", "from ganreg.cli import main; main()", *arguments, "--out", run]
        with subprocess.Popen(command, cwd=self.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 200
            while len(list(run.glob("checkpoints/ckpt-*.json"))) < 2 and time.monotonic() < deadline:
                assert process.poll() is None, "the training ended before it could be killed"
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL

    def listed(self, **environment):
        """What `ganreg list --json` prints on either stream; the first of them read."""
        process = self.ganreg("list", "--json", **environment)
        assert process.returncode == 0, process.stderr
        return json.loads(process.stdout), process.stderr

    def install(self, source: Path, *, dependencies: bool = False):
        """Builds a package as a wheel, and installs that in place of what was there.

        Args:
            source: its folder.
            dependencies: whether to install what it needs beside ganreg, from the package index.
        """
        wheels = self.path / "wheels" / source.name
        for old in wheels.glob("*.whl"):
            old.unlink()
        _pip("wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", wheels, source)
        (wheel,) = wheels.glob("*.whl")
        _pip("--python", self.python, "install", "--no-deps", "--no-index", "--force-reinstall", wheel)
        if dependencies:
            _pip("--python", self.python, "install", wheel)

    def uninstall(self, distribution: str):
        """Removes a package."""
        _pip("--python", self.python, "uninstall", "--yes", distribution)


def _pip(*arguments):
    """Runs the running Python's pip, which has what it takes to build."""
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A fresh virtual environment that also sees what is installed beside the running Python."""
    path = tmp_path_factory.mktemp("home")
    venv.create(path, symlinks=True)
    (packages,) = path.glob("lib/python*/site-packages")
    beside = sysconfig.get_paths()["purelib"]
    (packages / "beside.pth").write_text(f"import site; site.addsitedir({beside!r})")
    return Home(path)
