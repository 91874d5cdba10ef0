#!/usr/bin/python3
"""Plays one scene with scripted clients, which are the same for every relay. Checks that each client hears what it should. Prints what each
client has heard and how it ended, one line for each, so that two relays can be compared.

Nothing here depends on time. A client is in the room when it hears the words of a client that came later. A client did not get something if it
hears words that were said later, and nothing before them.
"""

import argparse
import errno
import hashlib
import os
import random
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import time

LIMIT = 60  # Seconds that one step may take. It only ends a run that has gone wrong.

EVERY_BYTE = bytes(range(256))
NOISE = random.Random(1).randbytes(1 << 20)

# More than the kernel's buffers for a reader that does not read, and less than these and a room's window together.
FLOOD = 12 << 20


class Failure(Exception):
    pass


class Party:
    """A client in the room: what it has heard, what it still has to say, and how it ended."""

    def __init__(self, name, source, sink):
        os.set_blocking(source, False)
        os.set_blocking(sink, False)
        self.name = name
        self.source = source
        self.sink = sink
        self.heard = bytearray()
        self.expected = bytearray()
        self.outgoing = bytearray()
        self.listens = True
        self.ending = None

    @property
    def is_there(self):
        return self.listens and self.ending is None

    def read(self):
        try:
            chunk = os.read(self.source, 1 << 16)
        except BlockingIOError:
            return
        except ConnectionResetError:
            self.ending = "cut off"
            return
        self.heard += chunk
        if not chunk:
            self.ending = "finished"

    def write(self):
        try:
            del self.outgoing[: os.write(self.sink, self.outgoing[: 1 << 16])]
        except BlockingIOError:
            return
        except OSError as e:
            if e.errno not in (errno.EPIPE, errno.ECONNRESET):
                raise
            # The connection has ended. The next read shows how.
            self.outgoing.clear()

    def __str__(self):
        heard = bytes(self.heard)
        told = repr(heard) if len(heard) <= 64 else f"{len(heard)} bytes, {hashlib.sha256(heard).hexdigest()[:16]}"
        return f"{self.name}: {told} {self.ending or 'open'}"


class Member(Party):
    """A plain socket."""

    def __init__(self, name, port, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().__init__(name, self.socket.fileno(), self.socket.fileno())

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    @property
    def half_close_has_arrived(self):
        established, fin_wait_1 = 1, 4
        return self.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] not in (established, fin_wait_1)

    def leave(self):
        self.ending = "left"
        self.socket.close()

    def break_off(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.leave()


class Program(Party):
    """A client program: its standard input and output."""

    def __init__(self, name, command, talks):
        self.process = subprocess.Popen(
            shlex.split(command), stdin=subprocess.PIPE if talks else subprocess.DEVNULL, stdout=subprocess.PIPE)
        source = self.process.stdout.fileno()
        super().__init__(name, source, self.process.stdin.fileno() if talks else source)

    def end_input(self):
        self.process.stdin.close()

    def exit(self):
        self.ending = f"exit code {self.process.wait(LIMIT)}"


class Room:
    """The relay and its clients."""

    def __init__(self, port, pid, echo):
        self.port = port
        self.pid = pid
        self.echo = echo
        self.parties = []

    def until(self, what, condition):
        """Lets all clients read and write until a condition is true."""
        deadline = time.monotonic() + LIMIT
        while not condition():
            if time.monotonic() > deadline:
                raise Failure(f"this has not happened in {LIMIT} s: {what}")
            there = [party for party in self.parties if party.ending is None]
            sources = {party.source: party for party in there if party.listens}
            sinks = {party.sink: party for party in there if party.outgoing}
            readable, writable, _ = select.select(sources, sinks, [], 0.05)
            for source in readable:
                sources[source].read()
            for sink in writable:
                sinks[sink].write()

    def member(self, name, **options):
        """Connects. The next usher shows that the relay has accepted it."""
        member = Member(name, self.port, **options)
        self.parties.append(member)
        return member

    def join(self, *names):
        members = [self.member(name) for name in names]
        self.usher()
        return members if len(members) > 1 else members[0]

    def program(self, name, command, talks=True):
        program = Program(name, command, talks)
        self.parties.append(program)
        return program

    def hearers(self, speaker):
        return [party for party in self.parties if party.is_there and (party is not speaker or self.echo)]

    def utter(self, speaker, words):
        """Says something, and does not wait until the others hear it."""
        speaker.outgoing += words
        for party in self.hearers(speaker):
            party.expected += words

    def say(self, speaker, words):
        self.utter(speaker, words)
        self.until_heard()

    def until_heard(self):
        hearers = self.hearers(None)
        self.until(
            "all clients have heard everything", lambda: all(len(party.heard) >= len(party.expected) or party.ending for party in hearers))
        for party in hearers:
            if party.heard != party.expected:
                raise Failure(f"{party.name} should have heard {bytes(party.expected[-80:])!r}")

    def usher(self):
        """A client that comes in, says one byte that all others hear, and leaves. The relay accepts clients in the order in which they come. So
        every client that came before is a member now, and has heard everything that was said before."""
        usher = self.member("usher")
        self.say(usher, b"|")
        self.parties.remove(usher)
        usher.leave()

    def freeze(self):
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self):
        os.kill(self.pid, signal.SIGCONT)


# --- Scenes in which all relays behave the same.


def two_talk(room, args):
    a, b = room.join("a", "b")
    room.say(a, b"hello b\n")
    room.say(b, b"hello a\n")
    room.say(a, b"one\ntwo\nthree\n")


def three_talk(room, args):
    a, b, c = room.join("a", "b", "c")
    for words in (b"first\n", b"second\n"):
        for speaker in (a, b, c):
            room.say(speaker, speaker.name.encode() + b": " + words)


def a_chunk_without_newline(room, args):
    a, b = room.join("a", "b")
    room.say(a, b"no newline")
    room.say(b, b"not here")
    room.say(a, b", and none yet")


def binary(room, args):
    a, b, c = room.join("a", "b", "c")
    for words in (EVERY_BYTE, b"\0", b"\r\n\r\n", b"\xff\xfe\xc3\x28", b"\n", NOISE, EVERY_BYTE[::-1]):
        room.say(b, words)


def half_lines_mix(room, args):
    a, b, c = room.join("a", "b", "c")
    room.say(a, b"AAA")
    room.say(b, b"BBB\n")
    room.say(a, b"aaa\n")


def two_talk_at_once(room, args):
    a, b, c, d = room.join("a", "b", "c", "d")
    low = bytes(byte & 0x7F for byte in NOISE)
    high = bytes(byte | 0x80 for byte in NOISE)
    room.utter(a, low)
    room.utter(b, high)
    parties = (a, b, c, d)
    room.until("all clients have heard both", lambda: all(len(party.heard) >= len(party.expected) for party in parties))
    if c.heard != d.heard or (room.echo and not a.heard == b.heard == c.heard):
        raise Failure("the clients have not heard the same order")
    # How the two mix is random. So the bytes of each are compared separately.
    for party in parties:
        heard = bytes(party.heard[1:])
        party.heard[1:] = heard.translate(None, EVERY_BYTE[0x80:]) + heard.translate(None, EVERY_BYTE[:0x80])
        party.expected[1:] = (low if party is not a or room.echo else b"") + (high if party is not b or room.echo else b"")


def one_leaves(room, args):
    a, b, c = room.join("a", "b", "c")
    room.say(c, b"I have to go\n")
    c.leave()
    room.say(a, b"gone\n")
    room.say(b, b"yes\n")


def one_leaves_with_its_last_words(room, args):
    a, b, c = room.join("a", "b", "c")
    room.utter(c, b"bye")
    room.until("it has been said", lambda: not c.outgoing)
    c.leave()
    room.until_heard()
    room.say(a, b"gone\n")


def one_breaks_off(room, args):
    a, b, c = room.join("a", "b", "c")
    room.say(c, b"half a li")
    c.break_off()
    room.say(a, b"gone\n")
    room.say(b, b"yes\n")


def a_late_joiner(room, args):
    a, b = room.join("a", "b")
    room.say(a, b"before\n")
    room.say(b, b"in the middle ")
    c = room.join("c")
    room.say(b, b"of a line\n")
    room.say(c, b"what did I miss?\n")


def one_finishes(room, args):
    a, b, c = room.join("a", "b", "c")
    room.say(c, b"that is all")
    c.half_close()
    room.until("the server finishes it too", lambda: c.ending)
    room.say(a, b"gone\n")


# --- Scenes in which relays differ.


def finishes_while_the_server_is_busy(room, args):
    """The words and the half-close arrive together."""
    a, c = room.join("a", "c")
    room.freeze()
    try:
        room.utter(c, b"that is all")
        room.until("it has been said", lambda: not c.outgoing)
        c.half_close()
        room.until("the server's machine knows", lambda: c.half_close_has_arrived)
    finally:
        room.thaw()
    room.until("the server finishes it too", lambda: c.ending)
    room.until_heard()


def only_listens(room, args):
    """A client half-closes and has said nothing."""
    a, c = room.join("a", "c")
    c.half_close()
    room.until("the server's machine knows", lambda: c.half_close_has_arrived)
    # The question is whether it hears the next usher. The usher speaks in a later turn of the server's loop, so by then the server has seen the
    # half-close.
    so_far = len(c.heard)
    c.listens = False
    room.usher()
    c.listens = True
    room.until("it has heard something, or has been finished", lambda: c.ending or len(c.heard) > so_far)
    c.expected = c.heard[:]


def _stall(room):
    a, b = room.join("a", "b")
    stalled = room.member("stalled", receive_buffer=1 << 16)
    room.usher()
    stalled.listens = False
    a.outgoing += bytes(FLOOD)
    for party in room.hearers(a):
        party.expected += bytes(FLOOD)
    stalled.expected += bytes(FLOOD)
    return a, b, stalled


def one_stalls_and_the_others_go_on(room, args):
    a, b, stalled = _stall(room)
    room.until_heard()
    stalled.listens = True
    room.until_heard()


def one_stalls_and_all_freeze(room, args):
    a, b, stalled = _stall(room)
    so_far = -1
    while len(b.heard) > so_far:
        # A read with a time limit. If it ends early on a busy machine, b still has not got everything.
        so_far = len(b.heard)
        end = time.monotonic() + 0.3
        room.until("some time has passed", lambda: time.monotonic() > end)
    if so_far == len(b.expected):
        raise Failure("b was not delayed")
    stalled.listens = True
    room.until_heard()


# --- Client programs.


def a_program_talks(room, args):
    ((name, command),) = args.talks
    a = room.join("a")
    client = room.program(name, command)
    client.expected += b"hello\n" if room.echo else b""
    a.expected += b"hello\n"
    client.outgoing += b"hello\n"
    room.until_heard()
    room.say(a, b"not a line")
    room.say(client, b", nor this")
    room.say(a, EVERY_BYTE + NOISE)
    room.say(client, NOISE[::-1] + EVERY_BYTE)
    room.say(a, b"over")
    client.end_input()
    room.until("it has printed everything", lambda: client.ending)
    client.exit()
    room.say(room.join("b"), b"gone\n")


def the_server_ends(room, args):
    """The server ends while some clients talk, and others with an empty standard input only listen."""
    a = room.join("a")
    for name, command in args.talks:
        room.say(room.program(name, command), b"hello\n")
    for name, command in args.listens:
        client = room.program(name, command, talks=False)
        while not client.heard and not client.ending:
            # It says nothing that would show that it is there. So a knocks until it hears that.
            a.outgoing += b"|"
            end = time.monotonic() + 0.05
            room.until("it may have heard", lambda: client.heard or client.ending or time.monotonic() > end)
    a.outgoing += b"good night\n"
    room.until("all clients have heard it", lambda: all(p.heard.endswith(b"good night\n") or p.ending for p in room.hearers(a)))
    os.kill(room.pid, signal.SIGTERM)
    room.until("all clients have noticed", lambda: all(party.ending for party in room.parties))
    for party in room.parties:
        # The number of knocks is random.
        party.heard = party.heard.replace(b"|", b"")
        if isinstance(party, Program):
            party.exit()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("pid", type=int, help="the server's")
    parser.add_argument("scene", help="one of the functions above that take a room")
    parser.add_argument("--echo", action="store_true", help="the relay sends what someone says to the speaker too")
    parser.add_argument("--talks", nargs=2, metavar=("NAME", "COMMAND"), action="append", default=[], help="a client program")
    parser.add_argument("--listens", nargs=2, metavar=("NAME", "COMMAND"), action="append", default=[], help="one without input")
    args = parser.parse_args()

    room = Room(args.port, args.pid, args.echo)
    failure = None
    try:
        globals()[args.scene](room, args)
        if args.scene != "the_server_ends":
            room.usher()
    except Failure as e:
        failure = e
    for party in room.parties:
        print(party)
        if isinstance(party, Program):
            party.process.kill()
    if failure:
        sys.exit(f"{args.scene}: {failure}")


main()
