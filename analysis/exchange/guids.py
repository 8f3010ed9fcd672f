"""Names that never change for what other programs hold of ours: the same thing, the same GUID.

What has a UUID keeps it; anything else is given one by RFC 9562 §5.5 (version 5) of its kind and
its name, so that a codebook and a project, or two exports of one project, speak of the same codes.
"""

import re
import uuid

_OURS = uuid.UUID("5f0c2a52-6e0a-5b3e-9c0e-9a1f4d6b7c21")
_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")


def named(kind: str, name: str) -> uuid.UUID:
    """The GUID of the thing of this *kind* that bears this *name*."""
    return uuid.uuid5(_OURS, f"{kind}:{name}")


def theme(theme_id: str) -> uuid.UUID:
    """The GUID of a theme."""
    return named("theme", theme_id)


def family(family_id: str) -> uuid.UUID:
    """The GUID of a family of themes."""
    return named("family", family_id)


def coder(email: str) -> uuid.UUID:
    """The GUID of a person who codes: the same in every installation, and it tells no address."""
    return named("coder", email.strip().lower())


def read(text: str | None) -> uuid.UUID | None:
    """The GUID written as *text*, in braces or not, in either case; none if it is not one."""
    found = _GUID.fullmatch((text or "").strip())
    return uuid.UUID(found[1]) if found else None
