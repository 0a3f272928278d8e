"""Where a WSGI server enters: `granian --interface wsgi wsgi:app`."""

from app import create_app
from app.settings import Settings

app = create_app(Settings.from_env())
