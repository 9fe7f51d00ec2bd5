"""Finding plugins, looking components up, and reading recipes that name them."""
