"""A relay of TCP connections that does what it is told.

Usage: gate.py TARGET_PORT

Prints its port. It reads commands from standard input, one a line, and ends when that ends:

reset     Resets all connections, on both sides. It goes on taking new ones.
mute      Passes nothing on, like a network that is down. Connections are taken, and what is sent waits.
deafen    Passes nothing on of what the target answers. What is sent to it still arrives.
pass      Passes on what waits, and what comes, as at the beginning.
"""

import os
import socket
import struct
import sys
import threading

target = int(sys.argv[1])
gate = threading.Lock()
passing = threading.Event()
passing.set()
answering = threading.Event()
answering.set()
ends = set()


def relay(source, sink, *may):
    try:
        while data := source.recv(65536):
            for event in may:
                event.wait()
            sink.sendall(data)
        for event in may:
            event.wait()
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One side was reset, by a peer or by this program. The other side must see a reset too, not an end.
        reset([source, sink])


def reset(some):
    for end in some:
        with gate:
            if end not in ends:
                continue
            ends.remove(end)
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RD)
        except OSError:
            pass
        end.close()


def begin(client):
    passing.wait()
    try:
        server = socket.create_connection(("127.0.0.1", target))
    except OSError:
        reset([client])
        return
    with gate:
        ends.add(server)
    threading.Thread(target=relay, args=(server, client, passing, answering), daemon=True).start()
    relay(client, server, passing)


def accept(listener):
    while True:
        client, _ = listener.accept()
        with gate:
            ends.add(client)
        threading.Thread(target=begin, args=(client,), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
for command in sys.stdin:
    match command.strip():
        case "reset":
            with gate:
                some = list(ends)
            reset(some)
        case "mute":
            passing.clear()
        case "deafen":
            answering.clear()
        case "pass":
            passing.set()
            answering.set()
os._exit(0)
