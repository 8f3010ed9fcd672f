"""One contact an address, whatever the way it is written."""

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Contact
from app.models.encryption import key_ring
from app.services import clsms, contacts
from tests import factories


def new(email: str, name: str = "Nadia Bellecour", clsm: str = "") -> contacts.NewContact:
    return contacts.NewContact(email=email, name=name, audience="elu", clsm=clsm)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  N.Bellecour@Exemple.FR ", "n.bellecour@exemple.fr"),
        ("a@Éxemple.fr", "a@xn--xemple-9ua.fr"),
        ("a@e\u0301xemple.fr", "a@xn--xemple-9ua.fr"),
        ("a+clsm@exemple.fr", "a+clsm@exemple.fr"),
    ],
)
def test_the_canonical_form(typed: str, kept: str) -> None:
    assert contacts.canonical_email(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "nadia", "a@b", "é@exemple.fr", "a@exemple.fr, b@exemple.fr", "a\n@exemple.fr"]
)
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(contacts.InvalidEmailError):
        contacts.canonical_email(typed)


def test_an_address_is_kept_once_and_changes_nothing_the_second_time(app: Flask) -> None:
    contacts.add(db.session, new("a@exemple.fr"))
    db.session.commit()
    with pytest.raises(contacts.ContactExistsError):
        contacts.add(db.session, new("a@exemple.fr", "Une autre personne", "CLSM nouveau"))
    db.session.commit()
    assert [each.name for each in db.session.scalars(select(Contact))] == ["Nadia Bellecour"]
    assert clsms.names(db.session) == []


def test_an_address_kept_under_an_older_key_is_still_found(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts.add(db.session, new("a@exemple.fr"))
    db.session.commit()
    old = app.config["DATA_KEYS"]
    newer = "Zm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm9vZm8="
    key_ring.configure([newer, *old])
    with pytest.raises(contacts.ContactExistsError):
        contacts.add(db.session, new("a@exemple.fr"))
    found = contacts.find(db.session, "a@exemple.fr")
    assert found is not None
    assert found.name == "Nadia Bellecour"


def test_the_database_holds_no_readable_name(app: Flask) -> None:
    contacts.add(db.session, new("a@exemple.fr"))
    db.session.commit()
    raw = db.session.connection().exec_driver_sql("SELECT * FROM contacts").one()
    assert [b"Nadia" in bytes(str(value), "utf-8") for value in raw] == [False] * len(raw)
    assert [b"exemple" in bytes(str(value), "utf-8") for value in raw] == [False] * len(raw)


def test_a_contact_is_corrected(app: Flask) -> None:
    contact = factories.contact(db.session, email="faux@exemple.fr")
    factories.contact(db.session, email="pris@exemple.fr")
    contacts.correct(db.session, contact, new("juste@exemple.fr", "Nadia B.", "CLSM neuf"))
    db.session.commit()
    assert contacts.find(db.session, "faux@exemple.fr") is None
    assert contacts.find(db.session, "juste@exemple.fr") is contact
    assert contact.clsm is not None
    assert (contact.name, contact.audience, contact.clsm.name) == ("Nadia B.", "elu", "CLSM neuf")
    with pytest.raises(contacts.ContactExistsError):
        contacts.correct(db.session, contact, new("pris@exemple.fr"))


def test_a_clsm_is_one_however_it_is_typed(app: Flask) -> None:
    directory = clsms.Directory(db.session)
    first = directory.entry(" CLSM  d’Étaples ")
    assert first is not None
    assert first.name == "CLSM d’Étaples"
    assert directory.entry("clsm d'etaples", region="32") is first
    assert directory.entry("CLSM d’Étaples", region="53") is first
    assert first.region == "32"
    assert directory.entry(" \x00 ") is None
    db.session.flush()
    directory.entry("CLSM Zébulon")
    directory.entry("CLSM écarté")
    db.session.flush()
    assert clsms.names(db.session) == ["CLSM d’Étaples", "CLSM écarté", "CLSM Zébulon"]
    assert clsms.Directory(db.session).entry("CLSM D’ÉTAPLES") is first
