"""What is wrong with what the program said or wrote: each judge returns problems, none if fine."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

# What Qt or a library says for reasons of the machine, on a screen that there is not.
HARMLESS = (
    "This plugin does not support",
    "propagateSizeHints",
    "Failed to register with host portal",
    'Could not load the Qt platform plugin "wayland',
    "Populating font family aliases",
    "Unable to resolve hostname",
)
COMPLAINT = re.compile(
    r"\b(Warning|WARNING|ERROR|CRITICAL|Segmentation fault|Fatal Python|Aborted)\b"
)
EVENTS_IN_ORDER = ("RunStarted", "ScalarsReady", "SamplesReady", "CheckpointSaved", "Finished")


def judge_done(done, code=0):
    """A command that should have ended with `code` and without complaints."""
    if done.code is None:
        return [f"it had not ended after {done.seconds:.0f} s{_last_words(done)}"]
    problems = judge_words(done.err)
    if done.code != code:
        problems.insert(0, f"exit code {done.code} and not {code}{_last_words(done)}")
    return problems


def _last_words(done):
    lines = [line for line in (done.err or done.out).splitlines() if line.strip()]
    return f": {lines[-1][:300]}" if lines else ""


def judge_words(text):
    """A traceback, a crash or a warning among what was said on stderr."""
    problems = []
    if "Traceback (most recent call last)" in text:
        last = dict.fromkeys(re.findall(r"^[\w.]+(?:Error|Exception|Interrupt)\b.*", text, re.M))
        problems.append(f"a traceback: {'; '.join(list(last)[:5]) or text.strip()[-300:]}")
    said = Counter(
        line.lstrip("0123456789-:,. ")[:300]
        for line in text.splitlines()
        if COMPLAINT.search(line) and not any(part in line for part in HARMLESS)
    )
    for line, count in said.items():
        problems.append(f"it said: {line}" + (f" ({count} times)" if count > 1 else ""))
    return problems


def judge_refusal(done):
    """A damaged file must be refused in one sentence, with exit code 1."""
    problems = judge_done(done, code=1)
    lines = [line for line in done.err.splitlines() if line.strip()]
    if len(lines) != 1 or not lines[0].startswith("gan-studio: "):
        problems.append(f"not one sentence: {done.err.strip()[:400] or 'nothing was said'}")
    return problems


def judge_inventory(source, packaged):
    """What the source tree has and the packaged program has not, or cannot load."""
    problems = []
    for kind, facts in source["registries"].items():
        found = packaged["registries"].get(kind, {"entries": [], "unavailable": {}})
        problems += differences(kind, facts["entries"], found["entries"])
        broken = found["unavailable"].items()
        problems += [f"{kind} {name} cannot be used: {reason}" for name, reason in broken]
    problems += differences("resource", source["resources"], packaged["resources"])
    for group in ("commands", "modules"):
        for name, why_not in source[group].items():
            reason = packaged[group].get(name, "it is not there")
            if reason and not why_not:
                problems.append(f"{group[:-1]} {name}: {reason}")
    if packaged["version"] != source["version"]:
        problems.append(f"version {packaged['version']} and not {source['version']}")
    return problems


def differences(what, expected, found):
    """Names that are missing or too many."""
    missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    problems = [f"{what} missing: {', '.join(missing[:8])} ({len(missing)})"] if missing else []
    return problems + ([f"{what} too many: {', '.join(extra[:8])}"] if extra else [])


def inventory_notes(inventory):
    """How many of each there are."""
    counts = {kind: len(facts["entries"]) for kind, facts in inventory["registries"].items()}
    counts |= {name: len(inventory[name]) for name in ("commands", "modules", "resources")}
    return [", ".join(f"{count} x {what}" for what, count in counts.items())]


def judge_events(text, steps):
    """The JSON lines of a training: the events in order, and the last one at the last step."""
    try:
        events = [json.loads(line) for line in text.splitlines()]
    except ValueError as error:
        return [f"a line is not JSON ({error})"]
    names = [event.get("event") for event in events]
    missing = [name for name in EVENTS_IN_ORDER if name not in names]
    if missing:
        return [f"events missing: {', '.join(missing)}; heard: {', '.join(map(str, names))[:300]}"]
    problems = []
    first = [names.index(name) for name in EVENTS_IN_ORDER[:2]]
    if first != sorted(first) or names[-1] != EVENTS_IN_ORDER[-1]:
        problems.append(f"events out of order: {', '.join(names)[:300]}")
    steps_told = [event["step"] for event in events]
    if steps_told != sorted(steps_told):
        problems.append("steps go back")
    if events[-1]["step"] != steps or events[-1].get("reason") != "done":
        problems.append(f"it ended at step {events[-1]['step']} ({events[-1].get('reason')})")
    return problems


def judge_together(text, processes):
    """The JSON lines of a training by several processes, of which one speaks."""
    events = [json.loads(line) for line in text.splitlines()]
    started = [event for event in events if event["event"] == "RunStarted"]
    if len(started) != 1:
        return [f"{len(started)} processes said that they had started"]
    found = started[0]["info"].get("processes")
    return [] if found == processes else [f"{found} processes trained together"]


def judge_same_bytes(one, other):
    """Two files that must be equal bit for bit."""
    if not one.is_file() or not other.is_file():
        return [f"missing: {one if not one.is_file() else other}"]
    a, b = one.read_bytes(), other.read_bytes()
    if a == b:
        return []
    at = next(
        (i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b))
    )
    return [f"{one.name} differs from byte {at} on ({len(a)} and {len(b)} bytes)"]


def judge_file(path, least_bytes=1):
    """A file, or a folder with files, that must be there."""
    if path.is_dir():
        return [] if any(path.rglob("*")) else [f"{path.name} is an empty folder"]
    if not path.is_file():
        return [f"{path.name} was not written"]
    size = path.stat().st_size
    return [] if size >= least_bytes else [f"{path.name} is only {size} bytes"]


def judge_start(head, path):
    """A file that must begin as its format does."""
    problems = judge_file(path, len(head))
    if not problems and not path.read_bytes().startswith(head):
        problems.append(f"{path.name} does not begin with {head!r}")
    return problems


# --- the window -----------------------------------------------------------------------------------


def judge_window(facts):
    """What the window told of itself, as a list of JSON objects."""
    said = {}
    for fact in facts:
        said.setdefault(fact["what"], []).append(fact)
    problems = [f"it never told of “{what}”" for what in ("painted", "engine") if what not in said]
    problems += [
        f"“{f['waited_for']}” took over {f['seconds']:.0f} s" for f in said.get("late", ())
    ]
    if "closing" not in said:
        problems.append("it did not get to its end")
    problems += judge_pages(said.get("page", []), said.get("closing", []))
    for where in ("window", "process"):
        runs = [fact for fact in said.get("trained", ()) if fact["where"] == where]
        problems += judge_training(runs, where)
    for fact in said.get("fonts", [{"families": 0, "letters_differ": False}]):
        if not fact["families"] or not fact["letters_differ"]:
            problems.append(f"letters are not drawn ({fact['families']} font families)")
    for fact in said.get("compiled", ()):
        problems += [f"torch.compile was called: {call}" for call in fact["calls"]]
    if not all(fact["styled"] for fact in said.get("painted", ())):
        problems.append("the window has no style sheet")
    return problems


def judge_pages(pages, closing):
    """Every page of the rail was shown, and none complained."""
    wanted = closing[0]["pages"] if closing else []
    shown = {page["key"] for page in pages if page["is_shown"]}
    missing = [key for key in wanted if key not in shown]
    problems = [f"page not shown: {', '.join(missing)}"] if missing else []
    return problems + [
        f"page {page['key']}: {page['banner']}" for page in pages if "error" in page["banner"]
    ]


def judge_training(runs, where):
    """A run that the window started."""
    if not runs:
        return [f"nothing was trained ({where})"]
    run, problems = runs[-1], []
    if run["ended"] != "Finished" or run["steps"] < 20:
        problems.append(
            f"training ({where}) ended as {run['ended']} at step {run['steps']}: "
            f"{str(run['words'])[-300:]}"
        )
    if not run["has_pictures"]:
        problems.append(f"training ({where}) showed no pictures")
    return problems


def judge_closing(seconds, tolerance):
    """How long the process lived on after the window was asked to close."""
    if seconds is None:
        return ["the process was still there and had to be killed"]
    limit = 2.0 * tolerance
    return [] if seconds <= limit else [f"closed after {seconds:.2f} s (at most {limit:g} s)"]


# --- the source tree ------------------------------------------------------------------------------


def modules_of(root):
    """All modules of the package, and ``module:name`` of all others that its source imports."""
    package = root / "gan_studio"
    own, foreign = [], set()
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if parts[-1] != "__main__":
            own.append(name)
        foreign |= foreign_imports(ast.parse(path.read_text("utf-8")))
    left_out = extras_of(root)
    foreign = {name for name in foreign if re.split("[.:]", name)[0] not in left_out}
    # This one mends torchvision before others import it.
    return ["gan_studio.data.vision", *own, *sorted(foreign)]


def extras_of(root):
    """Packages that only extras ask for, and that are not shipped."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [item for extra in project["optional-dependencies"].values() for item in extra]
    names = {re.split(r"[<>=!~;\[ ]", item)[0].lower().replace("-", "_") for item in wanted}
    return names


def foreign_imports(tree):
    """Imports of other packages than our own and Python's, those for types left out."""
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}:{item.name}" for item in node.names}
        waiting += ast.iter_child_nodes(node)
    return {name for name in found if is_foreign(re.split("[.:]", name)[0])}


def is_foreign(package):
    return package != "gan_studio" and package not in sys.stdlib_module_names


# --- damage ---------------------------------------------------------------------------------------


# What `pickle` writes of {"weights": [0.0]}. It is there to be refused.
A_PICKLE = b"\x80\x04}\x8c\x07weights]G\x00\x00\x00\x00\x00\x00\x00\x00as."


def damages():
    """Ways to damage a checkpoint: a name, the file, and what becomes of its bytes."""
    return {
        "truncated weights": ("weights.safetensors", lambda data: data[: len(data) // 2]),
        "garbage for state": ("state.json", lambda data: b'{"schema": 1, "step": '),
        "a pickle for weights": (
            "weights.safetensors",
            lambda data: A_PICKLE,
        ),
    }


def damage(run_dir, file, change):
    """Change this file of every checkpoint of a run."""
    for path in Path(run_dir, "checkpoints").glob(f"*/{file}"):
        path.write_bytes(change(path.read_bytes()))
