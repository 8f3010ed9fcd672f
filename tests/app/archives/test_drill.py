"""The drill: saved while people write, given back elsewhere, and nothing is missing."""

import json
import threading
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.archives import reading, sealing
from app.extensions import db
from app.models import (
    Answer,
    Campaign,
    Contact,
    Draft,
    NoticeState,
    Testimony,
    Withdrawal,
)
from app.models.testimonies import ConsentPurpose
from app.services import backups, campaigns, contacts, drafts, notices, receipts
from tests import factories
from tests.app.archives.conftest import Drill, House

WORDS = {"implication_comment": "Le maire préside."}


def furnish(house: House) -> None:
    """Put one of each in a house: words, people, a campaign on its way, a trained version."""
    with house.app.app_context():
        for _ in range(3):
            factories.testimony(db.session)
        factories.contact(db.session, email="nadia@exemple.fr")
        assert backups.last_backup(db.session) is None
        drafts.start(db.session, house.app.extensions["questionnaires"].current("elu"), "clé")
        campaigns.launch(db.session, factories.campaign(db.session))
        factories.notice(db.session)
        factories.notice(db.session, is_secret=True)
        db.session.commit()
    version = house.instance / "pipelines" / "v1"
    version.mkdir(parents=True)
    (version / "meta.json").write_text("{}")
    (house.instance / "secret_key").write_text("jamais")


class Writers:
    """Two people who send testimonies for as long as the block lasts."""

    def __init__(self, app: Flask) -> None:
        self.app, self.sent = app, 0
        self.over, self.begun = threading.Event(), threading.Event()
        self.threads = [threading.Thread(target=self.write) for _ in range(2)]

    def write(self) -> None:
        with self.app.app_context():
            while not self.over.is_set():
                factories.testimony(db.session)
                db.session.commit()
                self.sent += 1
                self.begun.set()
            db.session.rollback()

    def __enter__(self) -> "Writers":
        for each in self.threads:
            each.start()
        assert self.begun.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for each in self.threads:
            each.join()


def test_what_is_saved_while_people_write_comes_back_whole(drill: Drill) -> None:
    house = drill.build("house", is_empty=False)
    furnish(house)
    before = house.rows()
    with Writers(house.app) as writers:
        done = drill.save(house, "--verify", "--identity", drill.identity)
        sent = writers.sent
    assert done.exit_code == 0, done.output
    after = house.rows()
    with house.app.app_context():
        last = backups.last_backup(db.session)
        assert last is not None
        assert (last.name, last.size) == ("recueil.age", drill.out.stat().st_size)
        assert last.verified_at is not None

    held = reading.check(drill.out, sealing.identities(drill.identity))
    other = drill.build("other")
    given = drill.give_back(other)
    assert given.exit_code == 0, given.output

    rows = other.rows()
    back = held.tables | {"audit_entries": held.tables["audit_entries"] + 1}  # « restored »
    assert rows == {name: count for name, count in back.items() if name != "backups"}
    assert before["testimonies"] <= rows["testimonies"] <= after["testimonies"]
    assert sent > 0
    with other.app.app_context():
        answers = select(func.count()).select_from(Answer).group_by(Answer.testimony_id)
        assert set(db.session.scalars(answers)) <= {rows["answers"] // rows["testimonies"]}
        assert db.session.scalars(select(Contact.email)).all() == ["nadia@exemple.fr"]
    assert (other.instance / "pipelines/v1/meta.json").read_text() == "{}"
    assert not (other.instance / "secret_key").exists()
    assert sorted(path.name for path in drill.out.parent.iterdir()) == [drill.out.name]
    assert drill.out.stat().st_mode & 0o777 == 0o600


def test_what_waited_to_leave_is_held_back(drill: Drill) -> None:
    house = drill.build("house", is_empty=False)
    furnish(house)
    drill.save(house)
    other = drill.build("other")
    lines = drill.give_back(other).output.splitlines()
    assert lines[1] == (
        "Mis en attente, car peut-être parti depuis\u00a0: 1\u00a0campagne en pause, "
        "1\u00a0message incertain."
    )
    with other.app.app_context():
        assert notices.due(db.session) == []
        held = {each.is_secret: each for each in notices.in_trouble(db.session)}
        assert (held[False].state, held[True].state, held[True].content) == (
            NoticeState.UNCERTAIN,
            NoticeState.FAILED,
            None,
        )
        assert db.session.scalar(select(Campaign.paused_at)) is not None


def test_what_was_erased_since_does_not_come_back(drill: Drill, tmp_path: Path) -> None:
    house = drill.build("house", is_empty=False)
    furnish(house)
    drill.save(house)
    with house.app.app_context():
        gone, silenced, _ = db.session.scalars(select(Testimony).order_by(Testimony.id)).all()
        key, stays = gone.submission_key, silenced.id
        receipts.withdraw(db.session, gone)
        for consent in silenced.consents:
            if consent.purpose is ConsentPurpose.QUOTATION:
                consent.is_given, consent.degree = False, None
        (contact,) = db.session.scalars(select(Contact)).all()
        contacts.erase(db.session, contact)
        (draft,) = db.session.scalars(select(Draft)).all()
        # Sent since: its words are in the backup as a draft alone, which its author may send again.
        factories.testimony(db.session).submission_key = draft.key_hash
        drafts.discard(db.session, draft)
        db.session.commit()
    survivors = tmp_path / "survivors.jsonl"
    assert house.flask("privacy", "survivors", survivors).exit_code == 0

    other = drill.build("other")
    given = drill.give_back(other, "--survivors", survivors)
    assert given.output.splitlines()[1] == "Effacé de nouveau\u00a0: 2\u00a0lignes."
    rows = other.rows()
    assert (rows["testimonies"], rows["contacts"], rows["drafts"]) == (2, 0, 1)
    with other.app.app_context():
        assert db.session.get(Withdrawal, key) is not None
        kept = db.session.get(Testimony, stays)
        assert kept is not None
        assert [
            each.is_given for each in kept.consents if each.purpose is ConsentPurpose.QUOTATION
        ] == [False]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_list_that_cannot_be_used_erases_nothing(drill: Drill, tmp_path: Path) -> None:
    house = drill.build("house", is_empty=False)
    furnish(house)
    survivors = tmp_path / "survivors.jsonl"
    house.flask("privacy", "survivors", survivors)
    drill.save(house)
    other = drill.build("other")
    early = drill.give_back(other, "--survivors", survivors)
    house.flask("privacy", "survivors", survivors)
    whole = survivors.read_text().splitlines(keepends=True)
    survivors.write_text("".join(whole[:-1]))
    cut = drill.give_back(other, "--survivors", survivors)
    head = json.loads(whole[0]) | {"marks": ["0" * 64]}
    survivors.write_text("".join([json.dumps(head) + "\n", *whole[1:]]))
    foreign = drill.give_back(other, "--survivors", survivors)
    assert [(each.exit_code, each.output) for each in (early, cut, foreign)] == [
        (
            1,
            "La liste de ce qui vit encore date d’avant la sauvegarde\u00a0: "
            "elle effacerait ce qui est venu entre les deux.\n",
        ),
        (1, "La liste de ce qui vit encore est coupée ou abîmée.\n"),
        (1, "La liste de ce qui vit encore est celle d’une autre installation.\n"),
    ]
    assert not (other.instance / "recueil.sqlite3").exists()
