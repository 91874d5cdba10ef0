#!/usr/bin/env python3
"""Ten members with TLS that talk, while others break handshakes; and new members that join, say a line, and get their receipt.

talk.py PORT SECONDS     prints "ok - …" or "not ok - …" for each check
"""
import selectors
import sys
import threading
import time

from client import Client

MEMBERS = 10


def newcomers(port, deadline, told):
    """One after the other. Notes how many, and how one of them has failed."""
    while time.monotonic() < deadline and "bad" not in told:
        try:
            client = Client(port, "1.3")  # With TLS 1.2, Python cannot read on if others talked before its close_notify.
            client.send(b"new %d\n" % told["count"])
            client.close_notify()
            if (end := client.read_to_end(lambda data: None)) != "close_notify":
                told["bad"] = end
        except OSError as error:
            told["bad"] = str(error)
        told["count"] += 1
        time.sleep(0.05)


class Member:
    def __init__(self, port, number):
        self.client = Client(port, "1.2" if number % 2 else "1.3")
        self.rest, self.next_of, self.to_end, self.fault = b"", [0] * MEMBERS, MEMBERS - 1, None

    def hear(self):
        """Takes all that has come. Notes a line that is lost, doubled or out of order."""
        self.rest += self.client.until(lambda: self.client.tls.read(65536))
        while self.client.inside.pending or self.client.tls.pending():
            self.rest += self.client.until(lambda: self.client.tls.read(65536))
        *lines, self.rest = self.rest.split(b"\n")
        for line in lines:
            word, *values = line.split()
            if word == b"last":
                self.to_end -= 1
            elif word == b"say":
                who, count = map(int, values)
                if count != self.next_of[who]:
                    self.fault = f"line {count} of {who} comes after {self.next_of[who] - 1}"
                self.next_of[who] += 1


def main():
    port, seconds = int(sys.argv[1]), float(sys.argv[2])
    deadline, said, told = time.monotonic() + seconds, 0, {"count": 0}
    members, selector = [Member(port, number) for number in range(MEMBERS)], selectors.DefaultSelector()
    for member in members:
        selector.register(member.client.socket, selectors.EVENT_READ, member)
    newcomer = threading.Thread(target=newcomers, args=(port, deadline, told), daemon=True)
    newcomer.start()
    due, has_ended = time.monotonic(), False
    while any(member.to_end for member in members) and not any(member.fault for member in members) and time.monotonic() < deadline + 120:
        for key, _ in selector.select(0.05):
            try:
                key.data.hear()
            except OSError as error:
                key.data.fault = str(error)
        if time.monotonic() < due or has_ended:
            continue
        has_ended = due > deadline
        for number, member in enumerate(members):
            member.client.send(b"last\n" if has_ended else b"say %d %d\n" % (number, said))
        said, due = said + (not has_ended), due + 0.05
    newcomer.join(120)
    faults = [member.fault or f"{member.to_end} last lines are missing" for member in members if member.fault or member.to_end]
    for name, fault in (
        (f"ten members hear all {said} lines of each other, in order", "; ".join(faults)),
        (f"each of {told['count']} new members joins and gets its receipt", told.get("bad") or ("it still waits" if newcomer.is_alive() else "" if told["count"] else "none has")),
    ):
        print(f"not ok - {name}: {fault}" if fault else f"ok - {name}", flush=True)


main()
