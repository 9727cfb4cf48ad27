"""The same needs among the same works by other means, in one run: what each takes beside the engine.

PostgreSQL's full text (24 terms, any of them, ranked), pgvector's HNSW against the product with all profiles, and a
full scan. bm25s and tantivy where they are installed (`uv pip install bm25s tantivy`); the platform does not need them.
"""

import importlib.util
import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from matching_corpus import EACH, Maker

from embedded.stack import Stack
from embedded.state import State
from matching.corpus import Need, Team
from matching.engine import Engine
from matching.text import readable, terms

ROOT = Path(__file__).resolve().parents[1]
ASKED, TERMS, TOP, WARM = 60, 24, 50, 10


def compare(works: int) -> None:
    maker = Maker()
    teams = list(maker.teams(works))
    needs, _about = maker.needs(ASKED + WARM, works // EACH)
    engine = Engine.of(teams)
    print(f"\nAmong {works:,} works, one need after the other, ms", flush=True)
    print(f"{'':<46}{'p50':>9}{'p95':>9}{'of engine':>11}{'build s':>9}")
    queries = [_rarest(engine, need.text) for need in needs]
    base = _line(
        "engine: all of the need, teams ranked",
        0.0,
        [lambda need=need: next(engine.rank([need], 10)) for need in needs],
        0.0,
    )
    _scan(engine, teams, needs, base)
    texts = [sorted(set(terms(readable(work.text)))) for team in teams for work in team.works]
    if importlib.util.find_spec("tantivy"):
        _tantivy(texts, queries, base)
    if importlib.util.find_spec("bm25s"):
        _bm25s(texts, queries, base)
    with database() as connection:
        _full_text(connection, texts, queries, base)
        del texts
        _vectors(connection, engine, needs, base)


def _line(name: str, base: float, asks: list[Callable[[], Any]], built: float) -> float:
    took = []
    for ask in asks:
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    p50, p95 = np.percentile(took[WARM:], [50, 95])
    print(f"{name:<46}{p50:>9.1f}{p95:>9.1f}{p50 / (base or p50):>11.1f}{built:>9.0f}", flush=True)
    return float(p50)


def _rarest(engine: Engine, text: str) -> list[str]:
    """The terms of a text that are rarest among the works."""
    names = engine.reader.lexicon.named([readable(text)])
    return [names[n] for n in sorted(names, key=lambda n: -engine.reader.lexicon.weights[n])[:TERMS]]


def _scan(engine: Engine, teams: list[Team], needs: list[Need], base: float) -> None:
    began = time.perf_counter()
    table = engine.reader.lexicon.vectors([work.text for team in teams for work in team.works])
    asked = [engine.reader.lexicon.vectors([need.text]).toarray().ravel() for need in needs]
    asks = [lambda one=one: np.argpartition(table @ one, -TOP)[-TOP:] for one in asked]
    _line("full scan: cosine with every work (scipy)", base, asks, time.perf_counter() - began)


def _tantivy(texts: list[list[str]], queries: list[list[str]], base: float) -> None:
    import tantivy

    began = time.perf_counter()
    built = tantivy.SchemaBuilder()
    built.add_text_field("terms", tokenizer_name="raw", index_option="freq")
    schema = built.build()
    index = tantivy.Index(schema)
    writer = index.writer(200_000_000, 2)
    for text in texts:
        writer.add_document(tantivy.Document(terms=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    seconds, searcher = time.perf_counter() - began, index.searcher()
    some = tantivy.Occur.Should
    asked = [
        tantivy.Query.boolean_query([(some, tantivy.Query.term_query(schema, "terms", term)) for term in query])
        for query in queries
    ]
    _line(f"tantivy, {TERMS} terms, {TOP} works", base, [lambda q=q: searcher.search(q, TOP) for q in asked], seconds)


def _bm25s(texts: list[list[str]], queries: list[list[str]], base: float) -> None:
    import bm25s

    began = time.perf_counter()
    index = bm25s.BM25()
    index.index(texts, show_progress=False)
    seconds = time.perf_counter() - began
    asks = [lambda q=q: index.retrieve([q], k=TOP, show_progress=False) for q in queries]
    _line(f"bm25s, {TERMS} terms, {TOP} works", base, asks, seconds)


@contextmanager
def database() -> Any:
    import psycopg

    state = State(ROOT / ".state-bench-matching")
    state.lock()
    for variable in ("DATABASE_URL", "VALKEY_URL", "CACHE_URL"):
        os.environ.pop(variable, None)  # never somebody else's database
    stack = Stack(state, os.environ)
    try:
        stack.start()
        server = os.environ["DATABASE_URL"].rpartition("/")[0]
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS work, profile")
            connection.execute("SET maintenance_work_mem = '512MB'")
            connection.execute("SET max_parallel_workers_per_gather = 0")
            yield connection
            connection.execute("DROP TABLE IF EXISTS work, profile")
    finally:
        stack.stop()


def _plain(term: str) -> str:
    """One lexeme of PostgreSQL's `simple` configuration."""
    return term.removeprefix("·").replace(" ", "_").replace("'", "")


def _full_text(connection: Any, texts: list[list[str]], queries: list[list[str]], base: float) -> None:
    began = time.perf_counter()
    connection.execute("CREATE UNLOGGED TABLE work (id integer, words tsvector)")
    connection.execute("CREATE TEMP TABLE given (id integer, words text)")
    with connection.cursor() as cursor, cursor.copy("COPY given FROM STDIN") as copy:
        for number, text in enumerate(texts):
            copy.write_row((number, " ".join(map(_plain, text))))
    connection.execute("INSERT INTO work SELECT id, to_tsvector('simple', words) FROM given")
    connection.execute("CREATE INDEX ON work USING gin (words)")
    connection.execute("ANALYZE work")
    asked = [" | ".join(f"'{_plain(term)}'" for term in query) for query in queries]
    search = (
        "SELECT id FROM work, to_tsquery('simple', %s) AS q WHERE words @@ q ORDER BY ts_rank(words, q) DESC LIMIT %s"
    )
    asks = [lambda q=q: connection.execute(search, (q, TOP)).fetchall() for q in asked]
    _line(f"PostgreSQL full text, {TERMS} terms, {TOP} works", base, asks, time.perf_counter() - began)


def _vectors(connection: Any, engine: Engine, needs: list[Need], base: float) -> None:
    """Profiles of teams: the product with all of them, and the graph. How many of the ten best does the graph find?"""
    places = engine.space.place(engine.reader.read([need.text for need in needs]))
    turned = places @ engine.profiles.inverse
    profiles = np.ascontiguousarray(engine.profiles.sums)
    _line(
        f"product with all {len(profiles):,} profiles",
        base,
        [lambda one=one: np.argpartition(profiles @ one, -TOP)[-TOP:] for one in turned],
        0.0,
    )
    began = time.perf_counter()
    size = profiles.shape[1]
    connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    connection.execute(f"CREATE UNLOGGED TABLE profile (id integer, place vector({size}))")
    with connection.cursor() as cursor, cursor.copy("COPY profile FROM STDIN") as copy:
        for number, row in enumerate(profiles):
            copy.write_row((number, _written(row)))
    connection.execute("CREATE INDEX ON profile USING hnsw (place vector_ip_ops)")
    connection.execute("SET hnsw.ef_search = 100")
    seconds, written = time.perf_counter() - began, [_written(one) for one in turned]
    search = "SELECT id FROM profile ORDER BY place <#> %s::vector LIMIT %s"
    asks = [lambda one=one: connection.execute(search, (one, TOP)).fetchall() for one in written]
    _line("pgvector HNSW over the profiles, ef 100", base, asks, seconds)
    found = [{row[0] for row in connection.execute(search, (one, TOP)).fetchall()} for one in written]
    wanted = [set(np.argsort(-(profiles @ one))[:10].tolist()) for one in turned]
    share = np.mean([len(there & ten) / len(ten) for there, ten in zip(found, wanted, strict=True)])
    print(f"  of the ten best profiles, HNSW has {share * 100:.0f} % among its {TOP}")


def _written(row: np.ndarray) -> str:
    return "[" + ",".join(f"{one:.6g}" for one in row) + "]"
