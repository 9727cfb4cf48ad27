"""The tools that keep generated files true."""

import messages
import pytest
import requirements


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with one module and one template, instead of ours."""
    (tmp_path / "platform/web/templates").mkdir(parents=True)
    (tmp_path / "platform/web/views.py").write_text('_("发榜")\n_("甲 %(name)s")\nplain("不译")\n')
    (tmp_path / "platform/web/templates/a.html").write_text(
        '<c-button label="{% translate "提交" %}" />'
        "{% blocktranslate trimmed count n=n %}{{ n }} 个{% plural %}{{ n }} 个{% endblocktranslate %}"
    )
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "SOURCE", tmp_path / "platform")
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "platform/locale/en/LC_MESSAGES/django.po")
    return tmp_path


def translate(text: str, translation: str) -> None:
    catalogue = messages.open_catalogue()
    catalogue.find(text, include_obsolete_entries=True).msgstr = translation
    catalogue.save(str(messages.CATALOGUE))


def test_texts_are_collected_from_code_and_from_templates(project):
    assert {text.singular for text in messages.collect()} == {"发榜", "甲 %(name)s", "提交", "%(n)s 个"}


def test_a_text_that_nobody_translated_is_reported(project):
    assert len([line for line in messages.complaints() if line.startswith("missing: ")]) == 4
    messages.update(prune=False)
    assert len([line for line in messages.complaints() if line.startswith("untranslated: ")]) == 4


def test_an_update_keeps_translations_and_keeps_aside_what_is_gone(project):
    messages.update(prune=False)
    translate("发榜", "Publish")
    (project / "platform/web/views.py").write_text("")
    messages.update(prune=False)
    assert messages.open_catalogue().find("发榜", include_obsolete_entries=True).msgstr == "Publish"
    (project / "platform/web/views.py").write_text('_("发榜")')
    messages.update(prune=False)
    entry = messages.open_catalogue().find("发榜")
    assert (entry.msgstr, entry.obsolete) == ("Publish", 0)


def test_a_translation_that_loses_a_placeholder_is_reported(project):
    messages.update(prune=False)
    translate("甲 %(name)s", "A %(nome)s")
    assert any(line.startswith("placeholders differ") for line in messages.complaints())
    translate("甲 %(name)s", "A %(name)s")
    assert not any(line.startswith("placeholders differ") for line in messages.complaints())


def test_requirements_are_what_the_lock_says():
    assert requirements.exported() == requirements.locked()
