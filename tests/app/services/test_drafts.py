"""Drafts: encrypted, found by their secret alone, forgotten in time."""

from datetime import timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import text

from app.extensions import db
from app.models.base import now
from app.services import drafts
from forms.schema import Library


@pytest.fixture
def library(app: Flask) -> Library:
    found: Library = current_app.extensions["questionnaires"]
    return found


def test_the_database_cannot_read_a_draft(library: Library) -> None:
    draft, key = drafts.start(db.session, library.current("usager"), "clé"), "clé"
    drafts.save(db.session, draft, asked={"effets"}, given={"effets": "ma psychose"}, section=None)
    row = db.session.execute(text("SELECT * FROM drafts")).one()
    kept = " ".join(str(value) for value in row)
    assert "psychose" not in kept
    assert key not in kept
    found = drafts.find(db.session, key)
    assert drafts.answers(found) == {"effets": "ma psychose"}


@pytest.mark.parametrize("key", [None, "", "inconnue"])
def test_no_other_secret_opens_it(library: Library, key: str | None) -> None:
    drafts.start(db.session, library.current("usager"), "clé")
    assert drafts.find(db.session, key) is None


def test_an_old_draft_is_not_found(library: Library) -> None:
    old, key = drafts.start(db.session, library.current("usager"), "clé"), "clé"
    drafts.start(db.session, library.current("elu"), "autre")
    old.expires_at = now() - timedelta(seconds=1)
    db.session.flush()
    assert drafts.find(db.session, key) is None
    assert drafts.find(db.session, "autre") is not None


def test_a_version_that_is_gone_is_named(library: Library) -> None:
    for number, slug in enumerate(("usager", "elu", "elu")):
        draft = drafts.start(db.session, library.current(slug), f"clé {number}")
    assert drafts.missing_versions(db.session, library) == []
    draft.questionnaire_version = 7
    db.session.flush()
    assert drafts.missing_versions(db.session, library) == ["elu.v7"]
