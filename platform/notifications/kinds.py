"""Which kinds of notice exist? Whoever may send one registers it; a system check asks for its text."""

_kinds: set[str] = set()


def register_kind(kind: str) -> str:
    _kinds.add(kind)
    return kind


def kinds() -> list[str]:
    return sorted(_kinds)
