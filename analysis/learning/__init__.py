"""Learning themes from labelled testimonies, and saying honestly how well it went."""
