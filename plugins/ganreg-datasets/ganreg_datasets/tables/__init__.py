"""Tables: reading them, and encoding their columns as numbers that networks can generate."""
