"""Two of three shares give the secret back to the byte; one says nothing; a wrong one is noticed, never half used."""

import base64
import itertools
import json
import secrets

import pytest

from core.shares import BadShare, is_proved, join, proof_key, prove, split

SECRET = b"AGE-SECRET-KEY-1QQQQQQ \x00\xff" * 20
SAID = {"ticket": "one"}


@pytest.mark.parametrize("pair", list(itertools.permutations((1, 2, 3), 2)))
def test_any_two_in_any_order_give_the_secret(pair):
    shares = split(SECRET)
    assert join(*(shares[place] for place in pair)) == SECRET


def test_one_share_holds_nothing_of_the_secret_and_fits_every_other_secret_as_well():
    """Whatever the secret is, a third string exists that turns this very share into a share of it."""
    for share in split(SECRET).values():
        strings = [base64.b64decode(one) for one in json.loads(share)["strings"].values()]
        assert len(strings) == 2
        guess = secrets.token_bytes(len(SECRET))
        third = bytes(a ^ b ^ c for a, b, c in zip(*strings, guess, strict=True))
        assert bytes(a ^ b ^ c for a, b, c in zip(*strings, third, strict=True)) == guess
        assert SECRET[:8] not in b"".join(strings)


def test_two_dealings_share_nothing():
    assert not set(split(SECRET).values()) & set(split(SECRET).values())


@pytest.mark.parametrize(
    "other",
    [
        lambda shares: shares[1],
        lambda shares: split(SECRET)[2],
        lambda shares: b"",
        lambda shares: b"\xff\xfe",
        lambda shares: b"[]",
        lambda shares: b'{"format":"jiebang.share/1","place":9,"strings":{}}',
        lambda shares: shares[2].replace(b"jiebang.share/1", b"jiebang.share/2"),
    ],
)
def test_what_does_not_belong_together_is_refused_and_never_gives_another_secret(other):
    shares = split(SECRET)
    with pytest.raises(BadShare):
        join(shares[1], other(shares))


def test_a_share_is_known_by_its_proof_and_the_proof_is_of_one_statement():
    one, other = (split(SECRET)[2] for _each in range(2))
    signature = prove(one, SAID)
    assert is_proved(proof_key(one), SAID, signature)
    assert not is_proved(proof_key(other), SAID, signature)
    assert not is_proved(proof_key(one), {"ticket": "another"}, signature)
    for nonsense in ("", "é", "AAAA", None):
        assert not is_proved(proof_key(one), SAID, nonsense)
        assert not is_proved(nonsense, SAID, signature)
