"""Flask's extensions, made once and bound to each application by `create_app`."""

from inspect import iscoroutinefunction

from flask.sansio.app import App
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_mail import Mail
from flask_security import FSQLALiteUserDatastore, Security
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

from app.models import Account, Role
from app.password_rules import PasswordRules
from app.task_queue import TaskQueue


class Database(SQLAlchemy):
    """The database, of which nothing is asynchronous."""

    def init_app(self, app: App) -> None:
        """Bind it, but for what closes asynchronous sessions: a thread at the end of each request.

        That thread takes as long as a whole page of a questionnaire is read from the database.
        """
        super().init_app(app)
        closing = app.teardown_appcontext_funcs
        closing[:] = [each for each in closing if not iscoroutinefunction(each)]


db = Database()
accounts = FSQLALiteUserDatastore(db, Account, Role)
security = Security(datastore=accounts, password_util_cls=PasswordRules)
csrf = CSRFProtect()
mail = Mail()
babel = Babel()
bootstrap = Bootstrap5()
queue = TaskQueue()
