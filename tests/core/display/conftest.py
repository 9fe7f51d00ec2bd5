"""One small trained GAN for each kind of data."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pytest

import ganreg

STEPS = 4
_VOID = {"img", "path", "polyline", "br"}


class _Tags(HTMLParser):
    """Checks that tags are closed in order, and keeps their names and the text."""

    def __init__(self):
        super().__init__()
        self.open, self.names, self.words = [], set(), []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in _VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def _parsed(page):
    tags = _Tags()
    tags.feed(page)
    assert tags.open == []
    assert not tags.names & {"script", "link", "iframe", "object"}
    assert "http" not in page
    tags.text = " ".join(" ".join(tags.words).split())
    return tags


@pytest.fixture(scope="session")
def parsed():
    """Reads HTML, of which it checks that it is whole and needs nothing else: `parsed(html).text`."""
    return _parsed


def trained(gan, **options):
    gan.fit(steps=STEPS, verbose=0, execution="graph", updates_per_call=2, **options)
    return gan


@pytest.fixture(scope="session")
def point_gan(small):
    points = np.random.default_rng(0).normal(size=(64, 2)).astype(np.float32)
    return trained(small(points))


@pytest.fixture(scope="session")
def image_gan(small):
    images = np.random.default_rng(0).uniform(-1, 1, (64, 4, 4, 1)).astype(np.float32)
    labels = np.arange(64) % 3
    data = ganreg.Data(train=images, train_labels=labels, value_range=(-1, 1))
    networks = {
        "generator": "mlp:latent_dim=3,widths=[8],conditional=true",
        "discriminator": "mlp:widths=[8],conditional=true",
    }
    return trained(small(data, **networks))


@pytest.fixture(scope="session")
def table_gan(small, tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "people.csv"
    rows = "\n".join(f"{150 + row % 40},{'rgb'[row % 3]}" for row in range(60))
    path.write_text(f"height,<script>alert(1)</script>\n{rows}\n")
    return trained(small(f"csv:path={path}"))


@pytest.fixture(scope="session")
def translating_gan():
    """Small images into small images, paired."""
    images = np.random.default_rng(0).uniform(-1, 1, (32, 8, 8, 1)).astype(np.float32)
    source = ganreg.Data(train=images[:, ::-1].copy(), value_range=(-1, 1))
    data = ganreg.Data(train=images, value_range=(-1, 1), source=source, paired=True)
    gan = ganreg.assemble(
        game="translation",
        generator="mlp:widths=[8]",
        discriminator="mlp:widths=[8]",
        loss="non-saturating",
        data=data,
        batch_size=8,
    )
    return trained(gan)


@pytest.fixture(scope="session")
def gans(point_gan, image_gan, table_gan, translating_gan):
    """All of them, by the kind of their data."""
    return {"points": point_gan, "images": image_gan, "table": table_gan, "translation": translating_gan}
