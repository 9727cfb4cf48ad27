import pytest

import journey
from needs.models import Need
from people import Cast


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def published(cast: Cast) -> Need:
    return journey.published(cast)
