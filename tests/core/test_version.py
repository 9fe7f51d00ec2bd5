"""The version, and what importing the package costs."""

import importlib.metadata

import ganreg


def test_the_version_is_that_of_the_distribution():
    assert ganreg.__version__ == importlib.metadata.version("ganreg")
