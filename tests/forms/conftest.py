"""Properties are checked without a clock: a busy machine is not a wrong answer."""

from hypothesis import settings

settings.register_profile("forms", deadline=None)
settings.load_profile("forms")
