#!/usr/bin/env python3
"""A client that loses its connection when all its lines have their acks, comes back with nothing to say, and half-closes: nothing-left.py PORT.
Exit code 0 if the server then closes the connection and tells the others that the client has left. Each answer may take a minute."""
import json
import socket
import struct
import sys


def connect(hello):
    """Opens a session. Returns the connection, its lines, and the server's hello."""
    sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60)
    sock.sendall(b"CHATCTL/1 " + json.dumps(hello).encode() + b"\n")
    lines = sock.makefile("rb")
    return sock, lines, json.loads(lines.readline()[10:])


def await_object(lines, wanted):
    """Reads until an object has all these members."""
    while not wanted.items() <= json.loads(lines.readline()).items():
        pass


ann = {"name": "ann", "client": "a" * 32}
_bob, others, _hello = connect({"name": "bob"})
sock, lines, hello = connect(ann)
sock.sendall(b'{"n":1,"text":"all that ann has to say"}\n')
await_object(lines, {"ack": 1})

# A connection that is closed with a linger time of 0 is reset.
sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
lines.close()
sock.close()

sock, lines, hello = connect(ann | {"since": f'{hello["epoch"]}:{hello["first"] - 1}'})
if not hello["resumed"]:
    sys.exit(f"the server does not know the client any more: {hello}")
sock.shutdown(socket.SHUT_WR)
try:
    lines.read()
except TimeoutError:
    sys.exit("the server did not close a session that came back with nothing to say")
await_object(others, {"event": "leave", "name": "ann", "reason": "left"})
