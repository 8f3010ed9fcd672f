"""The commands of `flask`, run as an administrator runs them: in a process of their own."""

import re
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, create_engine, text

from tests import commands
from tests.instance import environment_of
from tests.servers import free_port

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run a command on an instance that nothing was ever done to."""
    return running(tmp_path / "instance")


def running(folder: Path) -> Run:
    environment = environment_of(folder)

    def run(*arguments: str, answer: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return commands.flask(arguments, environment | more, answer)

    return run


@dataclass(frozen=True)
class Filled:
    """An instance filled with the fictional call, what that printed, and its database."""

    run: Run
    printed: str
    engine: Engine


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("filled") / "instance"
    run = running(folder)
    run("setup")
    engine = create_engine(f"sqlite:///{folder}/recueil.sqlite3")
    yield Filled(run, run("demo").stdout, engine)
    engine.dispose()


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    """Give a command's exit code and what it complained of."""
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["start", "worker"])
def test_an_unmigrated_database_is_said_in_a_line(run: Run, command: str) -> None:
    assert outcome(run(command)) == (
        1,
        "La base de données n’est pas à jour : lancez « flask setup » d’abord.\n",
    )


@pytest.mark.parametrize("command", ["setup", "start", "worker"])
def test_a_database_that_is_down_is_said_in_a_line(run: Run, command: str) -> None:
    address = f"postgresql://recueil@127.0.0.1:{free_port()}/recueil"
    assert outcome(run(command, DATABASE_URL=address)) == (
        1,
        "La base de données ne répond pas : vérifiez DATABASE_URL, et que son serveur tourne.\n",
    )


@pytest.mark.parametrize(
    "address", ["sqlite:////nulle/part/q.sqlite3", "postgresql://x@127.0.0.1:{}/q"]
)
def test_a_queue_that_cannot_be_opened_is_said_in_a_line(run: Run, address: str) -> None:
    assert outcome(run("setup", QUEUE_URL=address.format(free_port()))) == (
        1,
        "Recueil ne démarre pas. La file d’attente ne répond pas : vérifiez QUEUE_URL, "
        "et que son serveur tourne.\n",
    )


def test_setup_opens_one_administrators_account(run: Run) -> None:
    first, second = run("setup"), run("setup", ADMIN_EMAIL="autre@recueil.example")
    assert re.search(r"Mot de passe à usage unique : \S{16}\n", first.stdout)
    assert (second.returncode, second.stdout) == (0, "")


def test_setup_keeps_its_files_to_itself(run: Run, tmp_path: Path) -> None:
    run("setup")
    kept = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "instance").iterdir()
    }
    assert {"recueil.sqlite3", "queue.sqlite3", "secret_key", "data_keys"} <= set(kept)
    assert set(kept.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700


@pytest.mark.parametrize("command", ["start", "worker"])
def test_keys_that_open_nothing_are_said_in_a_line(run: Run, tmp_path: Path, command: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text("courriel;nom;profil\na@exemple.fr;Anne;élu\n", encoding="utf-8")
    run("setup")
    assert run("contacts", "import", str(file)).returncode == 0
    assert outcome(run(command, DATA_KEYS=Fernet.generate_key().decode())) == (
        1,
        "DATA_KEYS n’ouvre pas ce qui est chiffré dans la base : "
        "remettez les clés d’avant, derrière la nouvelle s’il y en a une.\n",
    )


@pytest.mark.parametrize("command", ["start", "worker"])
def test_a_queue_that_is_down_is_said_in_a_line(run: Run, command: str) -> None:
    run("setup")
    assert outcome(run(command, QUEUE_URL=f"redis://127.0.0.1:{free_port()}/0")) == (
        1,
        "La file d’attente ne répond pas : vérifiez QUEUE_URL, et que son serveur tourne.\n",
    )


@pytest.mark.parametrize("command", [["themes", "tag"], ["demo"], ["worker"]])
def test_a_model_that_cannot_be_loaded_is_said_in_a_line(run: Run, command: list[str]) -> None:
    run("setup")
    assert outcome(run(*command, SPACY_MODEL="fr_inconnu")) == (
        1,
        "SPACY_MODEL : modèle « fr_inconnu » : ni paquet installé, ni dossier "
        "(« auto », « intégré » et « indices » conviennent).\n",
    )


def test_accounts_from_the_terminal(run: Run) -> None:
    run("setup")
    opened = run("user", "create", "Lea@recueil.example", "equipe", "--nom", "Léa")
    assert opened.stdout.startswith(
        "Compte ouvert : Lea@recueil.example. Mot de passe à usage unique : "
    )
    assert outcome(run("user", "create", "lea@recueil.example")) == (
        1,
        "Un compte existe déjà pour lea@recueil.example.\n",
    )
    granted = run("user", "grant", "lea@recueil.example", "recherche")
    assert granted.stdout == "lea@recueil.example : recherche.\n"
    assert outcome(run("user", "grant", "x@recueil.example", "recherche")) == (
        1,
        "Aucun compte pour x@recueil.example.\n",
    )


@pytest.mark.parametrize("address", ["pasunadresse", "admin@localhost", "a@centre.local"])
def test_an_account_that_nobody_could_sign_in_with(run: Run, address: str) -> None:
    run("setup")
    assert outcome(run("user", "create", address)) == (
        1,
        f"« {address} » : personne ne pourrait se connecter avec cette adresse. "
        "Donnez une adresse entière, par exemple nom@organisme.fr.\n",
    )


def test_a_lost_password_is_replaced(run: Run) -> None:
    run("setup")
    run("user", "create", "lea@recueil.example")
    renewed = run("user", "password", "LEA@recueil.example")
    assert re.fullmatch(
        r"Nouveau mot de passe à usage unique pour LEA@recueil\.example : \S{16}\n",
        renewed.stdout,
    )
    assert outcome(run("user", "password", "x@recueil.example")) == (
        1,
        "Aucun compte pour x@recueil.example.\n",
    )


@pytest.mark.xdist_group("filled")
def test_the_demo_fills_an_empty_database_only(filled: Filled) -> None:
    second = filled.run("demo")
    assert re.match(
        r"60 témoignages, \d+ suggestions de thèmes, 40 contacts, 40 invitations\. "
        r"Tout est fictif\.\n"
        r"\d{3} décisions, 2 codages à l’aveugle, 11 passages choisis\.\n",
        filled.printed,
    )
    assert outcome(second) == (
        1,
        "La base contient déjà des témoignages, des contacts ou une campagne : "
        "rien n’a été ajouté. Pour une base vide : INSTANCE_PATH=autre/dossier make demo\n",
    )
    with filled.engine.connect() as connection:
        waiting = connection.scalar(
            text("SELECT count(*) FROM testimonies WHERE tagged_by IS NULL")
        )
        queued = connection.scalar(text("SELECT count(*) FROM invitations WHERE state = 'queued'"))
    assert (waiting, queued) == (0, 0)
    waiting, everything = filled.run("themes", "tag"), filled.run("themes", "tag", "--all")
    assert waiting.stdout.startswith("0\u00a0témoignage lu, 0\u00a0suggestion nouvelle ")
    assert everything.stdout.startswith("60\u00a0témoignages lus, 0\u00a0suggestion nouvelle ")


@pytest.mark.xdist_group("filled")
def test_a_testimony_is_erased_by_its_reference(filled: Filled) -> None:
    with filled.engine.connect() as connection:
        reference = connection.scalar(text("SELECT min(reference) FROM testimonies"))
    asked = filled.run("testimonies", "withdraw", str(reference).lower(), answer="o\ny\n")
    assert asked.stdout.endswith(f"Le témoignage {reference} est effacé.\n")
    assert outcome(filled.run("testimonies", "withdraw", str(reference), "--yes")) == (
        1,
        f"Aucun témoignage ne porte la référence {reference}.\n",
    )
    with filled.engine.connect() as connection:
        left = connection.scalar(text("SELECT count(*) FROM testimonies"))
        orphans = connection.scalar(
            text("SELECT count(*) FROM codings WHERE answer_id NOT IN (SELECT id FROM answers)")
        )
    assert (left, orphans) == (59, 0)


def test_a_questionnaire_that_somebody_began_cannot_be_taken_away(run: Run, tmp_path: Path) -> None:
    run("setup")
    engine = create_engine(f"sqlite:///{tmp_path}/instance/recueil.sqlite3")
    with engine.begin() as connection:
        columns = "id, key_hash, questionnaire_slug, questionnaire_version, answers, saved_sections"
        times = "revision, created_at, saved_at, expires_at"
        cipher = Fernet((tmp_path / "instance" / "data_keys").read_bytes())
        kept = {"json": cipher.encrypt(b"{}")}
        connection.execute(
            text(
                f"INSERT INTO drafts ({columns}, {times}) VALUES ('{'0' * 32}', 'k', 'usager', 9, "
                ":json, :json, 1, '2026-01-01', '2026-01-01', '2999-01-01')"
            ),
            kept,
        )
    engine.dispose()
    assert outcome(run("start")) == (
        1,
        "Des personnes ont commencé un questionnaire qui n’est plus là (usager.v9) : "
        "remettez ce fichier parmi les définitions, au moins 30\u00a0jours.\n",
    )
