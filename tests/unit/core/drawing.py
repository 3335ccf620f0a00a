#!/usr/bin/python3
"""The drawing of a case's life, from the table: states, the ways between them, by which command and by whom.

    drawing.py CORE_TABLE SVG            the drawing says what the table says, or what differs; exits 1 then
    drawing.py CORE_TABLE SVG --write    draws it anew (needs Debian's graphviz)
"""
import collections
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

SVG = "{http://www.w3.org/2000/svg}"
MANY = 4  # a command from more states than this, or to more, is told below the drawing: lines everywhere say nothing
WHO = {  # colour, line: each also says its word, so that neither is needed to read it
    "worker": ("#1d4f91", "solid"),
    "manager": ("#7a1f6b", "bold"),
    "time": ("#555555", "dashed"),
    "referrer": ("#0b6e4f", "dotted"),
}
FILL = {"queued": "#fff3cd", "in_triage": "#fff3cd", "closed": "#e2e3e5", "void": "#e2e3e5"}
TITLE = "The life of a case"


def words(name):
    return name.replace("_", " ")


def table(program):
    """Ways as {(from, to, who): [commands]}, and the commands that lead to or from too many states to draw."""
    rows = collections.defaultdict(list)
    for line in subprocess.run([program, "--edges"], check=True, capture_output=True, text=True).stdout.splitlines():
        row, *edge = line.split("\t")
        rows[row].append(edge)
    ways, told = collections.defaultdict(list), {}
    for edges in rows.values():
        sources, targets = {e[0] for e in edges}, {e[1] for e in edges}
        for source, target, command, who, second in edges:
            name = words(command) + (" *" if second else "")
            if max(len(sources), len(targets)) > MANY:
                told[words(command)] = who
            elif name not in ways[source, target, who]:
                ways[source, target, who].append(name)
    return ways, told


def label(who, commands):
    return ", ".join(commands) + f" ({who})"


def note(told):
    many = ", ".join(f"{c} ({w})" for c, w in sorted(told.items()))
    return ("* takes a second person where it is risky. Not drawn: commands after which a case stays where it is"
            + (f", and those that lead from or to many states: {many}." if many else "."))


def wrapped(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) + 1 > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return lines + [line]


def dot(ways, told):
    states = sorted({s for way in ways for s in way[:2]})
    note_lines = "\\l".join(wrapped(note(told), 118)) + "\\l"
    yield "digraph life { rankdir=TB; nodesep=0.3; ranksep=0.55; bgcolor=white; pad=0.2; splines=true"
    yield f'labelloc=b; labeljust=l; fontname="Helvetica"; fontsize=12; label="{note_lines}"'
    yield 'node [shape=box, style="rounded,filled", fillcolor="#eaf2fb", fontname="Helvetica", fontsize=15, margin="0.18,0.1"]'
    yield 'edge [fontname="Helvetica", fontsize=12, arrowsize=0.7]'
    yield 'start [label="received", shape=plaintext, style="", fontsize=12]; start -> queued'
    for s in states:
        fill = f', fillcolor="{FILL[s]}"' if s in FILL else ""
        yield f'{s} [label="{words(s)}"{fill}]'
    for (source, target, who), commands in sorted(ways.items()):
        colour, line = WHO[who]
        text = "\\n".join(wrapped(label(who, commands), 18))
        yield (f'{source} -> {target} [label=" {text} ", color="{colour}", fontcolor="{colour}", style={line}, '
               f'weight={3 if target != "queued" else 1}]')
    yield "}"


def description(ways, told):
    said = [f"From {words(a)} to {words(b)}: {label(who, c)}." for (a, b, who), c in sorted(ways.items())]
    return "A case is received into the queue. " + " ".join(said) + " " + note(told)


def write(ways, told, path):
    made = subprocess.run(["dot", "-Tsvg"], input="\n".join(dot(ways, told)), check=True, capture_output=True,
                          text=True).stdout
    made = re.sub(r"<!--.*?-->\n?", "", made, flags=re.S)
    made = re.sub(r"<!DOCTYPE.*?>\n?", "", made, flags=re.S)
    head = ('role="img" aria-labelledby="life-title life-desc">\n<title id="life-title">' + TITLE
            + '</title>\n<desc id="life-desc">' + description(ways, told) + "</desc>")
    made = re.sub(r"(<svg [^>]*?)>", lambda m: m[1] + " " + head, made, count=1, flags=re.S)
    path.write_text(made)


def drawn(path):
    """What the drawing says: {(from, to)}: the texts beside its lines, and its title and description."""
    root = xml.parse(path).getroot()
    ways = collections.defaultdict(list)
    for g in root.iter(SVG + "g"):
        if g.get("class") != "edge":
            continue
        source, target = g.find(SVG + "title").text.split("->")
        ways[source, target].append(" ".join("".join(t.itertext()).strip() for t in g.iter(SVG + "text")))
    return ways, root.findtext(SVG + "title"), root.findtext(SVG + "desc")


def differences(ways, told, path):
    seen, title, desc = drawn(path)
    wanted = collections.defaultdict(list)
    wanted["start", "queued"].append("")
    for (source, target, who), commands in ways.items():
        wanted[source, target].append(label(who, commands))
    for way in sorted(wanted.keys() | seen.keys()):
        if sorted(wanted[way]) != sorted(seen[way]):
            yield f"{way[0]} -> {way[1]}: the table says {sorted(wanted[way])}, the drawing {sorted(seen[way])}"
    if title != TITLE or desc != description(ways, told):
        yield "its title or description is another"


def main(program, path, *more):
    path = pathlib.Path(path)
    ways, told = table(program)
    if more == ("--write",):
        write(ways, told, path)
    wrong = list(differences(ways, told, path))
    for line in wrong:
        print(line)
    if wrong:
        print(f"Draw it anew: {sys.argv[0]} CORE_TABLE {path} --write")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
