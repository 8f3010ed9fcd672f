"""Where people who testified agree to be reached: apart, with no way back to their words."""

from sqlalchemy.orm import Session

from app.models import Recontact


def leave(session: Session, means: str, *, audience: str) -> Recontact:
    """Keep an address or a number, as typed."""
    kept = Recontact(means=means, audience=audience)
    session.add(kept)
    session.flush()
    return kept
