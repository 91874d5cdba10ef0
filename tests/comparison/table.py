#!/usr/bin/python3
"""Makes a markdown table from the output of tests/benchmarks/run: the median of the rounds, with the smallest and the largest value."""

import re
import statistics
import sys

HEADINGS = {
    "bulk": "one sends in bulk",
    "talk": "all send, one line a write",
    "paced": "paced, 1000 lines/s in all",
    "handshakes": "CPU for each connection that comes and goes",
    "idle": "memory for each silent member, and after a line",
}


def number(pattern, outcome):
    match = re.search(pattern, outcome)
    return float(match.group(1)) if match else None


def values(pattern, outcomes):
    return [value for outcome in outcomes if (value := number(pattern, outcome)) is not None]


def rounded(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 1 else f"{value:.3g}"


def spread(values):
    return f"{rounded(statistics.median(values))} ({rounded(min(values))} to {rounded(max(values))})"


def cell(outcomes, scale, unit):
    """CPU time for each delivery, and what went wrong."""
    costs = [cost / scale for cost in values(r"([\d.]+) ns/delivery", outcomes)]
    parts = [f"{spread(costs)} {unit}"] if costs else []
    for fate in "lost", "still to come":
        if shares := [share for share in values(rf"([\d.]+)% {fate}", outcomes) if share]:
            parts.append(f"{rounded(statistics.median(shares))} % {fate} in {len(shares)} of {len(outcomes)} rounds")
    if failures := len(outcomes) - len(costs):
        parts.append(f"failed in {failures} of {len(outcomes)} rounds")
    return ", ".join(parts) or "-"


def rates(outcomes):
    rates = values(r"([\d.]+) M deliveries/s", outcomes)
    return f"{rounded(statistics.median(rates))} M/s" if rates else "-"


def latency(outcomes):
    p50, p99 = values(r"latency ([\d.]+) ", outcomes), values(r"latency [\d.]+ ([\d.]+) ", outcomes)
    return f"{spread(p50)} / {spread(p99)} ms" if p50 else "-"


def connections(outcomes):
    costs, failed = values(r"([\d.]+) us/connection", outcomes), values(r"failed in (\d+)", outcomes)
    return f"{spread(costs)} µs{', some failed' if failed else ''}" if costs else "-"


def memory(outcomes):
    silent, after = values(r"([\d.]+) KiB a member,", outcomes), values(r"([\d.]+) KiB a member after", outcomes)
    return f"{spread(silent)} KiB; {rounded(statistics.median(after))} KiB" if silent else "-"


def main():
    results = {}
    for line in sys.stdin:
        name, shape, outcome = line.rstrip("\n").split("\t")
        results.setdefault(name, {}).setdefault(shape, []).append(outcome)
    shapes = [shape for shape in HEADINGS if any(shape in of_relay for of_relay in results.values())]
    columns = [text for shape in shapes for text in [HEADINGS[shape]] + (["p50 / p99"] if shape == "paced" else [])]
    print("| server CPU for each delivery |", " | ".join(columns), "|")
    print("|", " | ".join(["---"] * (len(columns) + 1)), "|")
    for name, of_relay in results.items():
        cells = []
        for shape in shapes:
            outcomes = of_relay.get(shape, [])
            if shape in ("handshakes", "idle"):
                cells.append(connections(outcomes) if shape == "handshakes" else memory(outcomes))
                continue
            paced = shape == "paced"
            text = cell(outcomes, 1000 if paced else 1, "µs" if paced else "ns")
            cells.append(text if paced or text == "-" else f"{text}; {rates(outcomes)}")
            if paced:
                cells.append(latency(outcomes))
        print(f"| {name} |", " | ".join(cells), "|")


main()
