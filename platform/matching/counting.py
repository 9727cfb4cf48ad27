"""How often which terms stand in many texts: as numbers, in chunks, by all the processors there are.

A term is a number of 49 bits (`key`): a pair of characters is its two code points, a word a hash of 48 bits, so that a
vocabulary of millions is one sorted table that processes share, and no dictionary of strings in each of them.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice

import numpy as np
import scipy.sparse as sparse

from matching.text import readable, segments, split

CHUNK = 10_000  # texts that are counted together: their distinct terms are looked up once
MOST_CHILDREN = 8  # more would wait for this process, which takes what they have counted
HELPED = 2 * CHUNK  # texts from which other processes are worth their start
MOST_KEYS = 500_000  # words whose numbers are remembered
MOST = np.iinfo(np.uint16).max
AT_ONCE = 64  # texts that are cut together
OWNER = 14  # bits beside a key that say which text of a chunk it stands in
WORD = 1 << 48
END, NEXT = "\r", -1  # between two texts: no readable text has it
LAST_MARK = 13


@dataclass(frozen=True)
class Counts:
    """Of some texts: text n has `numbers[starts[n]:starts[n + 1]]` of the terms `keys[columns[…]]`, by rising key."""

    keys: np.ndarray  # int64, rising
    columns: np.ndarray  # int32, places in `keys`
    numbers: np.ndarray  # uint16
    starts: np.ndarray  # int64

    def __len__(self) -> int:
        return len(self.starts) - 1


class _Keys(dict[str, int]):
    """What jieba cuts as numbers: words; nothing for a single character; and where one text ends and another begins."""

    def __missing__(self, piece: str) -> int:
        if len(self) >= MOST_KEYS:
            self.clear()
        self[piece] = found = NEXT if piece == END else key(piece) if len(piece) > 1 else 0
        return found


def key(term: str) -> int:
    """The number of a term, the same in every process and on every machine."""
    if term[0] == "·":
        return ord(term[1]) << 21 | ord(term[2])
    return int.from_bytes(blake2b(term.encode("utf-8", "replace"), digest_size=6).digest(), "big") | WORD


_keys = _Keys()


def count(texts: Sequence[str]) -> Counts:
    """At most `CHUNK` of them."""
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(texts), AT_ONCE):
        keys, owners = _counted(texts[start : start + AT_ONCE])
        found.append(keys << OWNER | owners + start)
    everything = np.concatenate(found)
    everything.sort()  # by term, then by text
    first = np.flatnonzero(np.diff(everything, prepend=-1))
    numbers = np.minimum(np.diff(first, append=len(everything)), MOST).astype(np.uint16)
    entries = everything[first]
    keys = entries >> OWNER
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    by_term = (numbers, entries & (1 << OWNER) - 1, np.append(starts, len(keys)))
    by_text = sparse.csc_matrix(by_term, shape=(len(texts), len(starts))).tocsr()
    return Counts(keys[starts], by_text.indices.astype(np.int32), by_text.data, by_text.indptr.astype(np.int64))


def _counted(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of all their terms, as often as they stand there, and to which of the texts each belongs."""
    parts = [split(readable(text)) for text in texts]
    whole = END.join(chinese for chinese, _latin in parts)
    pieces = segments(whole)
    words = np.fromiter(map(_keys.__getitem__, pieces), np.int64, len(pieces))
    points = np.frombuffer(whole.encode("utf-32-le"), np.uint32).astype(np.int64)
    pairs = points[:-1] << 21 | points[1:]
    sound = (points[:-1] > LAST_MARK) & (points[1:] > LAST_MARK)
    latin = [_keys[term] for _chinese, terms in parts for term in terms]
    numbers = np.arange(len(parts))
    ends = np.append(np.flatnonzero(words == NEXT), len(words))
    owners = (
        np.repeat(numbers, np.diff(ends, prepend=-1))[: len(words)][words > 0],
        np.repeat(numbers, [len(chinese) + 1 for chinese, _latin in parts])[: len(pairs)][sound],
        np.repeat(numbers, [len(terms) for _chinese, terms in parts]),
    )
    return np.concatenate([words[words > 0], pairs[sound], np.array(latin, np.int64)]), np.concatenate(owners)


def chunks(texts: Iterable[str], number: int) -> Iterator[Counts]:
    """All of them, in order, counted in chunks; in other processes too where there are so many. `number`: of texts."""
    from matching.beside import counted

    rest = iter(texts)
    parts = iter(lambda: list(islice(rest, CHUNK)), [])
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    children = min(processors, MOST_CHILDREN, number // CHUNK)
    yield from map(count, parts) if number < HELPED or children < 2 else counted(parts, children)
