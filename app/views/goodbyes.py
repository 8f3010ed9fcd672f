"""What is said, on the call's page, to who has noted their code and leaves."""

from flask import flash

from app.views import places

# In ordinary French, then in easy French.
SENT = (
    "C’est terminé, merci. Votre témoignage est envoyé, et votre code le retrouve.",
    "C’est fini. Merci. Nous avons vos réponses.",
)
KEPT = (
    "Vos réponses sont gardées. Votre code les retrouve, ici ou sur un autre appareil.",
    "Nous gardons vos réponses. Avec votre code, vous pouvez continuer plus tard.",
)


def tell(*, is_sent: bool) -> None:
    """Say that what was written has arrived, or that it is kept until they come back."""
    flash((SENT if is_sent else KEPT)[places.is_easy()], "success")
