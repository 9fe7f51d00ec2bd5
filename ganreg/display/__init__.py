"""What notebooks show: objects as HTML, live progress, plots, and results as tables of pandas."""
