"""Flask-Security's door onto what `services.passwords` asks of a password."""

from typing import Any

from flask import current_app
from flask_security import PasswordUtil

from app.services import passwords


class PasswordRules(PasswordUtil):
    """What is asked wherever a password is chosen: Flask-Security's pages, and ours."""

    def validate(
        self, password: str, is_register: bool, **kwargs: Any
    ) -> tuple[list[str] | None, str]:
        """Return what is wrong, none when nothing is, and the password as it is hashed."""
        user = kwargs.get("user")
        wrong = passwords.objection(
            password,
            least=current_app.config["PASSWORD_LENGTH"],
            about=[user.email, user.name] if user else [],
        )
        return ([wrong] if wrong else None), self.normalize(password)
