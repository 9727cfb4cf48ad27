"""`make coverage` counts lines of templates as they stand in the file, whatever the compiler made of them."""

from pathlib import Path

import pytest
from django.template import Context, base, engines
from template_coverage import KINDS, Rendered, Template, lines_of_node, nodes_that_render

ROOT = Path(__file__).parent.parent / "platform"
TAG = 5  # what stands behind a component's tag of several lines counts on the line where the tag begins
TEMPLATES = sorted(str(path) for path in ROOT.rglob("templates/**/*") if path.suffix in KINDS)


def compiled(path: str) -> base.Template:
    engine = engines.all()[0].engine
    origin = base.Origin(path, path, engine.template_loaders[0].loaders[0])
    return base.Template(origin.loader.get_contents(origin), origin, path, engine)


def words(node: base.Node) -> str:
    """What the line of this node must hold: the tag's name, a component's own name, or the first words of a text."""
    if isinstance(node, base.TextNode):
        return node.s.strip().splitlines()[0].strip()
    tag, *rest = node.token.contents.split()
    return {"cotton": rest[0] if rest else "", "cotton:slot": "c-slot", "cotton:vars": "c-vars"}.get(tag, tag)


def test_every_node_of_every_template_is_found_on_its_own_line():
    wrong, seen = [], 0
    for path in TEMPLATES:
        source = Path(path).read_text().split("\n")
        for node in nodes_that_render(compiled(path).nodelist):
            for line in lines_of_node(node)[:1]:
                if words(node) == "c-vars":  # the compiler moves them to the top
                    continue
                seen += 1
                if words(node) not in "\n".join(source[line - 1 : line + TAG]):
                    wrong.append(f"{path}:{line} {words(node)}")
    assert seen > 10_000
    assert not wrong


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        '{% comment %}A page.{% endcomment %}\n<c-vars a\n  b="1" />\n<p>\n  {{ a }}\n</p>\n'
        '<c-icon\n  name="plus"\n/>\n\n{% if a %}\n  said\n{% else %}\n  not said\n{% endif %}\n<hr>\n'
    )
    return str(path)


def test_only_lines_with_something_to_render_count(page):
    assert Template(page).lines() == {1, 2, 4, 5, 6, 7, 11, 12, 14, 16}


def test_a_branch_that_was_not_taken_is_not_covered(page):
    template, ran = compiled(page), set()
    whole = base.Node.render_annotated, base.TextNode.render_annotated
    plugin = Rendered()

    class Frame:
        def __init__(self, node):
            self.f_locals = {"self": node}

    def following(original):
        def render_annotated(node, context):
            first, last = plugin.line_number_range(Frame(node))
            ran.update(range(first, last + 1))
            return original(node, context)

        return render_annotated

    base.Node.render_annotated, base.TextNode.render_annotated = map(following, whole)
    try:
        template.render(Context({"a": "yes"}))
    finally:
        base.Node.render_annotated, base.TextNode.render_annotated = whole
    assert Template(page).lines() - ran == {14}
