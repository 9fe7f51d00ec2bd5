"""Checkpoints and the folders that hold them."""
