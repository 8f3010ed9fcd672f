"""Settings: made in development when missing, refused in production; what is wrong is named."""

import multiprocessing
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

import config

PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "s" * 32,
    "DATA_KEYS": Fernet.generate_key().decode(),
    "BASE_URL": "https://recueil.exemple.fr:8443",
    "MAIL_SERVER": "smtp.exemple.fr",
    "MAIL_DEFAULT_SENDER": "Équipe du Centre <recueil@exemple.fr>",
}


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


@pytest.mark.parametrize("missing", [name for name in PRODUCTION if name != "APP_ENV"])
def test_production_wants_what_it_cannot_invent(instance: dict[str, str], missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(config.ConfigError) as refused:
        config.load(instance | given)
    assert str(refused.value) == (
        f"{missing} manque : en production, donnez cette variable d’environnement "
        "(voir le README, « En production »)."
    )


def test_production_refuses_a_short_secret(instance: dict[str, str]) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load(instance | PRODUCTION | {"SECRET_KEY": "s" * 31})
    assert str(refused.value) == (
        "SECRET_KEY est trop courte : donnez au moins 32 caractères tirés au hasard "
        "(voir le README, « En production »)."
    )
    assert config.load(instance | {"SECRET_KEY": "s" * 31})["SECRET_KEY"] == "s" * 31
    short = {"SECRET_KEY_FALLBACKS": f"{'o' * 32},{'p' * 31}"}
    with pytest.raises(config.ConfigError, match="SECRET_KEY_FALLBACKS est trop courte"):
        config.load(instance | PRODUCTION | short)


def test_earlier_secrets_are_read_and_the_newest_signs(instance: dict[str, str]) -> None:
    settings = config.load(instance | {"SECRET_KEY": "new", "SECRET_KEY_FALLBACKS": "b, a,"})
    assert settings["SIGNING_KEYS"] == settings["WTF_CSRF_SECRET_KEY"] == ["a", "b", "new"]
    assert settings["SECRET_KEY_FALLBACKS"] == ["a", "b"]


def test_production_sends_its_cookies_over_https_only(instance: dict[str, str]) -> None:
    settings = config.load(instance | PRODUCTION)
    for cookie in ("SESSION_COOKIE", "REMEMBER_COOKIE"):
        assert (settings[f"{cookie}_SECURE"], settings[f"{cookie}_SAMESITE"]) == (True, "Lax")


def test_production_answers_to_its_own_name(instance: dict[str, str]) -> None:
    assert config.load(instance)["TRUSTED_HOSTS"] is None
    trusted = config.load(instance | PRODUCTION)["TRUSTED_HOSTS"]
    assert trusted == ["recueil.exemple.fr", "127.0.0.1", "localhost"]


def test_the_instance_folder_is_its_owners(instance: dict[str, str]) -> None:
    folder = config.load(instance)["INSTANCE_PATH"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("path", ["/dev/null", "/dev/null/dedans", "/proc/recueil"])
def test_an_instance_folder_that_cannot_be(path: str) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load({"INSTANCE_PATH": path})
    assert str(refused.value) == (
        f"INSTANCE_PATH : « {path} » ne convient pas. Donnez un dossier où Recueil peut écrire."
    )


def test_an_instance_folder_that_turns_in_circles(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    with pytest.raises(config.ConfigError, match="ne convient pas"):
        config.load({"INSTANCE_PATH": str(tmp_path / "a")})


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


def test_a_queue_has_either_name_of_postgresql(instance: dict[str, str]) -> None:
    used = config.load(instance | {"QUEUE_URL": "postgres://u:p@h/b"})["QUEUE_URL"]
    assert used == "postgresql://u:p@h/b"


BASE_URL_LINE = (
    "BASE_URL n’est pas comprise. Donnez l’adresse publique entière, "
    "par exemple https://recueil.exemple.fr."
)
SENDER_LINE = (
    "MAIL_DEFAULT_SENDER n’est pas comprise. Donnez une adresse, "
    "ou un nom et une adresse : Recueil <recueil@exemple.fr>."
)
NOBODY = (
    "ADMIN_EMAIL vaut « {} » : personne ne pourrait se connecter avec cette adresse. "
    "Donnez une adresse entière, par exemple nom@organisme.fr."
)
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
    *[({"BASE_URL": url}, BASE_URL_LINE) for url in ("recueil.fr", "https://[", "https://:80")],
    *[
        ({"MAIL_DEFAULT_SENDER": sender}, SENDER_LINE)
        for sender in ("Recueil", "recueil@localhost", "a@exemple.fr\nBcc: b@exemple.fr")
    ],
    *[
        ({"ADMIN_EMAIL": email}, NOBODY.format(email))
        for email in ("admin@localhost", "a@centre.local", "administration")
    ],
    (
        {"DATA_KEYS": ","},
        "DATA_KEYS ne contient aucune clé. Donnez des clés Fernet "
        "(32 octets en base64), la plus récente d’abord, séparées par des virgules.",
    ),
    (
        {"DATA_KEYS": "courte"},
        "DATA_KEYS : une des clés n’est pas valable. Donnez des clés Fernet "
        "(32 octets en base64), la plus récente d’abord, séparées par des virgules.",
    ),
    ({"CODEBOOK_PATH": "/nulle/part"}, "CODEBOOK_PATH : « /nulle/part » n’existe pas."),
    ({"GUIDES_PATH": "/nulle/part"}, "GUIDES_PATH : « /nulle/part » n’existe pas."),
]


@pytest.mark.parametrize(("wrong", "message"), WRONG, ids=[repr(w) for w, _ in WRONG])
def test_a_wrong_setting_is_named(
    instance: dict[str, str], wrong: dict[str, str], message: str
) -> None:
    with pytest.raises(config.ConfigError) as refused:
        config.load(instance | wrong)
    assert str(refused.value) == message
