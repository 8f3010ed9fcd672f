"""The testimonies, as researchers look for them and read them. Nothing here knows who wrote."""

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.extensions import db
from app.models import Act, Answer, QuotationDegree, RoleName, Testimony
from app.presentation import plural
from app.services import (
    codings_log,
    collecting,
    consents,
    memos,
    neighbours,
    readings,
    summaries,
    testimonies,
    testimony_rows,
    transcripts,
)
from app.services.readings import Laid
from app.services.testimonies import Filters
from app.services.words import cut
from app.views import active_filters, advances, blind_reading, current_codings
from app.views import filters as address
from app.views import workbench_news as news
from app.views.access import only_for
from app.views.acting import looked
from app.views.typed import Block, blocks, family_of
from forms import kinds
from forms.schema import Question, Questionnaire, UnknownQuestionnaire

blueprint = Blueprint("testimonies", __name__, url_prefix="/recherche")
only_for(blueprint, RoleName.RESEARCHER)
address.explain_in(blueprint)

SHORT_WORDING = 48
SIGNED = {
    QuotationDegree.UNNAMED: "sans aucun nom, ni lieu",
    QuotationDegree.FUNCTION: (
        "avec la fonction et le territoire (région ou département, jamais le nom du CLSM)"
    ),
}
STATE_WORDS = {
    "proposed": ("proposé", "proposés"),
    "accepted": ("accepté", "acceptés"),
    "corrected": ("corrigé", "corrigés"),
    "rejected": ("rejeté", "rejetés"),
    "by_hand": ("posé à la main", "posés à la main"),
}
# A place of an answer, as the concordance says it.
PASSAGE = re.compile(r"(?P<position>[0-9]{1,4})-(?P<start>[0-9]{1,8})-(?P<end>[0-9]{1,8})")
MOST_NOTES = 300  # beside the text; beyond, one is shown at a time
MOST_IDS = 10_000  # places that an address may lead to; beyond, the script leads there
NO_ONE = uuid.UUID(int=0)  # stands for a coding in an address that the script fills


class NoSuchTestimony(NotFound):
    """No testimony has this id: it never had one, or was withdrawn."""


@dataclass(frozen=True)
class Asked:
    """An answer beside the words of its question; none where its definition is gone."""

    answer: Answer
    question: Question | None

    @property
    def wording(self) -> str:
        return self.question.label if self.question else self.answer.question_id

    @property
    def short_wording(self) -> str:
        return cut(self.wording, SHORT_WORDING)

    @property
    def shown(self) -> str:
        """The value in words."""
        value = self.answer.value
        if self.question is None or value is None:
            return testimony_rows.variable_text(value if value is not None else "")
        return kinds.show(self.question, value)


@dataclass(frozen=True)
class Told:
    """An answer in free words: cut, its codings counted."""

    asked: Asked
    blocks: Sequence[Block]
    excerpts: int
    waiting: int


@blueprint.get("/")
def index() -> str:
    """List the testimonies that pass the filters of the address, a page at a time."""
    filters = address.read()
    found = testimonies.count(db.session, filters)
    last = testimonies.pages(found)
    number = address.page_number(last)
    looked(Act.TESTIMONIES_LISTED, count=found)
    after = testimonies.find(db.session, request.args.get("apres", "")) if number > 1 else None
    shown = testimonies.page(db.session, filters, number, after=after)
    return render_template(
        "testimonies/index.html",
        testimonies=shown,
        summaries=summaries.of(db.session, [each.id for each in shown], filters),
        far=advances.of([each.id for each in shown]).get,
        excerpts=_excerpts(filters),
        is_quotable=lambda each: consents.attribution(each) is not None,
        found=found,
        total=testimonies.count(db.session),
        page=number,
        last_page=last,
        filters=filters,
        active=active_filters.of(filters, address.choices()),
        clsms=testimonies.clsms(db.session),
        choices=address.choices(),
        arguments=address.arguments,
    )


def _excerpts(filters: Filters) -> Mapping[str, int] | None:
    """Return how many excerpts are looked for: of each theme, of any; none where none is chosen."""
    if not filters.chooses_excerpts:
        return None
    themes = filters.themes or [""]
    return {theme: summaries.excerpts(db.session, filters, of=theme) for theme in themes}


@blueprint.get("/temoignages/<uuid:testimony_id>")
def show(testimony_id: uuid.UUID) -> str:
    """Open the workbench: a testimony, its codings, and what can be done with them.

    With few codings each has its note beside the text; with many, one note is shown at a time.
    """
    filters = address.read()
    testimony = testimonies.get(db.session, testimony_id)
    if testimony is None:
        raise NoSuchTestimony
    if (first := blind_reading.page(testimony, filters)) is not None:
        return first
    looked(Act.TESTIMONY_OPENED, testimony_id)
    with collecting.paused():
        return _workbench(testimony, filters)


def _workbench(testimony: Testimony, filters: Filters) -> str:
    testimony_id = testimony.id
    rank = codings_log.rank(db.session, testimony_id)  # first: what follows is told again, not lost
    rows = readings.laid(db.session, testimony_id)
    is_panel = len(rows) > MOST_NOTES
    current = current_codings.current(rows) if is_panel else None
    told = readings.told(db.session, rows if current is None else [rows[current]])
    asked = list(_asked(testimony))
    setting = news.note_setting(testimony_id, is_panel=is_panel)
    return render_template(
        "testimonies/show.html",
        testimony=testimony,
        is_interview=transcripts.is_interview(testimony),
        questionnaire=_questionnaire(testimony),
        told=_told(asked, rows, None if is_panel else told),
        facts=[each for each in asked if not each.answer.text],
        codings=rows,
        is_panel=is_panel,
        current=told[rows[current].id] if current is not None else None,
        around=current_codings.around(rows, current),
        setting=setting,
        attribution=_attribution(testimony),
        neighbours=neighbours.of(db.session, testimony, filters),
        filters=filters,
        choices=setting.choices,
        arguments=address.arguments,
        anchor=summaries.anchor,
        tally=_tally(rows),
        decided=sum(each.is_decided for each in rows),
        to_decide=current_codings.to_decide(rows),
        memos=memos.of_testimony(db.session, testimony_id),
        bench=_bench(rows, setting, rank),
    )


def _told(
    asked: Sequence[Asked], rows: Sequence[Laid], told: Mapping[uuid.UUID, readings.Told] | None
) -> list[Told]:
    """Return the answers in free words; their notes too, unless nothing is `told` of all."""
    found, numbered = [], 0
    placed = readings.by_position(rows)
    for each in asked:
        position, text = each.answer.position, each.answer.text
        if not text:
            continue
        mine = placed.get(position, [])
        notes = None if told is None else readings.notes(mine, told, after=numbered)
        numbered += len(notes or ())
        cut_text = blocks(
            text,
            position,
            mine,
            address.choices(),
            notes=notes,
            has_anchors=len(rows) <= MOST_IDS,
            sought=_sought(position),
        )
        waiting = sum(not laid.is_decided for laid in mine)
        found.append(Told(each, cut_text, len(mine), waiting))
    return found


def _sought(position: int) -> tuple[int, int] | None:
    """Return the place of an answer that the address leads to, or none."""
    place = PASSAGE.fullmatch(request.args.get("passage", ""))
    if place is None or int(place["position"]) != position:
        return None
    start, end = int(place["start"]), int(place["end"])
    return (start, end) if start < end else None


def _bench(rows: Sequence[Laid], setting: news.NoteSetting, rank: int) -> Markup:
    """Return what the workbench's script reads, as JSON: the codings and its addresses.

    A coding: its id, its bounds, its family, how it stands (its rank in news.STATES), whether its
    theme is looked for. Written by hand: there may be fifty thousand.
    """
    sought = news.sought_themes()
    families = {theme: family_of(setting.choices, theme) for theme in {each.theme for each in rows}}
    listed: dict[int, list[str]] = {}
    for each in rows:
        listed.setdefault(each.position, []).append(
            f'["{each.id.hex}",{each.start},{each.end},"{families[each.theme]}",'
            f"{news.mark_of(each)}{',1' if each.theme in sought else ''}]"
        )
    placed = ",".join(f'"{name}":[{",".join(each)}]' for name, each in listed.items())
    rest = json.dumps(
        {
            "rang": rank,
            "lu": news.read_by(setting.testimony_id),
            "panneau": setting.is_panel,
            "cherche": bool(sought),
            "mots": list(STATE_WORDS.values()),
            "adresses": {
                "changements": url_for("workbench.changes", **setting.where),
                "coder": url_for("coding_forms.add", **setting.where),
                "codage": url_for("decisions.decide", coding_id=NO_ONE, **setting.where),
            },
        }
    ).replace("<", "\\u003c")
    return Markup(f'{rest[:-1]}, "codages": {{{placed}}}}}')  # noqa: S704 - hexadecimal and numbers


@blueprint.errorhandler(NoSuchTestimony)
def missing(_error: NoSuchTestimony) -> tuple[str, int]:
    """Say that a testimony is not there, and the way back to the list."""
    return render_template("testimonies/missing.html"), 404


def _asked(testimony: Testimony) -> Iterator[Asked]:
    questionnaire = _questionnaire(testimony)
    questions = {q.id: q for q in questionnaire.questions} if questionnaire else {}
    for answer in testimony.answers:
        yield Asked(answer, questions.get(answer.question_id))


def _questionnaire(testimony: Testimony) -> Questionnaire | None:
    library = current_app.extensions["questionnaires"]
    try:
        found: Questionnaire = library.get(
            testimony.questionnaire_slug, testimony.questionnaire_version
        )
    except UnknownQuestionnaire:
        return None
    return found


def _tally(rows: Sequence[Laid]) -> list[str]:
    """Return how many codings stand how, in words."""
    counts = Counter(map(news.mark_of, rows))
    return [
        plural(counts[rank], *STATE_WORDS[state])
        for rank, state in enumerate(news.STATES)
        if counts[rank]
    ]


def _attribution(testimony: Testimony) -> str | None:
    """Return how a passage may be signed, in words; none where it may not be quoted."""
    degree = consents.attribution(testimony)
    return SIGNED[degree] if degree else None
