"""Settings: made in development when missing, refused in production; what is wrong is named."""

import multiprocessing
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

import config

SECRETS = {"SECRET_KEY": "s" * 40, "DATA_KEYS": Fernet.generate_key().decode()}


@pytest.fixture
def instance(tmp_path: Path) -> dict[str, str]:
    return {"INSTANCE_PATH": str(tmp_path / "instance")}


def test_an_empty_environment_is_enough_to_develop(instance: dict[str, str]) -> None:
    settings = config.load(instance)
    folder = Path(instance["INSTANCE_PATH"])
    assert settings["DATABASE_URL"] == f"sqlite:///{folder}/recueil.sqlite3"
    assert settings["QUEUE_URL"] == f"sqlite:///{folder}/queue.sqlite3"
    assert settings["BASE_URL"] == "http://127.0.0.1:5000"
    assert (settings["MAIL_IS_CAUGHT"], settings["MAIL_PORT"]) == (True, 8025)


def test_secrets_made_once_stay_and_are_private(instance: dict[str, str]) -> None:
    first, second = config.load(instance), config.load(instance)
    for name in ("SECRET_KEY", "DATA_KEYS"):
        assert first[name] == second[name]
        kept = Path(instance["INSTANCE_PATH"]) / name.lower()
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def _secret(instance: dict[str, str]) -> str:
    return str(config.load(instance)["SECRET_KEY"])


def test_processes_that_start_together_share_their_secret(instance: dict[str, str]) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_secret, [instance] * 8))) == 1


@pytest.mark.parametrize("missing", SECRETS)
def test_production_wants_its_secrets(instance: dict[str, str], missing: str) -> None:
    given = {name: value for name, value in SECRETS.items() if name != missing}
    with pytest.raises(config.ConfigError) as refused:
        config.load(instance | given | {"APP_ENV": "production"})
    assert str(refused.value) == (
        f"{missing} manque : en production, donnez cette variable d’environnement "
        "(voir le README, « En production »)."
    )


def test_production_sends_its_cookies_over_https_only(instance: dict[str, str]) -> None:
    assert config.load(instance | SECRETS | {"APP_ENV": "production"})["SESSION_COOKIE_SECURE"]


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/b", "postgresql+psycopg://u:p@h/b"),
        ("postgresql://u@h/b", "postgresql+psycopg://u@h/b"),
        ("postgresql+psycopg://u@h/b", "postgresql+psycopg://u@h/b"),
        ("sqlite:////tmp/a.sqlite3", "sqlite:////tmp/a.sqlite3"),
    ],
)
def test_database_addresses(instance: dict[str, str], given: str, used: str) -> None:
    assert config.load(instance | {"DATABASE_URL": given})["DATABASE_URL"] == used


WRONG = [
    ({"APP_ENV": "test"}, "APP_ENV vaut « test ». Valeurs acceptées : development, production."),
    ({"PORT": "http"}, "PORT vaut « http ». Donnez un nombre de 1 à 65535."),
    ({"PORT": "70000"}, "PORT vaut « 70000 ». Donnez un nombre de 1 à 65535."),
    ({"MAIL_USE_TLS": "oui"}, "MAIL_USE_TLS vaut « oui ». Valeurs acceptées : false, true."),
    (
        {"DATABASE_URL": "mysql://h/b"},
        "DATABASE_URL n’est pas comprise. Formes acceptées : sqlite:///chemin et "
        "postgresql://utilisateur:motdepasse@serveur/base.",
    ),
    (
        {"QUEUE_URL": "amqp://h"},
        "QUEUE_URL n’est pas comprise. Formes acceptées : sqlite:///chemin, redis://serveur/0 "
        "et postgresql://utilisateur:motdepasse@serveur/base.",
    ),
    (
        {"BASE_URL": "recueil.fr"},
        "BASE_URL n’est pas comprise. Donnez l’adresse publique entière, "
        "par exemple https://recueil.exemple.fr.",
    ),
    (
        {"DATA_KEYS": "courte"},
        "DATA_KEYS : une des clés n’est pas valable. Donnez des clés Fernet "
        "(32 octets en base64), la plus récente d’abord, séparées par des virgules.",
    ),
    ({"CODEBOOK_PATH": "/nulle/part"}, "CODEBOOK_PATH : « /nulle/part » n’existe pas."),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[next(iter(w)) for w, _ in WRONG])
def test_a_wrong_setting_is_named(
    instance: dict[str, str], wrong: dict[str, str], message: str
) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load(instance | wrong)
    assert str(refused.value) == message
