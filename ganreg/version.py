"""The version of ganreg."""

__version__ = "0.1.0"
