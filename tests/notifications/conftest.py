from collections.abc import Callable
from copy import deepcopy
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from django.test.utils import override_settings
from django.urls import path

from accounts.models import Organisation, User


@pytest.fixture
def words(settings, tmp_path: Path) -> Callable[[str, str], None]:
    """Write the text of a kind, as the faces do."""
    (tmp_path / "notifications").mkdir()
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    return lambda kind, text: (tmp_path / f"notifications/{kind}.txt").write_text(text)


@pytest.fixture
def kind(words) -> str:
    words(
        "need.submit",
        "{% get_current_language as speaks %}新需求 {{ subject.name }}（{{ speaks }}）\n\n请在 {{ days }} 日内处理。",
    )
    return "need.submit"


@pytest.fixture
def person(db) -> Callable[..., User]:
    numbers = count()
    return lambda name="张三", **more: User.objects.create_user(f"p{next(numbers)}@example.com", name=name, **more)


@pytest.fixture
def subject(db) -> Organisation:
    return Organisation.objects.create(
        id=uuid4(), kind="enterprise", name="海风材料公司", uscc="91370200MA3C000011", status="draft"
    )


@pytest.fixture(autouse=True)
def site(settings):
    with override_settings(SITE_URL="https://jiebang.example", ROOT_URLCONF=__name__):
        yield


urlpatterns = [path("organisations/<uuid:pk>/", lambda request, pk: None, name="organisation")]
