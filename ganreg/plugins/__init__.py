"""Finds plugins, looks up components, and reads the recipes that name them."""
