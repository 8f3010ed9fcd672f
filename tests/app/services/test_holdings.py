"""What is held is given whole to its author, and nobody else is in it."""

from datetime import UTC, date, datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.models import (
    Account,
    AgreementRound,
    Decision,
    RoleName,
    RoundCoder,
    RoundMark,
    RoundPassage,
    RoundUnit,
    Settlement,
    Testimony,
    Verdict,
)
from app.models.base import PARIS, today
from app.services import (
    corrections,
    drafts,
    holdings,
    memos,
    mentions,
    pseudonyms,
    receipts,
    testimonies,
)
from forms.schema import Library, Questionnaire
from tests import factories

WORDS = "Les élus manquent de temps. Personne ne vient aux réunions."


def library() -> Library:
    found: Library = current_app.extensions["questionnaires"]
    return found


def asked() -> Questionnaire:
    return library().current("coordinateur")


def told(session: Session) -> Testimony:
    return factories.testimony(
        session,
        answers={"clsm": "CLSM du Bocage", "region": "Normandie", "demarche_elus": WORDS},
        received_on=date(2026, 3, 2),
    )


def held(session: Session, testimony: Testimony) -> dict[str, Any]:
    return holdings.of_testimony(session, testimony, library())


def decide(session: Session, testimony: Testimony, by: Account) -> None:
    """Three themes on the free answer: one corrected, one rejected, one that nobody looked at."""
    answer = next(each for each in testimony.answers if each.text == WORDS)
    evidence = [{"start": 9, "end": 26, "reason": "« manquent de temps »"}]
    verdicts = [(Verdict.CORRECTED, "soutien_elus"), (Verdict.REJECTED, None), None]
    for quote, verdict in zip(
        ["Les élus manquent de temps.", "Personne", "réunions"], verdicts, strict=True
    ):
        coding = factories.coding(session, answer, quote=quote, evidence=evidence)
        if verdict is not None:
            coding.decision = Decision(
                verdict=verdict[0],
                theme=verdict[1],
                decided_by_id=by.id,
                decided_at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC),
            )
    session.flush()


def test_a_testimony_is_given_with_what_was_drawn_from_it(session: Session) -> None:
    testimony = told(session)
    by = factories.account(session, name="Claire Morvan", roles=[RoleName.RESEARCHER])
    decide(session, testimony, by)
    given = held(session, testimony)
    first, second, third = given["themes"]
    assert first == {
        "theme": "freins_participation",
        "question": "demarche_elus",
        "passage": "Les élus manquent de temps.",
        "debut": 0,
        "fin": 27,
        "score": 0.84,
        "raisons": [{"mots": "manquent de temps", "raison": "« manquent de temps »"}],
        "pose_a_la_main": False,
        "propose_le": today().isoformat(),
        "propose_par": "essai 1",
        "decision": decided("corrigé", "soutien_elus"),
        "memos": [],
    }
    assert second["decision"] == decided("rejeté", None)
    assert (third["passage"], third["decision"]) == ("réunions", None)
    del given["themes"], given["accords"]
    assert given == {
        "reference": testimony.reference,
        "questionnaire": "coordinateur.v2",
        "profil": "coordinateur",
        "canal": "questionnaire",
        "recu_le": "2026-03-02",
        "reponses": {"clsm": "CLSM du Bocage", "region": "Normandie", "demarche_elus": WORDS},
        "variables": {"clsm": "CLSM du Bocage", "region": "Normandie"},
        "reponses_d_avant": [],
        "changements_pas_envoyes": None,
        "lu_par": "essai 1",
        "donnees_personnelles": {
            "relu_le": None,
            "relu_en_entier": False,
            "modifie_depuis": False,
            "passages": [],
        },
        "choisi_pour_les_guides": [],
        "memos": [],
        "codages_a_l_aveugle": [],
        "desaccords_tranches": [],
        "actes": [],
    }


def decided(verdict: str, theme: str | None) -> dict[str, Any]:
    return {
        "avis": verdict,
        "theme_retenu": theme,
        "debut_retenu": None,
        "fin_retenue": None,
        "passage_retenu": None,
        "le": "2026-03-10",
    }


def test_memos_other_bounds_and_blind_codings_are_given(session: Session) -> None:
    testimony = told(session)
    by = factories.account(session, name="Claire Morvan", roles=[RoleName.RESEARCHER])
    answer = next(each for each in testimony.answers if each.text == WORDS)
    laid = factories.coding(session, answer, quote="Les élus manquent de temps.")
    corrections.correct(session, testimony.id, laid.id, theme=laid.theme, span=(0, 8), by=by.id)
    memos.write(session, testimony.id, laid.id, "À revoir", by=by.id)
    memos.write(session, testimony.id, None, "Le ton est vif", by=by.id)
    memos.write(session, testimony.id, None, "", by=by.id)
    round_ = AgreementRound(title="Essai", seed=1, size=1, filters={}, themes=[laid.theme])
    round_.coders = [RoundCoder(rank=0, account_id=by.id)]
    session.add(round_)
    session.flush()
    passage = RoundPassage(round_id=round_.id, answer_id=answer.id, position=1)
    session.add(passage)
    session.flush()
    unit = RoundUnit(passage_id=passage.id, start=0, end=27)
    session.add(unit)
    session.flush()
    coder = round_.coders[0].id
    session.add(RoundMark(unit_id=unit.id, coder_id=coder, themes=[laid.theme]))
    session.add(Settlement(unit_id=unit.id, theme=laid.theme, is_given=False, settled_by_id=by.id))
    session.flush()
    given, day = held(session, testimony), datetime.now(PARIS).date().isoformat()
    (theme,) = given["themes"]
    assert theme["memos"] == [{"memo": "À revoir", "le": day}]
    assert theme["decision"] == {
        "avis": "corrigé",
        "theme_retenu": None,
        "debut_retenu": 0,
        "fin_retenue": 8,
        "passage_retenu": "Les élus",
        "le": day,
    }
    sentence = {
        "question": "demarche_elus",
        "passage": "Les élus manquent de temps.",
        "debut": 0,
        "fin": 27,
    }
    assert given["codages_a_l_aveugle"] == [sentence | {"themes": ["freins_participation"]}]
    assert given["desaccords_tranches"] == [
        sentence | {"theme": "freins_participation", "retenu": False, "le": day}
    ]
    whole = {"theme": "freins_participation", "debut": 0, "fin": 27, "memos": []}
    assert [(each["acte"], each["avant"], each["apres"]) for each in given["actes"]] == [
        ("corrigé", whole, whole | {"fin": 8}),
        ("mémo", None, {"memo": "À revoir"}),
        ("mémo", None, {"memo": "Le ton est vif"}),
        ("mémo", {"memo": "Le ton est vif"}, None),
    ]
    assert given["memos"] == []
    assert "Morvan" not in str(given)


def test_what_is_replaced_in_it_is_given_and_nobody_of_the_team(session: Session) -> None:
    by = factories.account(session, name="Claire Morvan", email="claire@recueil.example")
    testimony = factories.testimony(session, answers={"demarche_elus": "Mme Kerbrat préside."})
    shown = mentions.of(session, testimony, mentions.propose(testimony))
    said = {each.key: True for each in shown}
    pseudonyms.decide(session, testimony, shown, said, by=by.id, is_whole=True)
    given = held(session, testimony)["donnees_personnelles"]
    assert given == {
        "relu_le": today().isoformat(),
        "relu_en_entier": True,
        "modifie_depuis": False,
        "passages": [
            {
                "question": "demarche_elus",
                "passage": "Kerbrat",
                "debut": 4,
                "fin": 11,
                "nature": "PER",
                "pseudonyme": "[Nom 1]",
                "remplace": True,
                "ajoute_a_la_main": False,
                "le": today().isoformat(),
            }
        ],
    }


def test_nobody_of_the_team_is_named(session: Session) -> None:
    testimony = told(session)
    by = factories.account(session, name="Claire Morvan", email="claire@recueil.example")
    decide(session, testimony, by)
    given = held(session, testimony)
    assert "laire" not in str(given)
    assert {tuple(each["decision"]) for each in given["themes"] if each["decision"]} == {
        tuple(decided("corrigé", None))
    }


def test_changes_that_are_not_sent_and_what_was_said_before_are_given(session: Session) -> None:
    testimony = told(session)
    receipts.amend(session, testimony, asked(), receipts.values(testimony) | {"clsm": "Un autre"})
    draft = receipts.reopen(session, testimony, asked())
    drafts.save(session, draft, asked={"clsm"}, given={"clsm": "Un troisième"}, section=None)
    given = held(session, testimony)
    assert given["reponses"]["clsm"] == "Un autre"
    (before,) = given["reponses_d_avant"]
    assert (before["jusqu_au"], before["reponses"]["clsm"]) == (
        today().isoformat(),
        "CLSM du Bocage",
    )
    assert given["changements_pas_envoyes"] == holdings.of_draft(draft)
    assert given["changements_pas_envoyes"]["reponses"]["clsm"] == "Un troisième"


def test_an_interview_says_how_it_came(session: Session) -> None:
    given = held(session, factories.interview(session))
    assert (given["profil"], given["canal"]) == ("elu", "entretien")


def test_a_draft_is_given_with_its_days(session: Session) -> None:
    draft = drafts.start(session, asked(), "une clé")
    drafts.save(
        session, draft, asked={"clsm"}, given={"clsm": "CLSM du Bocage"}, section="territoire"
    )
    assert holdings.of_draft(draft) == {
        "questionnaire": "coordinateur.v2",
        "commence_le": draft.created_at.isoformat(timespec="seconds"),
        "enregistre_le": draft.saved_at.isoformat(timespec="seconds"),
        "garde_jusqu_au": draft.expires_at.isoformat(timespec="seconds"),
        "rubriques_enregistrees": ["territoire"],
        "reponses": {"clsm": "CLSM du Bocage"},
    }
    assert testimonies.count(session) == 0
