"""Searching for the best combination of components for a dataset, on Optuna."""
