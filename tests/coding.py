"""What tests of the workbench look at: how each coding stands, what a digest counts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Coding, Digest, Testimony
from app.services import digests, standings

FEAR, MAYOR, CARE = "freins_participation", "portage_politique", "acces_soins"
TEXT = "👩‍🏫 Peur de parler. Le maire préside, e\u0301lu depuis peu. On a besoin de temps."


def stands(session: Session, testimony: Testimony) -> list[tuple[str, str, str]]:
    """How each coding stands: its state, its theme, its words."""
    session.expire_all()
    query = select(Coding).join(Coding.answer).where(Coding.answer.has(testimony_id=testimony.id))
    found = [(*standings.of(each), each.answer.text or "") for each in session.scalars(query)]
    return sorted((state.value, theme, text[a:b]) for state, theme, a, b, text in found)


def is_counted(session: Session, testimony: Testimony) -> bool:
    """Say whether the digest is the one that would be drawn anew."""
    query = select(Digest.facets, Digest.themes).where(Digest.testimony_id == testimony.id)
    kept = tuple(session.execute(query).one())
    digests.draw(session, testimony.id)
    return kept == tuple(session.execute(query).one())
