"""Checks what is told of lines that a backplane has lost. It reads the files of a run of "faults", from the current folder.

Usage: told.py LINES

Prints what is wrong, and writes into the file "losses", a line each: how many lines a reader has printed that are lost, and which one it is.

- history has what the room kept in the end. Its numbers have no holes, and no line is there twice unless its writer says that this may be so.
- A reader has printed the history in its order, once. If it printed lines that are lost, or did not print lines that are there, it has said so, and ended with 1.
- A writer whose lines are not all there has said so, and ended with 1.
- What a reader has printed and is lost is what its node has told, and no line that is there is told to be lost.
"""

import json
import re
import sys

lines = int(sys.argv[1])
codes = dict(line.split() for line in open("codes"))


def read(file):
    for line in open(file, errors="replace"):
        if line.startswith("{"):
            item = json.loads(line)
            if "seq" in item:
                yield item["seq"], item["text"]


def log(name):
    return open(f"{name}.log", errors="replace").read()


history = list(read("history"))
kept = dict(history)
if [seq for seq, _ in history] != list(range(1, len(history) + 1)):
    print("the numbers of the history have holes")
texts = {}
for seq, text in history:
    if text.startswith(("c", "d")):
        texts.setdefault(text, []).append(seq)

for name in [name for name in codes if name[0] in "cd"]:
    mine = [text for seq, text in history if text.startswith(f"{name} ")]
    doubled = len(mine) - len(set(mine))
    missing = [n for n in range(1, lines + 1) if f"{name} {n}" not in texts]
    ranges = re.findall(r"lines? (\d+)(?: to (\d+))? of the input (?:was|were) acknowledged and may be lost", log(name))
    ranges = [(int(first), int(last or first)) for first, last in ranges]
    untold = [n for n in missing if not any(first <= n <= last for first, last in ranges)]
    if untold or missing and codes[name] != "1":
        print(f"{name} ended with {codes[name]}, and {len(missing)} of its lines are not there, {missing[0]} to {missing[-1]}: {log(name)!r}")
    twice = max(map(int, re.findall(r"(\d+) lines? may arrive twice$", log(name), re.M)), default=0)
    if doubled > twice:
        print(f"{name} ended with {codes[name]}, and {doubled} of its lines are there twice: {log(name)!r}")
    if list(dict.fromkeys(mine)) != [f"{name} {n}" for n in range(1, lines + 1) if n not in missing]:
        print(f"the lines of {name} are not in order")
    if codes[name] not in ("0", "1"):
        print(f"{name} ended with {codes[name]}: {log(name)!r}")
    if not missing and not doubled and codes[name] != "0" and "may" not in log(name):
        print(f"{name} ended with {codes[name]}, and nothing is wrong with its lines: {log(name)!r}")

told = {}
for node in range(3):
    text = log(f"node.{node}")
    told[node] = [(int(first), int(last)) for first, last in re.findall(r"^chatctl: .* lines (\d+) to (\d+) are lost", text, re.M)]
    exits = open(f"exits.{node}").read().split()
    # A node that starts just after a failover may not reach Redis yet.
    ends = re.findall(r"^chatctl: the backplane \S+ (has lost entries|cannot be used)", text, re.M)
    if len(exits) - 1 != len(ends) or set(exits[:-1]) - {"1"} or exits[-1:] != ["0"]:
        print(f"node {node} ended with {exits}, and told {told[node]}")

with open("losses", "w") as losses:
    for node in range(3):
        name = f"session{node}"
        got = list(read(name))
        gone = [(seq, text) for seq, text in got if kept.get(seq) != text]
        losses.write(f"{len(gone)} {name}\n")
        ranges = re.findall(r"lines? (\d+)(?: to (\d+))? and any after them are lost$", log(name), re.M)
        has_told = bool(ranges) or "may have been missed" in log(name) or "gone" in log(name)
        if codes[name] != ("1" if has_told else "0"):
            print(f"{name} ended with {codes[name]}: {log(name)!r}")
        if gone and [(str(gone[0][0]), str(gone[-1][0]) if len(gone) > 1 else "")] != ranges[:1]:
            print(f"{name} has printed {len(gone)} lines that are lost, {gone[0][0]} to {gone[-1][0]}, and says {log(name)!r}")
        there = [(seq, text) for seq, text in got if kept.get(seq) == text]
        if there != history[: len(there)]:
            print(f"{name} has not printed what is there, once and in order{'' if has_told else ', and does not say so'}")
        for seq, text in gone:
            if not any(first <= seq <= last for first, last in told[node]):
                print(f"{name} has printed line {seq} ({text}), which is lost. Its node told of {told[node]}")
                break
        for first, last in told[node]:
            if kept.get(first - 1) not in (None, dict(got).get(first - 1)):
                print(f"node {node} told that lines {first} to {last} are lost, and line {first - 1} is lost too")
            if gone and gone[0][0] != first:
                print(f"node {node} told that lines {first} to {last} are lost, and the first line that is lost is {gone[0][0]}")

        # A plain reader has no numbers. It may end with its node, and has what came up to then.
        plain = open(f"plain{node}", errors="replace").read().splitlines()
        shown = [text for _, text in got]
        if codes[f"plain{node}"] == "0" and told[node]:
            print(f"plain{node} ended with 0, and its node has told of a loss")
        if plain[: len(shown)] != shown[: len(plain)]:
            print(f"plain{node} has other lines than {name}")
