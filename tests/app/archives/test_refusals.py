"""What goes wrong is said in one French sentence, and nothing is written over."""

import io
import os
import resource
import signal
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from app.archives import manifests, sealing
from app.database import alembic_config, is_migrated
from app.extensions import db
from tests import servers
from tests.app.archives.conftest import NEW_KEY, OLD_KEY, Drill, House
from tests.instance import FLASK, ROOT

ONE_MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite, but where a test asks for the other."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def saved(drill: Drill) -> House:
    house = drill.build("house", is_empty=False)
    (house.instance / "pipelines").mkdir()
    (house.instance / "pipelines" / "big").write_bytes(os.urandom(ONE_MEGABYTE))
    assert drill.save(house).exit_code == 0
    return house


def cut(path: Path, _: Path) -> None:
    os.truncate(path, path.stat().st_size - 200_000)


def cut_between(path: Path, _: Path) -> None:
    """Where one of age's pieces ends: what is before is whole."""
    head = path.read_bytes().index(b"\n---")
    body = path.read_bytes().index(b"\n", head + 1) + 1 + 16
    os.truncate(path, body + 5 * (65536 + 16))


def change(path: Path, _: Path) -> None:
    with path.open("r+b") as file:
        file.seek(300_000)
        byte = file.read(1)
        file.seek(300_000)
        file.write(bytes([byte[0] ^ 1]))


def empty(path: Path, _: Path) -> None:
    os.truncate(path, 0)


def another_identity(_: Path, identity: Path) -> None:
    identity.unlink()
    sealing.make_identity(identity)


def no_identity(_: Path, identity: Path) -> None:
    identity.write_text("rien")


def erased(path: Path, _: Path) -> None:
    path.unlink()


def rewritten(path: Path, identity: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Seal again what a backup holds, changed: anybody may who has the public key."""
    keys = sealing.identities(identity)
    with sealing.opened(path, keys) as tar:
        held = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    change(held)
    path.unlink()
    with (
        sealing.sealed(path, keys[0].to_public()) as stream,
        tarfile.open(fileobj=stream, mode="w|") as tar,
    ):
        for name, content in held.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


def newer(path: Path, identity: Path) -> None:
    def change(held: dict[str, bytes]) -> None:
        held["manifest.json"] = _in_manifest(held, '"revision": "', '"revision": "9')

    rewritten(path, identity, change)


def of_postgresql(path: Path, identity: Path) -> None:
    def change(held: dict[str, bytes]) -> None:
        held["manifest.json"] = _in_manifest(held, '"sqlite"', '"postgresql"')

    rewritten(path, identity, change)


def _in_manifest(held: dict[str, bytes], before: str, after: str) -> bytes:
    return held["manifest.json"].replace(before.encode(), after.encode())


def other_words(path: Path, identity: Path) -> None:
    def change(held: dict[str, bytes]) -> None:
        held["instance/pipelines/big"] = b"autre chose"

    rewritten(path, identity, change)


def away(path: Path, identity: Path) -> None:
    """A file that would be written beside the instance, told in the manifest as if it were ours."""

    def change(held: dict[str, bytes]) -> None:
        manifest = held.pop("manifest.json")
        held["instance/../../away"] = held.pop("instance/pipelines/big")
        held["manifest.json"] = manifest.replace(b"pipelines/big", b"../../away")

    rewritten(path, identity, change)


DAMAGED = (
    "«\u00a0{out}\u00a0» est coupé ou abîmé, ou n’est pas une sauvegarde\u00a0: "
    "prenez-en une autre."
)
STRANGE = "«\u00a0{out}\u00a0» n’est pas une sauvegarde que cette version de Recueil comprend."


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (cut, DAMAGED),
        (cut_between, DAMAGED),
        (change, DAMAGED),
        (empty, DAMAGED),
        (
            another_identity,
            "Cette clé secrète n’ouvre pas «\u00a0{out}\u00a0»\u00a0: il en faut une autre.",
        ),
        (
            no_identity,
            "«\u00a0{identity}\u00a0» ne contient pas de clé secrète lisible "
            "(une ligne qui commence par «\u00a0AGE-SECRET-KEY-\u00a0»).",
        ),
        (erased, "«\u00a0{out}\u00a0» n’existe pas."),
        (
            newer,
            "La sauvegarde vient d’une version plus récente de Recueil (base 9{revision})\u00a0: "
            "installez d’abord celle-là.",
        ),
        (
            of_postgresql,
            "La sauvegarde est celle d’une base PostgreSQL, et DATABASE_URL mène à SQLite\u00a0: "
            "il faut la même.",
        ),
        (other_words, STRANGE),
        (away, "La sauvegarde nomme un fichier hors de l’instance\u00a0: refusée."),
    ],
)
def test_a_backup_that_cannot_be_given_back(
    drill: Drill, saved: House, harm: Callable[[Path, Path], None], sentence: str
) -> None:
    with saved.app.app_context():
        revision = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    other = drill.build("other")
    harm(drill.out, drill.identity)
    done = drill.give_back(other)
    said = sentence.format(out=drill.out, identity=drill.identity, revision=revision)
    assert (done.exit_code, done.output) == (1, f"{said}\n")
    assert not (other.instance / "recueil.sqlite3").exists()
    assert not (other.instance / "pipelines").exists()
    assert not (other.instance.parent / "away" / "away").exists()


def test_a_missing_key_is_named(drill: Drill, saved: House) -> None:
    other = drill.build("other", DATA_KEYS=NEW_KEY)
    done = drill.give_back(other)
    assert (done.exit_code, done.output) == (
        1,
        f"Il manque dans DATA_KEYS la clé d’empreinte {manifests.fingerprint(OLD_KEY)}\u00a0: sans "
        "elle, ce qui est chiffré resterait illisible. Remettez-la, derrière les autres.\n",
    )


def test_another_secret_key_is_told(drill: Drill, saved: House) -> None:
    other = drill.build("other", SECRET_KEY="t" * 48)
    done = drill.give_back(other)
    assert done.exit_code == 0
    mark = manifests.fingerprint("s" * 48)
    assert (
        f"- SECRET_KEY n’est pas celle d’alors (empreinte {mark})\u00a0: "
        "remettez-la, ou chaque personne se reconnectera."
    ) in done.output.splitlines()


@pytest.mark.parametrize(
    "kind",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))],
    indirect=True,
)
def test_nothing_is_written_over(drill: Drill, saved: House) -> None:
    full = drill.give_back(saved)
    other = drill.build("other")
    (other.instance / "pipelines").mkdir()
    (other.instance / "pipelines" / "v1").touch()
    occupied = drill.give_back(other)
    again = drill.save(saved)
    inside = saved.flask("backup", saved.instance / "x.age", "--to", drill.public)
    assert [(each.exit_code, each.output) for each in (full, occupied, again, inside)] == [
        (
            1,
            "La base de données n’est pas vide\u00a0: une restauration n’écrase rien. "
            "Donnez une base neuve par DATABASE_URL.\n",
        ),
        (
            1,
            "Le dossier de l’instance n’est pas vide (pipelines/v1)\u00a0: une restauration "
            "n’écrase rien. Donnez un dossier neuf par INSTANCE_PATH.\n",
        ),
        (1, f"«\u00a0{drill.out}\u00a0» existe déjà\u00a0: rien n’y est écrit.\n"),
        (
            1,
            "Donnez un fichier hors du dossier de l’instance\u00a0: "
            "celle-ci est dans la sauvegarde, et partirait avec elle.\n",
        ),
    ]


def test_a_key_that_is_none_is_refused(drill: Drill) -> None:
    house = drill.build("house", is_empty=False)
    none = house.flask("backup", drill.out)
    wrong = house.flask("backup", drill.out, "--to", "age1rien")
    secret = house.flask("backup", drill.out, "--to", drill.identity.read_text().split()[-1])
    made = house.flask("backup-keys", drill.identity)
    understood = (
        "La clé publique n’est pas comprise\u00a0: elle commence par «\u00a0age1\u00a0» "
        "(« flask backup-keys FICHIER » en fait une paire).\n"
    )
    assert [(each.exit_code, each.output) for each in (none, wrong, secret, made)] == [
        (
            1,
            "Donnez la clé publique à laquelle chiffrer, par --to ou BACKUP_KEY "
            "(« flask backup-keys FICHIER » fait une paire de clés).\n",
        ),
        (1, understood),
        (1, understood),
        (1, f"«\u00a0{drill.identity}\u00a0» existe déjà\u00a0: rien n’y est écrit.\n"),
    ]
    assert not drill.out.exists()


def test_killed_midway_nothing_half_made_is_left(drill: Drill, environment: dict[str, str]) -> None:
    house = drill.build("house", is_empty=False)
    big = house.instance / "pipelines"
    with big.open("wb") as file:
        file.truncate(4 << 30)  # of holes: minutes to seal, no place on the disk
    command = [*FLASK, "backup", str(drill.out), "--to", drill.public]
    partial = drill.out.with_name(f".{drill.out.name}.partial")
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment)
    servers.wait_until(
        lambda: partial.exists() and partial.stat().st_size > ONE_MEGABYTE, "a backup on its way"
    )
    meanwhile = drill.save(house)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not drill.out.exists()
    assert (meanwhile.exit_code, meanwhile.output) == (
        1,
        "Une sauvegarde ou une restauration est déjà en cours\u00a0: attendez sa fin.\n",
    )
    big.unlink()
    assert drill.save(house).exit_code == 0
    assert [path.name for path in drill.out.parent.iterdir()] == [drill.out.name]
    assert not (house.instance / ".backup").exists()


def test_a_full_disk_is_said(drill: Drill) -> None:
    house = drill.build("house", is_empty=False)
    (house.instance / "pipelines").write_bytes(os.urandom(4 * ONE_MEGABYTE))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 * ONE_MEGABYTE, hard))
    try:
        done = drill.save(house)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (done.exit_code, done.output) == (
        1,
        "La sauvegarde n’a pas pu être écrite\u00a0: File too large.\n",
    )
    assert list(drill.out.parent.iterdir()) == []


@pytest.mark.xdist_group("pg")
@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_missing_program_is_named(drill: Drill, monkeypatch: pytest.MonkeyPatch) -> None:
    house = drill.build("house", is_empty=False)
    monkeypatch.setenv("PATH", "/nowhere")
    done = drill.save(house)
    assert (done.exit_code, done.output) == (
        1,
        "pg_dump manque sur cette machine\u00a0: sous Debian, apt install postgresql-client.\n",
    )
    assert list(drill.out.parent.iterdir()) == []


def test_an_older_installation_is_saved_and_brought_up_to_date(drill: Drill) -> None:
    house = drill.build("house")
    with house.app.app_context():
        command.upgrade(alembic_config(db.engine), "0032")
    saved = drill.save(house, "--verify", "--identity", drill.identity)
    assert saved.exit_code == 0, saved.output
    other = drill.build("other")
    given = drill.give_back(other)
    assert given.output.splitlines()[1] == (
        "Elle vient d’une version plus ancienne\u00a0: la base est mise à jour."
    )
    with other.app.app_context():
        assert is_migrated(db.engine)


@pytest.mark.parametrize(
    "kind",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("pg"))],
    indirect=True,
)
def test_nothing_is_made_of_an_empty_database(drill: Drill) -> None:
    done = drill.save(drill.build("house"))
    assert (done.exit_code, done.output) == (
        1,
        "La base de données est vide\u00a0: il n’y a rien à sauvegarder.\n",
    )
    assert list(drill.out.parent.iterdir()) == []
