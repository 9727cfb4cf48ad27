"""A notice without words is a bug the platform refuses to start with."""

from typing import Any

from django.core.checks import Error, register
from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError

from notifications.kinds import kinds
from notifications.rendering import template_name


@register()
def every_kind_has_its_words(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [error for kind in kinds() if (error := missing_words(kind))]


def missing_words(kind: str) -> Error | None:
    name = template_name(kind)
    try:
        source = str(Engine.get_default().get_template(name).source)
    except TemplateDoesNotExist:
        return Error(f"A notice of kind {kind} has no template {name}", id="notifications.E001")
    except TemplateSyntaxError as why:
        return Error(f"{name}: {why}", id="notifications.E002")
    title, _newline, body = source.strip().partition("\n")
    if not title.strip() or not body.strip():
        return Error(
            f"{name}: the first line is the title, the rest the body; neither may be empty", id="notifications.E003"
        )
    return None
