"""How fast words are found among 100,000 answers, beside the plain scan that they replace.

On the sentences of the repository's corpus, put together at random, in SQLite and, where its
programs are installed, in PostgreSQL; in one run, on one machine:

- the median of several searches (a rare word, a common one, two words, a phrase, a beginning), each
  counting its testimonies, beside `LIKE '%word%'` over all answers, which knows no stem, no accent;
- the first page of the list, by date and by relevance, its passages shown;
- a concordance of a common word, its lines sorted;
- what indexing one answer costs; and, on SQLite, what leaving nothing of an erased one costs.

  python -m bench.search [--answers 100000] [--turns 9] [--only sqlite|postgresql]
                         [--results FOLDER]
"""

import argparse
import random
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from analysis import labelled
from app.database import engine_options, migrate
from app.models import Answer, Testimony
from app.services import concordances, search_index, summaries, testimonies
from app.services.filters import Filters
from bench import databases, results
from tests import servers

CORPUS = Path(labelled.__file__).with_name("corpora")
EACH = 5  # answers of a testimony
SEARCHES = (
    "dissonance",
    "réunion",
    "élus réunion",
    '"conseil local"',
    "particip*",
    "peur OU honte",
)
DAYS = 365


def sentences() -> list[str]:
    """The sentences of the corpus, line by line."""
    texts = (answer.passage.text for answer in labelled.read(CORPUS))
    return [line for text in texts for line in text.split(". ") if line.strip()]


def fill(session: Session, answers: int) -> float:
    """Make so many answers and index them; return the seconds that indexing one took."""
    chance, spoken = random.Random(6), sentences()
    ids = []
    for number in range(answers // EACH):
        made = uuid.UUID(int=chance.getrandbits(128))
        ids.append(made)
        session.execute(
            insert(Testimony).values(
                id=made,
                reference=f"{number:08d}",
                questionnaire_slug="elu",
                questionnaire_version=2,
                audience="elu",
                received_on=date(2026, 1, 1) + timedelta(days=number % DAYS),
                submission_key=str(number),
            )
        )
        rows = [
            {
                "id": uuid.UUID(int=chance.getrandbits(128)),
                "testimony_id": made,
                "question_id": f"q{position}",
                "position": position,
                "text": ". ".join(chance.choices(spoken, k=chance.randint(1, 6))) + ".",
            }
            for position in range(EACH)
        ]
        session.execute(insert(Answer), rows)
    rare = "Une dissonance, dit-elle."
    session.get_one(Answer, rows[0]["id"]).text = rare
    session.commit()
    start = time.perf_counter()
    for made in ids:
        search_index.write(session, made)
    session.commit()
    return (time.perf_counter() - start) / answers


def median(work: Callable[[], object], turns: int) -> float:
    """Return the median of the seconds that `work` takes, once warm."""
    work()
    taken = []
    for _ in range(turns):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def scan(session: Session) -> int:
    """The floor: every answer read, for a word."""
    found = select(func.count(Answer.testimony_id.distinct())).where(Answer.text.like("%réunion%"))
    return session.scalar(found) or 0


def page(session: Session, filters: Filters) -> int:
    """The first page of a list, and what it says of each."""
    listed = [each.id for each in testimonies.page(session, filters, 1)]
    return len(summaries.of(session, listed, filters))


def measure(name: str, session: Session, answers: int, turns: int) -> Iterator[results.Figure]:
    """Fill a database; what each search takes there."""
    indexing = fill(session, answers)
    where = f"{answers} réponses ({name})"
    floor = median(lambda: scan(session), turns)
    bare = f"plancher {results.number(1000 * floor)} ms, une lecture par LIKE"

    def taken(work: Callable[[], object]) -> float:
        return 1000 * median(work, turns)

    for words in SEARCHES:
        filters = Filters(words=words)
        spent = taken(lambda filters=filters: testimonies.count(session, filters))
        found = f"{results.number(spent)} ms, {testimonies.count(session, filters)} témoignages"
        what = f"Mots cherchés, « {words} » : {where}"
        yield results.Figure(what, spent / (1000 * floor), beside=f"{found} ; {bare}")
    for order, called in (("", "par date"), ("pertinence", "par pertinence")):
        filters = Filters(words="élus réunion", order=order)
        spent = taken(lambda filters=filters: page(session, filters))
        yield results.Figure(f"Une page trouvée, {called} : {where}", spent, "ms")
    for words in ("réunion", "dissonance"):
        filters = Filters(words=words)
        spent = taken(
            lambda filters=filters: concordances.of(session, filters, concordances.LEFT),
        )
        lines = len(concordances.of(session, filters).lines)
        what = f"Concordance de « {words} », {lines} lignes : {where}"
        yield results.Figure(what, spent, "ms")
    last = testimonies.pages(testimonies.count(session))
    spent = taken(lambda: testimonies.page(session, Filters(), last))
    yield results.Figure(f"Dernière page de la liste, {last} : {where}", spent, "ms")
    yield results.Figure(f"Préparer une réponse à la recherche : {where}", 1e6 * indexing, "µs")
    if name == "SQLite":
        what = f"Ne rien laisser d’un témoignage effacé : {where}"
        yield results.Figure(what, 1000 * erase(session), "ms")


def erase(session: Session) -> float:
    """Erase a testimony, and return the seconds that leaving nothing of it takes."""
    session.delete(session.scalars(select(Testimony).limit(1)).one())
    session.flush()
    start = time.perf_counter()
    search_index.scrub(session)
    session.commit()
    return time.perf_counter() - start


@contextmanager
def opened(url: str, folder: str) -> Iterator[Session]:
    """Open a session on an empty migrated database."""
    engine = create_engine(**engine_options(url))
    migrate(engine, lock=Path(folder) / "lock")
    with Session(engine) as session:
        yield session
    engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--only", choices=tuple(databases.NAMES))
    results.add_option(parser)
    asked = parser.parse_args()
    found: list[results.Figure] = []
    for engine in [asked.only] if asked.only else databases.NAMES:
        with tempfile.TemporaryDirectory() as folder, databases.settings(engine) as settings:
            url = settings.get("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
            with opened(servers.for_sqlalchemy(url), folder) as session:
                found += measure(databases.NAMES[engine], session, asked.answers, asked.turns)
    results.keep("search", found, asked.results)


if __name__ == "__main__":
    main()
