"""Beginning a package of one's own: templates that install, pass ganreg's checks and lint as they are."""
