"""The Markdown subset as plain text: for pipes, screen readers, and wherever markup is not read."""

from markdown_it.tree import SyntaxTreeNode

from bot.adapters.markdown import parsed


def plain(markdown: str) -> str:
    """`markdown` as text that reads well aloud: no marks, links with their address behind."""
    return "\n\n".join("\n".join(_block(node)) for node in parsed(markdown).children)


def _block(node: SyntaxTreeNode) -> list[str]:
    match node.type:
        case "bullet_list":
            return [line for item in node.children for line in _marked("- ", _blocks(item))]
        case "ordered_list":
            first = int(str(node.attrs.get("start", 1)))
            numbered = enumerate(node.children, first)
            return [line for n, item in numbered for line in _marked(f"{n}. ", _blocks(item))]
        case "blockquote":
            return [f"> {line}".rstrip() for line in _blocks(node)]
        case "fence" | "code_block":
            return [f"    {line}" for line in node.content.rstrip("\n").split("\n")]
        case _:
            return "".join(_inline(child) for child in node.children).split("\n")


def _blocks(node: SyntaxTreeNode) -> list[str]:
    lines: list[str] = []
    for child in node.children:
        if lines and not child.type.endswith("_list"):
            lines.append("")
        lines += _block(child)
    return lines


def _marked(mark: str, lines: list[str]) -> list[str]:
    indent = " " * len(mark)
    return [mark + lines[0], *(f"{indent}{line}".rstrip() for line in lines[1:])] if lines else []


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "link":
            return f"{_inner(node)} ({node.attrs.get('href', '')})"
        case "text" | "code_inline":
            return node.content
        case _:
            return _inner(node)


def _inner(node: SyntaxTreeNode) -> str:
    return "".join(_inline(child) for child in node.children)
