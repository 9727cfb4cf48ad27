"""Sealing: who can open what, what a commitment binds, what a signature stands for."""

import base64
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from core import sealing


def test_only_the_opener_reads_what_was_sealed_for_a_need():
    public, wrapped = sealing.new_keypair()
    blob = sealing.seal("报价 48.50 万元".encode(), public)
    assert b"48.50" not in blob
    assert sealing.unseal(blob, sealing.unwrap(wrapped)).decode() == "报价 48.50 万元"


def test_the_wrapped_key_holds_no_readable_private_key():
    _, wrapped = sealing.new_keypair()
    assert b"AGE-SECRET-KEY" not in wrapped


def test_a_process_without_the_opener_key_cannot_unwrap(settings, tmp_path: Path):
    _, wrapped = sealing.new_keypair()
    settings.OPENER_KEY_FILE = tmp_path / "nothing-here"
    with pytest.raises(sealing.NotTheOpener):
        sealing.unwrap(wrapped)


def test_the_break_glass_key_opens_when_the_opener_is_lost(settings):
    safe = pyrage.x25519.Identity.generate()
    settings.BREAK_GLASS_RECIPIENT = str(safe.to_public())
    public, wrapped = sealing.new_keypair()
    private = pyrage.x25519.Identity.from_str(pyrage.decrypt(wrapped, [safe]).decode())
    assert sealing.unseal(sealing.seal(b"bid", public), private) == b"bid"


def test_a_key_of_another_need_or_an_altered_blob_opens_nothing():
    public, wrapped = sealing.new_keypair()
    _, other = sealing.new_keypair()
    blob = sealing.seal(b"bid", public)
    with pytest.raises(pyrage.DecryptError):
        sealing.unseal(blob, sealing.unwrap(other))
    with pytest.raises(pyrage.DecryptError):
        sealing.unseal(blob[:-1] + bytes([blob[-1] ^ 1]), sealing.unwrap(wrapped))


def test_the_canonical_form_does_not_depend_on_order_and_keeps_chinese():
    assert (
        sealing.canonical({"b": 1, "a": "价"}) == sealing.canonical({"a": "价", "b": 1}) == '{"a":"价","b":1}'.encode()
    )
    with pytest.raises(ValueError, match="Out of range"):
        sealing.canonical({"a": float("nan")})


def test_a_commitment_binds_the_content_and_hides_it():
    salt = b"s" * 16
    assert sealing.commitment(b"plan", salt) == sha256(salt + b"plan").hexdigest()
    assert len({sealing.commitment(*args) for args in ((b"plan", salt), (b"Plan", salt), (b"plan", b"t" * 16))}) == 3
    with pytest.raises(ValueError, match="hides nothing"):
        sealing.commitment(b"plan", b"short")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9])
def test_a_merkle_root_stands_for_one_set_of_commitments(count: int):
    leaves = [f"{n:064x}" for n in range(count)]
    root = sealing.merkle_root(leaves)
    assert len(root) == 64
    assert root == sealing.merkle_root(leaves[::-1])
    others = [leaves[:-1], [*leaves, "0" * 64], [*leaves[:-1], "f" * 64], leaves[1:]] if leaves else [["0" * 64]]
    assert root not in {sealing.merkle_root(other) for other in others if other != leaves}


def test_the_merkle_root_is_that_of_rfc_6962():
    a, b, c = (sha256(b"\0" + leaf).digest() for leaf in (b"a", b"b", b"c"))
    ab = sha256(b"\1" + a + b).digest()
    assert sealing.merkle_root([]) == sha256(b"").hexdigest()
    assert sealing.merkle_root(["a"]) == a.hex()
    assert sealing.merkle_root(["c", "a", "b"]) == sha256(b"\1" + ab + c).hexdigest()


def test_a_signed_document_verifies_until_anything_in_it_changes():
    signed = sealing.sign({"kind": "receipt", "commitment": "ab", "名称": "某研究院"})
    assert sealing.verify(signed)
    assert not sealing.verify({**signed, "commitment": "ac"})
    assert not sealing.verify({**signed, "more": 1})
    assert not sealing.verify({**signed, "signature": base64.b64encode(b"x" * 64).decode()})
    for broken in (
        {},
        {"key": signed["key"]},
        {**signed, "signature": None},
        {**signed, "signature": "?"},
        {**signed, "key": []},
    ):
        assert not sealing.verify(broken)


def test_a_signature_by_another_key_counts_only_while_that_key_is_named_as_retired(settings, tmp_path: Path):
    signed = sealing.sign({"kind": "receipt"})
    settings.SIGNING_KEY_FILE = tmp_path / "signing.key"
    call_command("make_keys", verbosity=0)
    assert sealing.public_signing_key() != signed["key"]
    assert not sealing.verify(signed)
    settings.RETIRED_SIGNING_KEYS = [signed["key"]]
    assert sealing.verify(signed)


def test_a_draft_at_rest_is_unreadable_and_comes_back():
    token = sealing.hide("方案".encode())
    assert "方案".encode() not in token
    assert sealing.reveal(token) == "方案".encode()


def test_drafts_outlive_a_new_draft_key(settings, tmp_path: Path):
    token = sealing.hide(b"draft")
    old = settings.DRAFT_KEY_FILE.read_text()
    settings.DRAFT_KEY_FILE = tmp_path / "both.key"
    settings.DRAFT_KEY_FILE.write_text(f"{Fernet.generate_key().decode()}\n{old}")
    assert sealing.reveal(token) == b"draft"
    settings.DRAFT_KEY_FILE = tmp_path / "new.key"
    settings.DRAFT_KEY_FILE.write_text(Fernet.generate_key().decode())
    with pytest.raises(InvalidToken):
        sealing.reveal(token)


def test_keys_that_exist_are_never_overwritten_and_nobody_else_reads_them(settings, capsys):
    files = [settings.OPENER_KEY_FILE, settings.SIGNING_KEY_FILE, settings.DRAFT_KEY_FILE]
    before = [file.read_bytes() for file in files]
    call_command("make_keys")
    assert [file.read_bytes() for file in files] == before
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3
    assert capsys.readouterr().out == ""


def test_a_missing_key_says_what_to_do(settings, tmp_path: Path):
    settings.SIGNING_KEY_FILE = tmp_path / "none"
    with pytest.raises(ImproperlyConfigured, match="make_keys"):
        sealing.sign({})
