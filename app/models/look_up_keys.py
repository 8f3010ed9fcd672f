"""What hashes of codes and of refusals are found by, once the key they were made with is put away.

Nobody has the code or the address again to make those hashes with another key. Each row is the
look-up key that was drawn from an older key, from which that key itself cannot be found.
"""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, today
from app.models.encryption import EncryptedText


class LookUpKey(Base):
    __tablename__ = "look_up_keys"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the key it is drawn from
    secret: Mapped[str] = mapped_column(EncryptedText)  # in base 64
    kept_on: Mapped[date] = mapped_column(default=today)
