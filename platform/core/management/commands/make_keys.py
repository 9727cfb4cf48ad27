"""Make the keys that are missing (opener, signing, draft); keys that exist are never touched."""

import base64
import os
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management.base import BaseCommand
from pyrage.x25519 import Identity


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        self.verbosity = options["verbosity"]
        settings.KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        identity = Identity.generate()
        if not settings.OPENER_RECIPIENT and self._write(settings.OPENER_KEY_FILE, str(identity)):
            (settings.KEYS_DIR / "opener.pub").write_text(f"{identity.to_public()}\n")
        signing = Ed25519PrivateKey.generate().private_bytes_raw()
        self._write(settings.SIGNING_KEY_FILE, base64.b64encode(signing).decode())
        self._write(settings.DRAFT_KEY_FILE, Fernet.generate_key().decode())

    def _write(self, path: Path, secret: str) -> bool:
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return False
        with os.fdopen(handle, "w") as file:
            file.write(f"{secret}\n")
        if self.verbosity:
            self.stdout.write(f"made {path}")
        return True
