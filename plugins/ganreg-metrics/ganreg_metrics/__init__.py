"""ganreg's bundled metrics."""
