"""Checkpoints and the folder that holds them."""
