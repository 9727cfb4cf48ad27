"""Every setting of the platform, in one file, read from the environment once.

`DATABASE_URL` and `VALKEY_URL` are set by the embedded supervisor (`make run`, `make test`)
or by the operator (`docker-compose.yml`). Nothing here guesses where they are.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.refusals import refusals

ROOT = Path(__file__).resolve().parents[2]


# ── typed reads of the environment ──────────────────────────────────────────────
def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. `make run` sets it; a deployment sets it in .env.")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return default if value == "" else value in {"1", "true", "yes"}


def one_of(name: str, *allowed: str, also: dict[str, str]) -> str:
    """One of these, the first by default; `also`: other spellings."""
    value = os.environ.get(name, "").strip().lower() or allowed[0]
    value = also.get(value, value)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be {', '.join(allowed[:-1])} or {allowed[-1]}, not {value!r}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def address(name: str) -> str:
    """Where a service listens; empty where there is none."""
    value = text(name, "")
    parts = urlsplit(value)
    if value and not (parts.hostname if parts.scheme == "tcp" else parts.scheme == "unix" and parts.path):
        raise ImproperlyConfigured(f"{name} must be tcp://host:port or unix:///path, not {value!r}.")
    return value


def postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://: PostgreSQL is the only database.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }


DEBUG = flag("DEBUG")
ZONE_NAME = text("ZONE_NAME", "青岛高新区")
DEMO = flag("DEMO")  # demo logins, no forced second factor; `manage.py check --deploy` refuses it
# 元 a year; the first screen shows contract money against it
CONTRACT_TARGET = text("CONTRACT_TARGET", "10000000" if DEMO else "")
STATE_DIR = Path(text("JIEBANG_STATE", str(ROOT / ".state")))
SECRET_KEY = text("SECRET_KEY")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = words("CSRF_TRUSTED_ORIGINS")
SITE_URL = text("SITE_URL", "http://127.0.0.1:8000")  # absolute links in mails
HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "core",
    "audit",
    "notifications",
    "workflow",
    "quarantine",
    "accounts",
    "teams",
    "works",
    "needs",
    "diagnoses",
    "documents",
    "discovery",
    "questions",
    "matching",
    "rescue",
    "annexes",
    "partners",
    "custody",
    "proposals",
    "decisions",
    "clarifications",
    "changes",
    "meetings",
    "contracts",
    "suggestions",
    "reports",
    "demo",
    "web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "web.fences.Fences",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "web.account.language.Language",
    "web.account.gates.OurSite",
    "web.account.gates.Idle",
    "web.account.gates.SecondFactor",
    "web.account.gates.Door",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.one_calendar",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "platform/web/templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "web.templatetags.jiebang",
                "web.templatetags.fields",
                "web.templatetags.drawing",
                "web.templatetags.cases",
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
COTTON_DIR = "components"

# ── data ────────────────────────────────────────────────────────────────────────
DATABASES = {
    "default": {
        **postgres(text("DATABASE_URL")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # A page's query takes 5 ms. Starting workers for it, or compiling it, took 20 and more, from the same cores.
        "OPTIONS": {"options": "-c max_parallel_workers_per_gather=0 -c jit=off"},
        "TEST": {"TEMPLATE": text("TEST_TEMPLATE", "") or None},  # made by embedded.pytest_plugin
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
VALKEY_URL = text("VALKEY_URL")
CACHE_URL = text("CACHE_URL", VALKEY_URL.rpartition("/")[0] + "/1")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}

# ── language and time ───────────────────────────────────────────────────────────
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [ROOT / "platform/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ── static and uploaded files ───────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.uploads.LimitedUploadHandler",
]
MEDIA_ROOT = Path(text("MEDIA_ROOT", str(STATE_DIR / "media")))
MATCHING_DIR = Path(text("MATCHING_DIR", str(STATE_DIR / "matching")))  # derived, rebuilt when it is gone
# What encodes sentences (docs/operations.md); none: words alone, also where an encoder is installed.
YES_OR_NO = {"1": "use", "true": "use", "yes": "use", "0": "none", "false": "none", "no": "none"}  # as before e5
MATCHING_ENCODER = one_of("MATCHING_ENCODER", "use", "e5", "none", also=YES_OR_NO)
VIRUS_SCANNER = address("VIRUS_SCANNER")  # clamd: tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl; empty: none

# ── matching: a service that encodes texts (docs/operations.md says which it is sent); empty: what is built in ──
MATCHING_ENDPOINT = {
    "url": text("MATCHING_ENCODER_URL", ""),
    "model": text("MATCHING_ENCODER_MODEL", ""),
    "key_file": Path(key) if (key := text("MATCHING_ENCODER_KEY_FILE", "")) else None,
}

# ── keys and evidence (`manage.py make_keys` makes the files once; docs/audit.md) ──
KEYS_DIR = Path(text("KEYS_DIR", str(STATE_DIR / "keys")))
OPENER_KEY_FILE = Path(text("OPENER_KEY_FILE", str(KEYS_DIR / "opener.key")))  # in production only the worker reads it
OPENER_RECIPIENT = text("OPENER_RECIPIENT", "")  # empty: KEYS_DIR/opener.pub
BREAK_GLASS_RECIPIENT = text("BREAK_GLASS_RECIPIENT", "")  # its private half lies on paper in the zone's safe
SIGNING_KEY_FILE = Path(text("SIGNING_KEY_FILE", str(KEYS_DIR / "signing.key")))
RETIRED_SIGNING_KEYS = words("RETIRED_SIGNING_KEYS")
DRAFT_KEY_FILE = Path(text("DRAFT_KEY_FILE", str(KEYS_DIR / "draft.key")))
AUDIT_CHECKPOINT_FILE = Path(text("AUDIT_CHECKPOINT_FILE", str(STATE_DIR / "checkpoints.jsonl")))
AUDIT_SEALED_STREAMS = (
    "proposals.queries.sealed_streams"  # dotted name of a callable: the streams no public checkpoint may list or count
)

# ── people ──────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.TooShort"},
    {"NAME": "accounts.passwords.ZoneWords"},
    {"NAME": "accounts.passwords.OwnWords"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
LOGIN_REDIRECT_URL = "start"
LOGIN_URL = "account_login"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # our pages carry the token themselves
if HTTPS:  # a browser takes these from this very host alone, over https
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"

IDLE_MINUTES = 30
IDLE_MINUTES_STAFF = 15
SECOND_FACTOR_FORCED = not DEMO  # for zone staff; a deployment does not start in demo mode
SMS_BACKEND = text("SMS_BACKEND", "accounts.sms.LogBackend")

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_FORMS = {
    "signup": "web.account.forms.SignUpForm",
    "login": "web.account.forms.LoginForm",
    "reset_password": "web.account.forms.ResetPasswordForm",
    "reset_password_from_key": "web.account.forms.NewPasswordForm",
    "change_password": "web.account.forms.ChangePasswordForm",
    "set_password": "web.account.forms.SetPasswordForm",
    "add_email": "web.account.forms.EmailForm",
    "change_phone": "web.account.forms.PhoneForm",
    "reauthenticate": "web.account.forms.ReauthenticateForm",
    "confirm_email_verification_code": "web.account.forms.EmailCodeForm",
    "verify_phone": "web.account.forms.PhoneCodeForm",
    "confirm_password_reset_code": "web.account.forms.ResetCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PASSWORD_MIN_LENGTH = None  # AUTH_PASSWORD_VALIDATORS says it, in a better sentence
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Consumed before any password is hashed; kept in Valkey, so that all web processes count together.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "confirm_email": "1/10s/key",
    "verify_phone": "1/30s/key,10/m/ip",
    "change_phone": "3/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(text("TRUSTED_PROXIES", "0"))
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = f"{ZONE_NAME}揭榜台"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow it on localhost only
MFA_FORMS = {
    "authenticate": "web.account.mfa_forms.AuthenticateForm",
    "reauthenticate": "web.account.mfa_forms.ReauthenticateForm",
    "activate_totp": "web.account.mfa_forms.ActivateTOTPForm",
}

# ── headers ─────────────────────────────────────────────────────────────────────
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Behind https the web process is reached through docker-compose's Caddy only, which always sets this header.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for every subdomain: the zone's other sites are not ours to decide about
    "security.W021",  # and so is the browsers' preload list
]

# ── what goes wrong is written to the error stream, wherever it happens ──────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.Line", "format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING"}},
}

# ── delivery ────────────────────────────────────────────────────────────────────
EMAIL_BACKEND = text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", "jiebang@localhost")
SECURITY_CONTACT = text("SECURITY_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")  # in /.well-known/security.txt
EMAIL_HOST = text("EMAIL_HOST", "localhost")
EMAIL_PORT = int(text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10  # seconds; the relay holds one row while it waits

CELERY_BROKER_URL = VALKEY_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING above decides how a line is written, in the worker too
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}
# PostgreSQL remembers every promise; these ticks only carry them out. A tick that is lost costs one interval.
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "workflow.tasks.tick", "schedule": 5.0, "options": {"expires": 5}},
    "relay": {"task": "notifications.tasks.relay", "schedule": 5.0, "options": {"expires": 5}},
    "announce": {"task": "proposals.tasks.tell_bidders", "schedule": 5.0, "options": {"expires": 5}},
    "decrypt": {"task": "proposals.tasks.decrypt_opened", "schedule": 5.0, "options": {"expires": 5}},
    "quarantine": {"task": "quarantine.tasks.judge_waiting", "schedule": 30.0, "options": {"expires": 30}},
    "imports": {"task": "works.tasks.carry_on_imports", "schedule": 2.0, "options": {"expires": 2}},
    "matching": {"task": "suggestions.tasks.follow", "schedule": 5.0, "options": {"expires": 5}},
    "matches": {"task": "suggestions.tasks.tell", "schedule": 300.0, "options": {"expires": 300}},
    "tell": {"task": "discovery.tasks.tell", "schedule": 60.0, "options": {"expires": 60}},
    "visits": {"task": "rescue.tasks.collect_visits", "schedule": 300.0, "options": {"expires": 300}},
    "checkpoint": {"task": "audit.tasks.checkpoint", "schedule": 600.0, "options": {"expires": 300}},
}

for reason in refusals(globals()):
    raise ImproperlyConfigured(reason)
