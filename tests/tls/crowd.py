#!/usr/bin/env python3
"""Many members with TLS, in one process. They join and stay silent, until standard input says what to do.

crowd.py PORT COUNT     prints "joined COUNT"; then answers the lines of its input:
    say     the first member says a line                     said
    hear    each member waits for a line, the speaker not    heard N
    leave   all say close_notify and close                   left N
"""
import selectors
import sys
import time

from client import Client

PATIENCE = 120


def all_of(members, step):
    """Gives each member steps, when its socket has input, until a step is true. Returns for how many one was."""
    selector, done = selectors.DefaultSelector(), 0
    waiting = set(members)
    for member in members:
        selector.register(member.socket, selectors.EVENT_READ, member)
    deadline = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < deadline:
        for key, _ in selector.select(1):
            if key.data in waiting and step(key.data):
                waiting.discard(key.data)
                selector.unregister(key.data.socket)
                done += 1
    return done


def hears(member):
    return b"\n" in member.until(lambda: member.tls.read(65536))


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    members, speaks = [], False
    for _ in range(count):
        members.append(Client(port, "1.3", members[0].context if members else None))
    print("joined", count, flush=True)
    for order in map(str.strip, sys.stdin):
        if order == "say":
            speaks = True
            members[0].send(b"one line for all\n")
            print("said", flush=True)
        elif order == "hear":
            print("heard", all_of(members[1:] if speaks else members, hears), flush=True)
        elif order == "leave":
            for member in members:
                member.close_notify()
                member.socket.close()
            print("left", len(members), flush=True)


main()
