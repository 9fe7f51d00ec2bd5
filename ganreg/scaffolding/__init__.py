"""Creates new plugin packages from templates; the result installs, passes ganreg's checks and lints cleanly."""
