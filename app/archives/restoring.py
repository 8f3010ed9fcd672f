"""Giving a backup back: to an empty installation, or to a scratch one to see that it can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyrage import x25519
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.archives import databases, reading, writing
from app.archives.manifests import Keys, Manifest
from app.archives.sealing import ArchiveError
from app.database import engine_options, migrate, revisions
from app.services import encrypted_rows


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an installation is: its database, its folder, the fingerprints of its keys."""

    url: str
    instance: Path
    keys: Keys


def restore(
    path: Path,
    keys: Sequence[x25519.Identity],
    place: Place,
    *,
    listed_at: datetime | None = None,
) -> Manifest:
    """Give a backup back to an empty place, and return what it holds.

    The whole file is read before anything is written. The database is as it was saved: whether it
    must be migrated, `is_older` says. `listed_at` is when a list of survivors was made: one from
    before the backup would erase what came between. Raises ArchiveError.
    """
    with writing.alone(place.instance) as scratch:
        _need_empty(place)
        manifest = reading.check(path, keys)
        _need_kind(manifest, place)
        is_older(manifest)
        _need_keys(manifest, place.keys)
        if listed_at is not None and listed_at < manifest.moment:
            raise ArchiveError(
                "La liste de ce qui vit encore date d’avant la sauvegarde\u00a0: "
                "elle effacerait ce qui est venu entre les deux."
            )
        database = databases.of(place.url)
        files = scratch / "files"
        files.mkdir(mode=0o700)
        reading.give_back(
            path, keys, pour=lambda stream: database.pour(place.url, stream), folder=files
        )
        for each in files.iterdir():
            each.rename(place.instance / each.name)
    return manifest


def verify(path: Path, keys: Sequence[x25519.Identity], place: Place) -> Manifest:
    """Give a backup back to a scratch place, compare, forget it; return what it holds.

    What is compared: the digests of what is read, the rows of each table, the revision, what the
    database says of itself, and that the keys of `place` open what is encrypted. Raises
    ArchiveError.
    """
    with writing.alone(place.instance) as folder:
        manifest = reading.check(path, keys)
        _need_kind(manifest, place)
        is_older(manifest)
        _need_keys(manifest, place.keys)
        database = databases.of(place.url)
        with database.scratch(place.url, folder) as url:
            reading.give_back(
                path, keys, pour=lambda stream: database.pour(url, stream), folder=None
            )
            _compare(database.counted(url), manifest)
            _need_to_open(url, lock=folder / "migration.lock")
    return manifest


def _compare(counted: dict[str, int], manifest: Manifest) -> None:
    tables = sorted(counted.keys() | manifest.tables.keys())
    for name in tables:
        if counted.get(name) != manifest.tables.get(name):
            raise ArchiveError(
                f"La table «\u00a0{name}\u00a0» rend {counted.get(name, 0)} lignes "
                f"au lieu de {manifest.tables.get(name, 0)}\u00a0: prenez une autre sauvegarde."
            )


def _need_to_open(url: str, *, lock: Path) -> None:
    """Bring a database to this version, as a restore would, and read what is encrypted there."""
    engine = create_engine(**engine_options(url))
    try:
        migrate(engine, lock=lock)
        with Session(engine) as session:
            can = encrypted_rows.can_be_opened(session)
    finally:
        engine.dispose()
    if not can:
        raise ArchiveError("DATA_KEYS n’ouvre pas ce qui est chiffré dans la sauvegarde.")


def is_older(manifest: Manifest) -> bool:
    """Say whether the database must be migrated. Raises ArchiveError for a later version's."""
    head, known = revisions()
    if manifest.revision not in known:
        raise ArchiveError(
            f"La sauvegarde vient d’une version plus récente de Recueil (base "
            f"{manifest.revision})\u00a0: installez d’abord celle-là."
        )
    return manifest.revision != head


def _need_empty(place: Place) -> None:
    if not databases.of(place.url).is_empty(place.url):
        raise ArchiveError(
            "La base de données n’est pas vide\u00a0: une restauration n’écrase rien. "
            "Donnez une base neuve par DATABASE_URL."
        )
    found = writing.files(place.instance)
    if found:
        raise ArchiveError(
            f"Le dossier de l’instance n’est pas vide ({found[0]})\u00a0: une restauration "
            "n’écrase rien. Donnez un dossier neuf par INSTANCE_PATH."
        )


def _need_kind(manifest: Manifest, place: Place) -> None:
    wanted = databases.dialect_of(place.url)
    if manifest.dialect != wanted:
        raise ArchiveError(
            f"La sauvegarde est celle d’une base {databases.NAMES.get(manifest.dialect)}, "
            f"et DATABASE_URL mène à {databases.NAMES[wanted]}\u00a0: il faut la même."
        )


def _need_keys(manifest: Manifest, at_hand: Keys) -> None:
    missing = [each for each in manifest.keys.data_keys if each not in at_hand.data_keys]
    if missing:
        raise ArchiveError(
            f"Il manque dans DATA_KEYS la clé d’empreinte {', '.join(missing)}\u00a0: sans elle, "
            "ce qui est chiffré resterait illisible. Remettez-la, derrière les autres."
        )
