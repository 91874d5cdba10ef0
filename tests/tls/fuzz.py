#!/usr/bin/env python3
"""Strangers that break the handshake in every way, at a door with TLS. All is random; the seed tells which.

fuzz.py PORT SECONDS SEED     prints how many connections of each kind it has made; exit code 1 if it could not connect

Kinds: bytes (noise), record (noise behind the header of a record), hello (a recorded ClientHello with changes), flight (a real handshake with changes in
one of its flights, or in the first line after it), flood (a megabyte of noise), warnings (alerts and empty records without end).
"""
import collections
import random
import socket
import ssl
import struct
import sys
import time

# How long a stranger looks for an answer. It need not get one.
GLANCE = 0.05


def context(version, protocol):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    made.minimum_version = made.maximum_version = version
    if protocol:
        made.set_alpn_protocols([protocol])
    return made


CONTEXTS = [context(version, protocol) for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3) for protocol in (None, "chatctl/1", "h2")]


class Peer:
    """One real handshake in memory: what it wants to send, and what it gets."""

    def __init__(self, random):
        self.inside, self.outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = random.choice([None, "localhost", "a" * 63 + ".example"])
        self.tls = random.choice(CONTEXTS).wrap_bio(self.inside, self.outside, server_hostname=name)
        self.is_done = False

    def flight(self, data):
        """The next bytes to send, after some were received. At last a line."""
        self.inside.write(data)
        try:
            if self.is_done:
                self.tls.write(b"a line of a stranger\n")
            else:
                self.tls.do_handshake()
                self.is_done = True
        except ssl.SSLError:
            pass
        return self.outside.read()


def changed(random, data):
    """The bytes with one to eight changes."""
    data = bytearray(data)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(data)) if data else 0
        kind = random.randrange(7)
        if kind == 0 and data:
            data[at] ^= 1 << random.randrange(8)
        elif kind == 1 and data:
            data[at] = random.choice((0, 1, 127, 128, 255))
        elif kind == 2:
            del data[at:]
        elif kind == 3:
            data[at:at] = random.randbytes(random.choice((1, 2, 100, 20000)))
        elif kind == 4:
            del data[at:at + random.randint(1, 50)]
        elif kind == 5:
            data[at:at] = data[:random.randint(0, len(data))]
        elif len(data) > 5:
            # The length of the first record, or of the message in it.
            struct.pack_into(">H", data, random.choice((3, 7)) if len(data) > 8 else 3, random.randrange(65536))
    return bytes(data)


def received(connection):
    try:
        return connection.recv(65536)
    except socket.timeout:
        return b""


def record(random, length):
    return struct.pack(">BBBH", random.choice((20, 21, 22, 23, 24, random.randrange(256))), 3, random.randrange(5), random.choice((length, 0, 16384, 16640, 65535)))


def bytes_(random, connection):
    connection.sendall(random.randbytes(random.randint(1, 5000)))


def record_(random, connection):
    noise = random.randbytes(random.randint(0, 5000))
    connection.sendall(record(random, len(noise)) + noise)


def hello(random, connection):
    data = changed(random, Peer(random).flight(b""))
    step = random.choice((1, 7, len(data) or 1))
    for at in range(0, min(len(data), 2000 * step), step):
        connection.sendall(data[at:at + step])


def flight(random, connection):
    peer, answer, victim = Peer(random), b"", random.randrange(4)
    for number in range(4):
        data = peer.flight(answer)
        connection.sendall(changed(random, data) if number == victim else data)
        if number >= victim and random.random() < 0.5:
            return
        connection.settimeout(GLANCE if number >= victim else 5)
        answer = b"" if peer.is_done else received(connection)


def flood(random, connection):
    for _ in range(16):
        connection.sendall((b"\x16\x03\x01\xff\xff" if random.random() < 0.5 else b"") + random.randbytes(65536))


def warnings(random, connection):
    connection.sendall(Peer(random).flight(b"") if random.random() < 0.5 else b"")
    one = random.choice((b"\x15\x03\x03\x00\x02\x01\x00", b"\x16\x03\x03\x00\x00", b"\x17\x03\x03\x00\x00", b"\x14\x03\x03\x00\x01\x01"))
    for _ in range(50):
        connection.sendall(one * 1000)


KINDS = {"bytes": bytes_, "record": record_, "hello": hello, "flight": flight, "flood": flood, "warnings": warnings}


def main():
    port, seconds, seed = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    chance, counts, deadline = random.Random(seed), collections.Counter(), time.monotonic() + seconds
    while time.monotonic() < deadline:
        kind = chance.choices(list(KINDS), (10, 10, 30, 40, 1, 2))[0]
        counts[kind] += 1
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        try:
            connection.settimeout(GLANCE if kind != "flight" else 5)
            KINDS[kind](chance, connection)
            if chance.random() < 0.5:
                connection.shutdown(socket.SHUT_WR)
            if chance.random() < 0.5:
                connection.settimeout(GLANCE)
                received(connection)
            if chance.random() < 0.2:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass  # The server has ended it, as it may.
        connection.close()
    print(*(f"{kind} {count}" for kind, count in sorted(counts.items())))


main()
