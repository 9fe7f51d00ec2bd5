"""A monitor that says when a training goes wrong, and what to try."""
