"""Settings that the type checker's Django plug-in reads; nothing else does."""

INSTALLED_APPS = ["cairn.records"]
AUTH_USER_MODEL = "records.User"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
SECRET_KEY = "read by the type checker only"  # noqa: S105 - never used to sign anything
