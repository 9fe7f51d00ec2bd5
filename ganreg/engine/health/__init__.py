"""A monitor that warns when a training goes wrong and suggests what to try."""
