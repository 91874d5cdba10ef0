"""Writes numbered lines in step with a proxy's resets, so that connections are lost while lines are under way, however fast the machine is.

Usage: writer.py NAME LINES RESETS COUNT_FILE
"""

import sys
import time

name, lines, resets, count_file = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
written = 0
while written < lines:
    with open(count_file) as f:
        done = int(f.read())
    due = min(lines, lines * (done + 1) // (resets + 1))
    while written < due:
        written += 1
        sys.stdout.write(f"{name} {written}\n")
    sys.stdout.flush()
    time.sleep(0.01)
