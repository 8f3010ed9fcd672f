"""What two researchers did with the fictional call: each page of research has something to show."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Answer, RoundCoder, RoundMark, RoundUnit, Testimony, Verdict
from app.services import (
    agreement_cuts,
    agreement_marks,
    agreement_rounds,
    bounds,
    codings,
    decisions,
    memos,
    mentions,
    pseudonyms,
    quotations,
)
from app.services.agreement_cuts import Splitter
from app.services.filters import Filters
from app.services.guide_names import Names
from app.services.passages import Span
from guides.schema import Kind

SEED = 7  # whoever makes the demonstration twice sees the same


@dataclass(frozen=True)
class Team:
    """Who researches, and with what: the pipeline, what cuts sentences, what names things."""

    coders: Sequence[int]  # two accounts
    suggester: codings.Suggester
    sentences: Splitter
    names: Names


@dataclass(frozen=True)
class Researched:
    """How much was added."""

    decisions: int
    quotations: int


def carry_out(
    session: Session, told: Mapping[str, Testimony], team: Team, path: Path
) -> Researched:
    """Do what `path` (YAML) tells with these testimonies, called as their files are."""
    work = yaml.safe_load(path.read_text(encoding="utf-8"))
    chance = random.Random(SEED)  # noqa: S311 -- the same demonstration each time, no secret
    read = list(told.values())[:: max(1, len(told) // work["decides"])][: work["decides"]]
    decided = sum(_decide(session, each, team, chance) for each in read)
    for memo in work["memos"]:
        memos.write(session, told[memo["de"]].id, None, memo["mots"], by=team.coders[0])
    chosen = work["citations"]
    for name in dict.fromkeys(each["de"] for each in chosen):
        _go_over(session, told[name], by=team.coders[0])
    for each in chosen:
        _quote(session, told[each["de"]], each, team)
    _code_blind(session, work["accord"], work["accord"]["themes"], team, chance, is_over=True)
    _code_blind(session, work["suite"], work["accord"]["themes"], team, chance, is_over=False)
    return Researched(decided, len(chosen))


def _decide(session: Session, testimony: Testimony, team: Team, chance: random.Random) -> int:
    """Say yes to what is sure, more often no to what is not; leave the odd one for later."""
    decided, by = 0, chance.choice(team.coders)
    for coding in codings.of_testimony(session, testimony.id):
        drawn = chance.random()
        if drawn < 0.05:
            continue
        likely = 0.95 if coding.score >= codings.STRONG else 0.6
        likely = likely if coding.score >= codings.MEDIUM else 0.3
        verdict = Verdict.ACCEPTED if chance.random() < likely else Verdict.REJECTED
        decisions.decide(session, testimony.id, coding.id, verdict, by=by)
        decided += 1
    return decided


def _go_over(session: Session, testimony: Testimony, *, by: int) -> None:
    """Say yes to each pseudonym that is sure, no to the others, for the whole testimony."""
    shown = mentions.of(session, testimony, mentions.propose(testimony))
    chosen = {each.key: each.is_sure for each in shown}
    pseudonyms.decide(session, testimony, shown, chosen, by=by, is_whole=True)


def _quote(session: Session, testimony: Testimony, told: Mapping[str, Any], team: Team) -> None:
    answer = next(each for each in testimony.answers if each.question_id == told["question"])
    start, end = _place(answer, told["mots"])
    cuts = (_place(answer, told["saut"]),) if "saut" in told else ()
    kind = Kind(told["pour"])
    choice = quotations.Choice(told["guide"], told["chapitre"], kind, start, end, cuts)
    quotations.choose(session, team.names, answer.id, choice, by=team.coders[0])


def _place(answer: Answer, words: str) -> Span:
    return bounds.places(answer.text or "", words)[0]


def _code_blind(
    session: Session,
    told: Mapping[str, Any],
    themes: Sequence[str],
    team: Team,
    chance: random.Random,
    *,
    is_over: bool,
) -> None:
    """Have a round coded by both, much as the pipeline reads; one that is not over, half by one."""
    plan = agreement_rounds.Plan(
        title=told["titre"],
        size=told["taille"],
        themes=themes,
        coders=team.coders,
        filters=Filters(),
    )
    made = agreement_rounds.make(session, plan, by=team.coders[0], seed=SEED)
    agreement_cuts.cut(session, made.id, team.suggester, team.sentences)
    session.refresh(made)
    *people, pipeline = made.coders
    units = _read_by(session, pipeline)
    for coder in people if is_over else people[:1]:
        for unit_id, found in units if is_over else units[: len(units) // 2]:
            said = _said(themes, found, chance)
            agreement_marks.mark(session, coder, unit_id, said)
    if is_over:
        agreement_rounds.close(session, made.id, by=team.coders[0])


def _read_by(session: Session, coder: RoundCoder) -> list[tuple[int, list[str]]]:
    query = (
        select(RoundUnit.id, RoundMark.themes)
        .join(RoundMark, RoundMark.unit_id == RoundUnit.id)
        .where(RoundMark.coder_id == coder.id)
        .order_by(RoundUnit.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _said(themes: Sequence[str], found: Sequence[str], chance: random.Random) -> list[str]:
    """Return what a person says of a sentence: now and then something else than the pipeline."""
    likely = {theme: 0.85 if theme in found else 0.02 for theme in themes}
    return [theme for theme in themes if chance.random() < likely[theme]]
