"""What importing a file would do, and does: completed, never replaced; all or nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import Clsm, Contact, ContactSource
from app.models.base import now
from app.services import (
    clsms,
    contact_files,
    contact_imports,
    contact_searches,
    contacts,
    oppositions,
)
from app.services.contact_words import Lexicon
from app.services.contacts import NewContact
from app.services.import_plans import Fate, Plan
from forms.schema import Audience
from tests import factories

LEXICON = Lexicon((Audience("elu", "Élue ou élu"), Audience("usager", "Usagère ou usager")))
HEAD = "courriel;nom;profil;clsm;region;etiquettes;notes\n"
OPPOSED = "cette personne a demandé à ne plus recevoir de message"


def plan(session: Session, lines: str) -> Plan[NewContact]:
    _, rows = contact_files.parse((HEAD + lines).encode(), LEXICON)
    return contact_imports.plan(session, rows)


def told(planned: Plan[NewContact]) -> list[tuple[int, Fate, tuple[str, ...]]]:
    return [(each.line, each.fate, each.remarks) for each in planned.lines]


def test_a_file_sent_twice_brings_each_contact_once(session: Session) -> None:
    lines = "a@exemple.fr;A;élue;CLSM Un;53\nb@exemple.fr;B;usager;clsm un\nfaux;C;élu\n"
    wrong = (4, Fate.REFUSED, ("l’adresse électronique n’est pas valable",))
    first = plan(session, lines)
    assert told(first) == [(2, Fate.ADDED, ()), (3, Fate.ADDED, ()), wrong]
    contact_imports.carry_out(session, first)
    session.commit()
    again = plan(session, lines)
    assert told(again) == [(2, Fate.UNCHANGED, ()), (3, Fate.UNCHANGED, ()), wrong]
    assert (first.total, again.total) == (2, 0)
    kept = contact_searches.matching(session)
    assert [(each.name, each.source) for each in kept] == [
        ("A", ContactSource.IMPORTED),
        ("B", ContactSource.IMPORTED),
    ]
    assert session.execute(select(Clsm.name, Clsm.region)).all() == [("CLSM Un", "53")]


def test_what_is_known_is_completed_and_never_replaced(session: Session) -> None:
    contact = factories.contact(session, email="a@exemple.fr", name="Ancien", clsm="")
    full = factories.contact(session, email="b@exemple.fr", name="Plein", clsm="CLSM gardé")
    contacts.correct(
        session,
        full,
        NewContact(
            email="b@exemple.fr",
            name="Plein",
            audience="usager",
            clsm="CLSM gardé",
            tags=("Maire",),
            notes="les nôtres",
        ),
    )
    planned = plan(
        session,
        "a@exemple.fr;Neuf;élu;CLSM Un;;réseau;lue\nb@exemple.fr;Neuf;élu;CLSM Un;;maire;autres\n",
    )
    assert told(planned) == [
        (
            2,
            Fate.COMPLETED,
            ("ajoute\u00a0: CLSM «\u00a0CLSM Un\u00a0», étiquette «\u00a0réseau\u00a0», notes",),
        ),
        (3, Fate.UNCHANGED, ()),
    ]
    contact_imports.carry_out(session, planned)
    session.commit()
    assert contact.clsm is not None
    assert full.clsm is not None
    assert (contact.name, contact.audience, contact.clsm.name) == (
        "Ancien",
        "coordinateur",
        "CLSM Un",
    )
    assert ([each.tag for each in contact.tags], contact.notes) == (["réseau"], "lue")
    assert (full.clsm.name, [each.tag for each in full.tags], full.notes) == (
        "CLSM gardé",
        ["Maire"],
        "les nôtres",
    )


def test_two_lines_of_one_address_are_one_contact(session: Session) -> None:
    planned = plan(
        session,
        "A@exemple.fr;Première;élu;;;un\nfaux;X;élu\n"
        "a@EXEMPLE.fr;Seconde;usager;CLSM Un;53;deux;vue\n",
    )
    assert told(planned)[::2] == [
        (2, Fate.ADDED, ()),
        (4, Fate.MERGED, ("même adresse que la ligne 2",)),
    ]
    contact_imports.carry_out(session, planned)
    session.commit()
    (kept,) = contact_searches.matching(session)
    assert kept.clsm is not None
    assert (kept.name, kept.audience, kept.clsm.name, kept.clsm.region, kept.notes) == (
        "Première",
        "elu",
        "CLSM Un",
        "53",
        "vue",
    )
    assert [each.tag for each in kept.tags] == ["deux", "un"]


def test_whoever_said_no_is_refused_even_erased(session: Session) -> None:
    factories.contact(session, email="a@exemple.fr").opted_out_at = now()
    oppositions.oppose(session, "b@exemple.fr")
    planned = plan(session, "a@exemple.fr;A;élu;CLSM Un\nB@exemple.fr;B;élu\nc@exemple.fr;C;élu\n")
    assert told(planned) == [
        (2, Fate.REFUSED, (OPPOSED,)),
        (3, Fate.REFUSED, (OPPOSED,)),
        (4, Fate.ADDED, ()),
    ]
    contact_imports.carry_out(session, planned)
    assert oppositions.opposed(session, ["a@exemple.fr"]) == {"a@exemple.fr"}
    assert contacts.find(session, "b@exemple.fr") is None
    assert contacts.count(session) == 2


def test_the_directory_has_the_last_word_on_a_region(session: Session) -> None:
    clsms.Directory(session).publish("CLSM Un", region="53", departement="29")
    planned = plan(session, "a@exemple.fr;A;élu;clsm un;Normandie\n")
    said = "l’annuaire place ce CLSM en région Bretagne\u00a0: c’est elle qui est gardée"
    assert told(planned) == [(2, Fate.ADDED, (said,))]
    contact_imports.carry_out(session, planned)
    session.commit()
    kept = session.execute(select(Clsm.name, Clsm.region, Clsm.departement)).all()
    assert kept == [("CLSM Un", "53", "29")]


def test_the_digest_changes_with_what_would_be_done(session: Session) -> None:
    lines = "a@exemple.fr;A;élu\n"
    before = plan(session, lines)
    assert plan(session, lines).digest == before.digest
    factories.contact(session, email="a@exemple.fr")
    assert plan(session, lines).digest != before.digest


def test_a_failure_leaves_nothing(session: Session) -> None:
    planned = plan(session, "a@exemple.fr;A;élu;CLSM Un\nb@exemple.fr;B;élu\n")
    factories.contact(session, email="b@exemple.fr", clsm="")
    session.commit()
    with pytest.raises(IntegrityError):
        contact_imports.carry_out(session, planned)
    session.rollback()
    assert (contacts.count(session), clsms.count(session)) == (1, 0)


def test_twenty_thousand_lines_enter_at_once(app: Flask) -> None:
    lines = "".join(f"p{n}@exemple.fr;Personne {n};élue;CLSM {n % 90}\n" for n in range(20_000))
    contact_imports.carry_out(db.session, plan(db.session, lines))
    db.session.commit()
    assert (contacts.count(db.session), clsms.count(db.session)) == (20_000, 90)


def test_two_typed_lists_at_once_keep_each_address_once(app: Flask) -> None:
    wanted = [
        NewContact(email=f"p{number}@exemple.fr", name="A", audience="elu", clsm="CLSM Un")
        for number in range(50)
    ]
    start = Barrier(4)

    def bring_in(_: int) -> int:
        with app.app_context():
            start.wait()
            made = contacts.add_all(db.session, wanted, source=ContactSource.IMPORTED)
            db.session.commit()
            return len(list(filter(None, made)))

    with ThreadPoolExecutor(4) as pool:
        added = sorted(pool.map(bring_in, range(4)))
    assert added == [0, 0, 0, 50]
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 50
