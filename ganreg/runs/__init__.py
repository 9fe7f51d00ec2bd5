"""Trains into run folders, each of which holds everything about one training."""
