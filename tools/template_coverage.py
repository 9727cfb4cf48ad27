"""Coverage of templates, by the line: a plugin of coverage.py for `make coverage`.

A line of a template counts when a node begins on it (a tag, a variable, words that are not only blanks) and is
covered when that node was rendered. The published plugin reads positions in the text as Django got it; here the
component compiler has rewritten that text first, so that its positions point into other lines. This one asks the
compiled nodes on both sides, for what can run and for what ran, and carries their lines back to the file.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import django
from coverage.plugin import CoveragePlugin, FileReporter, FileTracer
from django.template import base, engines
from django.template.loader_tags import BlockNode, ExtendsNode
from django_cotton.compiler_regex import CottonCompiler

ENGINE = os.path.normcase(os.path.realpath(base.__file__))
KINDS = {".html", ".txt", ".xml"}
MARK = re.compile("\x01(\\d+)\x02")


@cache
def lines_of_source(path: str) -> list[int]:
    """For each line of the compiled template, the line of the file it came from."""
    source = Path(path).read_text(encoding="utf-8").split("\n")
    marked = "\n".join(f"{line} \x01{number}\x02" for number, line in enumerate(source, 1))
    lines, last = [], 1
    for line in CottonCompiler().process(marked).split("\n"):
        last = min((int(number) for number in MARK.findall(line)), default=last)
        lines.append(last)
    return lines


def lines_of_node(node: base.Node) -> list[int]:
    """The lines of the file that this node stands for; none where it is only blanks."""
    if not hasattr(node, "_lines_of_file"):  # asked at every rendering
        node._lines_of_file = _lines_of_node(node)
    return node._lines_of_file


def _lines_of_node(node: base.Node) -> list[int]:
    token, origin = getattr(node, "token", None), getattr(node, "origin", None)
    if token is None or origin is None or not os.path.isfile(origin.name):
        return []
    lines = lines_of_source(origin.name)
    if not isinstance(node, base.TextNode):
        offsets = [0]
    else:
        offsets = [number for number, words in enumerate(node.s.split("\n")) if words.strip()]
    return [lines[min(token.lineno - 1 + offset, len(lines) - 1)] for offset in offsets]


def nodes_that_render(nodes: base.NodeList) -> Iterator[base.Node]:
    """Every node below; of a template that extends another only what stands inside its blocks is ever rendered."""
    for node in nodes:
        yield node
        if isinstance(node, ExtendsNode):
            for block in node.nodelist.get_nodes_by_type(BlockNode):
                yield from nodes_that_render(block.nodelist)
            continue
        for name in node.child_nodelists:
            yield from nodes_that_render(getattr(node, name, None) or base.NodeList())


class Rendered(CoveragePlugin, FileTracer):
    """Follows `render_annotated`, through which Django renders every node."""

    def file_tracer(self, filename: str) -> FileTracer | None:
        return self if os.path.normcase(os.path.realpath(filename)) == ENGINE else None

    def has_dynamic_source_filename(self) -> bool:
        return True

    def dynamic_source_filename(self, filename: str, frame) -> str | None:
        if frame.f_code.co_name != "render_annotated":
            return None
        origin = getattr(frame.f_locals["self"], "origin", None)
        return origin.name if origin is not None and os.path.isabs(origin.name) else None

    def line_number_range(self, frame) -> tuple[int, int]:
        lines = lines_of_node(frame.f_locals["self"])
        return (min(lines), max(lines)) if lines else (-1, -1)

    def file_reporter(self, filename: str) -> FileReporter:
        return Template(filename)

    def find_executable_files(self, src_dir: str) -> Iterator[str]:
        for path in Path(src_dir).rglob("templates/**/*"):
            if path.suffix in KINDS and path.is_file():
                yield str(path)


class Template(FileReporter):
    """What of one template can be rendered."""

    def lines(self) -> set[int]:
        django.setup()
        engine = engines.all()[0].engine
        loader = engine.template_loaders[0].loaders[0]
        origin = base.Origin(self.filename, self.filename, loader)
        template = base.Template(loader.get_contents(origin), origin, self.filename, engine)
        return {line for node in nodes_that_render(template.nodelist) for line in lines_of_node(node)}


def coverage_init(registry, options) -> None:
    registry.add_file_tracer(Rendered())
