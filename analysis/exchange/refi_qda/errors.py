"""Why a project cannot be read."""


class UnreadableProjectError(ValueError):
    """Nothing of this file can be used; ``str()`` says why, in French, and what to do."""
