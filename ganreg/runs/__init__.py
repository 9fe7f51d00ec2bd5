"""The run folder: everything about one training."""
