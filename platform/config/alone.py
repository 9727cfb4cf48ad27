"""Settings of the commands that work on files alone: no database, no secrets, nothing to configure."""

INSTALLED_APPS = ["matching"]
LANGUAGE_CODE = "zh-hans"
USE_TZ = True
SECRET_KEY = "nothing is signed here"  # noqa: S105
