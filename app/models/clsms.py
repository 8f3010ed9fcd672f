"""The directory of Conseils locaux de santé mentale, offered where one has to be named."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Clsm(Base):
    __tablename__ = "clsms"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Offered on the public pages: never what staff wrote for a contact, which may say too much.
    is_public: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    region: Mapped[str | None] = mapped_column(String(3))  # INSEE code
    departement: Mapped[str | None] = mapped_column(String(3))  # INSEE code
