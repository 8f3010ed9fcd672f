"""Flask's extensions, made once and bound to each application by `create_app`."""

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_mail import Mail
from flask_security import FSQLALiteUserDatastore, Security
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf import CSRFProtect

from app.models import Account, Role
from app.task_queue import TaskQueue

db = SQLAlchemy()
accounts = FSQLALiteUserDatastore(db, Account, Role)
security = Security(datastore=accounts)
csrf = CSRFProtect()
mail = Mail()
babel = Babel()
bootstrap = Bootstrap5()
queue = TaskQueue()
