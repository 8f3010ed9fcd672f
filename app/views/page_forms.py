"""The form that pages of questionnaires are made on: its token is made when a page writes it.

A page that is saved leads to another: Flask-WTF would sign a token for it that nobody reads.
"""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField


class LateToken(CSRFTokenField):
    """A token that is checked as any other, and made by the first template that asks for it."""

    def process(self, *arguments: Any, **options: Any) -> None:
        """Take what was sent, and make nothing."""
        HiddenField.process(self, *arguments, **options)

    @property
    def current_token(self) -> str:
        """The token to write."""
        token: str = self.csrf_impl.generate_csrf_token(self)
        return token


class PageForm(FlaskForm):
    """A form whose token is late."""

    class Meta(FlaskForm.Meta):
        """What Flask-WTF says of a form, but for its token."""

        class csrf_class(FlaskForm.Meta.csrf_class):  # noqa: N801 - WTForms' name
            """The tokens of Flask-WTF."""

            field_class = LateToken
