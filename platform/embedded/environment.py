"""The environment the product is configured by: what the operator set, the rest from the state directory."""

import os
from collections.abc import MutableMapping

from embedded import state as keys
from embedded.state import State


def fill(env: MutableMapping[str, str], state: State) -> None:
    """Keys and places. What is set already stays: an operator's value wins."""
    env.setdefault("JIEBANG_STATE", str(state.path))
    env.setdefault("SECRET_KEY", state.secret("secret_key"))
    if "KEYS_DIR" not in env:
        env["KEYS_DIR"] = str(state.secret_file("keys/signing.key", keys.signing_key).parent)
        state.secret_file("keys/draft.key", keys.fernet_key)
    if "OPENER_RECIPIENT" not in env:
        # Not in KEYS_DIR, where every process would find it.
        opener = state.secret_file("opener/opener.key", keys.opener_identity)
        env["OPENER_RECIPIENT"] = keys.recipient_of(opener.read_text().strip())
        env.setdefault("OPENER_KEY_FILE", str(opener))
    env.setdefault("MEDIA_ROOT", str(state.path / "media"))
    (state.path / "static").mkdir(exist_ok=True)  # whitenoise warns where nothing was collected


def without_opener(env: MutableMapping[str, str]) -> dict[str, str]:
    """For web and beat: they know whom to seal for, never how to open."""
    return {name: value for name, value in env.items() if name != "OPENER_KEY_FILE"}


def python_path() -> str:
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
