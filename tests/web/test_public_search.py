"""Finding a listing: by words of two characters, by mixed words, by facets that count; the address holds it all."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

import world
from discovery.search import Criteria
from needs.models import Need
from people import Cast
from web.public.search import Search

pytestmark = pytest.mark.django_db

PAGES = ("home", "listing_list", "result_list", "notice_list", "funnel", "checkpoints")


def found(address: str) -> list[str]:
    return [need.title for need in Search(QueryDict(address)).page]


def counts(address: str, facet: str) -> dict[str, int]:
    return {
        str(o.label): o.count for g in Search(QueryDict(address)).groups if g.facet.name == facet for o in g.options
    }


@pytest.fixture
def three(cast: Cast) -> list[Need]:
    batch = world.batch(cast)
    common = {"within": batch, "keywords": [], "problem": "现有产品不能满足要求。", "goal": "通过第三方检测。"}
    return [
        world.listed(
            cast, title="固态电解质膜 LLZO 量产工艺", field="6", industry="39", budget=Decimal("800000"), **common
        ),
        world.listed(
            cast,
            title="PVB膜片稳定性",
            field="4",
            budget=None,
            cooperation=["joint"],
            region="上海市",
            industry="29",
            **common,
        ),
        world.need(
            cast,
            status="closed",
            title="瓦线横切机结构优化",
            field="8",
            industry="29",
            budget=Decimal("3000000"),
            **common,
        ),
    ]


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("电解", ["固态电解质膜 LLZO 量产工艺"]),
        ("横切", ["瓦线横切机结构优化"]),
        ("膜片", ["PVB膜片稳定性"]),
        ("PVB膜片", ["PVB膜片稳定性"]),
        ("pvb 稳定", ["PVB膜片稳定性"]),
        ("llzo", ["固态电解质膜 LLZO 量产工艺"]),
        ("LLZ", ["固态电解质膜 LLZO 量产工艺"]),
        ("电解质 LLZO 工艺", ["固态电解质膜 LLZO 量产工艺"]),
        ("先进制造", ["瓦线横切机结构优化"]),
        ("电解 横切", []),
        ("区块链", []),
    ],
)
def test_words_find_their_listings(three: list[Need], words: str, titles: list[str]) -> None:
    assert found(f"q={quote(words)}") == titles


def test_every_word_of_the_public_part_finds_and_the_confidential_part_never(three: list[Need]) -> None:
    assert len(found("q=" + quote("拉伸强度"))) == 3
    assert len(found("q=" + quote("海岳材料"))) == 3
    assert found("q=" + quote("配方代号")) == []
    assert found("q=" + quote("张工")) == []


@pytest.mark.parametrize("words", ["'", "!!", "a & | !", "：*", "%", "\\", "<script>", "(", "'); DROP TABLE"])
def test_signs_break_nothing(three: list[Need], words: str) -> None:
    assert Client().get(reverse("listing_list"), {"q": words}).status_code == 200


def test_facets_count_what_each_choice_would_show(three: list[Need]) -> None:
    assert counts("", "status") == {"正在揭榜": 2, "已截止，等待结果": 1}
    assert counts("", "field") == {"新材料": 1, "新能源与节能": 1, "先进制造与自动化": 1}
    assert counts("", "reward") == {"50–100 万元": 1, "300 万元及以上": 1, "面议": 1}
    assert counts("", "cooperation") == {"委托研发": 2, "合作研发": 1}
    assert counts("", "region") == {"青岛高新区": 2, "上海市": 1}


def test_the_industries_stand_with_their_code_and_count_the_largest_first(three: list[Need]) -> None:
    rubber, electronics = "29 橡胶和塑料制品业", "39 计算机、通信和其他电子设备制造业"
    assert list(counts("", "industry").items()) == [(rubber, 2), (electronics, 1)]
    assert counts("field=4", "industry") == {rubber: 1}
    assert counts("industry=39", "industry") == {rubber: 2, electronics: 1}
    assert counts("industry=29", "region") == {"上海市": 1, "青岛高新区": 1}
    assert found("industry=39") == ["固态电解质膜 LLZO 量产工艺"]
    assert len(found("industry=29&industry=39")) == 3
    assert len(found("industry=99")) == 3  # no division of the standard: left aside
    with translation.override("en"):
        assert "29 Manufacture of rubber and plastics products" in counts("", "industry")


def test_a_facet_leaves_its_own_choices_open_and_narrows_the_others(three: list[Need]) -> None:
    assert counts("field=4", "field") == {"新材料": 1, "新能源与节能": 1, "先进制造与自动化": 1}
    assert counts("field=4", "region") == {"上海市": 1}
    assert counts("field=4&status=open", "region") == {"上海市": 1}
    assert counts("q=" + quote("横切"), "field") == {"先进制造与自动化": 1}


def test_filters_narrow_and_choices_of_one_facet_add_up(three: list[Need]) -> None:
    assert found("status=waiting") == ["瓦线横切机结构优化"]
    assert set(found("field=4&field=6")) == {"PVB膜片稳定性", "固态电解质膜 LLZO 量产工艺"}
    assert found("reward=open") == ["PVB膜片稳定性"]
    assert found("cooperation=joint&field=6") == []
    assert found("region=" + quote("上海市")) == ["PVB膜片稳定性"]


@pytest.mark.parametrize(
    "junk", ["field=9", "status=secret", "reward=x", "sort=bids", "page=999", "page=x", "due=ever"]
)
def test_an_unknown_value_in_the_address_is_left_aside(three: list[Need], junk: str) -> None:
    assert len(found(junk)) == 3


def test_sorting_puts_the_nearest_deadline_the_newest_or_the_largest_reward_first(three: list[Need]) -> None:
    first, second, closed = (need.title for need in three)
    assert found("") == [first, second, closed]
    assert found("sort=newest")[:2] == [second, first]
    assert found("sort=reward") == [closed, first, second]


def test_a_window_that_has_passed_is_not_open_even_before_the_tick(cast: Cast) -> None:
    need = world.listed(cast)
    world.let_the_deadline_pass(need)
    assert need.status == "published"
    assert counts("", "status") == {"已截止，等待结果": 1}
    page = Client().get(reverse("listing", args=[need.number])).content.decode()
    assert "揭榜截止" in page
    assert "proposal_start" not in page


def test_every_filter_stays_in_the_address_and_can_be_taken_away(three: list[Need]) -> None:
    search = Search(QueryDict("q=" + quote("检测") + "&field=4&status=open&sort=reward"))
    chips = {str(label): href for label, href in search.chips}
    assert list(chips) == ["“检测”", "正在揭榜", "新材料"]
    assert found(chips["新材料"][1:]) == ["固态电解质膜 LLZO 量产工艺", "PVB膜片稳定性"]
    assert "sort=reward" in chips["新材料"]
    assert dict(search.kept) == {"field": "4", "status": "open", "sort": "reward"}


def test_only_what_was_listed_is_found(cast: Cast) -> None:
    batch = world.batch(cast)
    for status in ("draft", "submitted", "screened", "approved", "scheduled", "rejected"):
        world.need(cast, within=batch, status=status)
    assert found("") == []
    assert "还没有发布榜单" in Client().get(reverse("listing_list")).content.decode()


def test_a_search_reads_only_the_index_of_what_was_listed(cast: Cast) -> None:
    """So that a word which only hidden needs say takes no longer than one that nobody says (T4)."""
    copies(world.listed(cast), 2_000)  # fewer are read faster without it
    world.need(cast, status="submitted")
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('need_search_listed')")  # as a vacuum does
        cursor.execute("ANALYZE needs_need")
    plan = Criteria.read({"q": ["弹性体"]}).said.explain()
    assert "need_search_listed" in plan
    assert "need_search_hidden" not in plan


def test_htmx_gets_only_what_changes_and_everyone_else_the_page(three: list[Need]) -> None:
    url = reverse("listing_list")
    whole = Client().get(url)
    asked = {"HX-Request": "true", "HX-Target": "results"}
    part, boosted = Client().get(url, headers=asked), Client().get(url, headers={**asked, "HX-Boosted": "true"})
    back = Client().get(url, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert [b"<html" in answer.content for answer in (whole, part, boosted, back)] == [True, False, False, True]
    assert b'id="results"' in part.content
    assert all("HX-Request" in answer["Vary"] for answer in (whole, part, back))


def copies(need: Need, many: int) -> None:
    """Listings like this one, straight into the table: a hundred lifecycles would tell nothing more."""
    own = {"id", "number", "application_number"}
    names = [f'"{f.attname}"' for f in Need._meta.concrete_fields if not f.generated and f.attname not in own]
    columns = ", ".join(names)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO needs_need (id, number, application_number, {columns})"
            f" SELECT gen_random_uuid(), left(gen_random_uuid()::text, 24), left(md5(random()::text), 24), {columns}"
            " FROM needs_need, generate_series(1, %s) WHERE id = %s",
            [many, need.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def queries(address: str, client: Any = None) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert (client or Client()).get(address).status_code == 200
    return len(asked)


def test_pages_take_as_many_queries_for_ten_rows_as_for_a_hundred_and_never_more_than_eight(cast: Cast) -> None:
    need = world.need(cast, status="selected")
    copies(world.listed(cast, within=need.batch), 9)
    copies(need, 9)
    addresses = [
        reverse(name) for name in ("home", "listing_list", "result_list", "notice_list", "funnel", "checkpoints")
    ]
    addresses += [
        reverse("listing_list") + "?q=" + quote("弹性体") + "&status=open",
        reverse("listing", args=[need.number]),
    ]
    few = {address: queries(address) for address in addresses}
    copies(world.listed(cast, within=need.batch), 90)
    copies(need, 90)
    many = {address: queries(address) for address in addresses}
    assert few == many
    assert max(many.values()) <= 8
    assert many[reverse("listing_list")] == 2


def test_pages_hold_twenty_listings_and_keep_the_search(cast: Cast) -> None:
    copies(world.listed(cast), 44)
    page = Search(QueryDict("page=2&field=4")).page
    assert (page.paginator.count, len(page), page.number, page.paginator.num_pages) == (45, 20, 2, 3)
    body = Client().get(reverse("listing_list"), {"page": 2, "field": "4"}).content.decode()
    assert "field=4&amp;page=3" in body or "page=3&amp;field=4" in body
