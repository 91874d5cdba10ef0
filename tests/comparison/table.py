#!/usr/bin/python3
"""Makes a markdown table from the output of tests/benchmarks/run: the median of the rounds, with the smallest and the largest value."""

import re
import statistics
import sys

HEADINGS = {"bulk": "one sends in bulk", "talk": "all send, one line a write", "paced": "paced, 1000 lines/s in all"}


def number(pattern, outcome):
    match = re.search(pattern, outcome)
    return float(match.group(1)) if match else None


def rounded(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.2g}" if value < 1 else f"{value:.3g}"


def spread(values):
    return f"{rounded(statistics.median(values))} ({rounded(min(values))} to {rounded(max(values))})"


def cell(outcomes, scale, unit):
    """CPU time for each delivery, and what went wrong."""
    costs = [cost / scale for outcome in outcomes if (cost := number(r"([\d.]+) ns/delivery", outcome)) is not None]
    parts = [f"{spread(costs)} {unit}"] if costs else []
    for fate in "lost", "still to come":
        if shares := [share for outcome in outcomes if (share := number(rf"([\d.]+)% {fate}", outcome))]:
            parts.append(f"{rounded(statistics.median(shares))} % {fate} in {len(shares)} of {len(outcomes)} rounds")
    if failures := len(outcomes) - len(costs):
        parts.append(f"failed in {failures} of {len(outcomes)} rounds")
    return ", ".join(parts) or "-"


def rates(outcomes):
    values = [rate for outcome in outcomes if (rate := number(r"([\d.]+) M deliveries/s", outcome)) is not None]
    return f"{rounded(statistics.median(values))} M/s" if values else "-"


def latency(outcomes):
    p50 = [value for outcome in outcomes if (value := number(r"latency ([\d.]+) ", outcome)) is not None]
    p99 = [value for outcome in outcomes if (value := number(r"latency [\d.]+ ([\d.]+) ", outcome)) is not None]
    return f"{spread(p50)} / {spread(p99)} ms" if p50 else "-"


def main():
    results = {}
    for line in sys.stdin:
        name, shape, outcome = line.rstrip("\n").split("\t")
        results.setdefault(name, {}).setdefault(shape, []).append(outcome)
    shapes = [shape for shape in HEADINGS if any(shape in of_relay for of_relay in results.values())]
    columns = [HEADINGS[shape] for shape in shapes] + (["p50 / p99"] if "paced" in shapes else [])
    print("| server CPU for each delivery |", " | ".join(columns), "|")
    print("|", " | ".join(["---"] * (len(columns) + 1)), "|")
    for name, of_relay in results.items():
        cells = []
        for shape in shapes:
            outcomes = of_relay.get(shape, [])
            paced = shape == "paced"
            text = cell(outcomes, 1000 if paced else 1, "µs" if paced else "ns")
            cells.append(text if paced or text == "-" else f"{text}; {rates(outcomes)}")
        if "paced" in shapes:
            cells.append(latency(of_relay.get("paced", [])))
        print(f"| {name} |", " | ".join(cells), "|")


main()
