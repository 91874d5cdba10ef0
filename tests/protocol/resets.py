#!/usr/bin/env python3
"""Forwards connections to a port of this machine, and resets each of them after a random number of bytes: resets.py PORT SEED [LONGEST].
Prints the port at which it listens, and then "reset" for each connection that it has reset. Ends with its process."""
import contextlib
import random
import select
import socket
import struct
import sys
import threading

target, chance, longest = int(sys.argv[1]), random.Random(int(sys.argv[2])), int((sys.argv[3:] or [40_000])[0])


def forward(client, left):
    """Forwards one connection, in both directions together, until it ends or no bytes are left for it."""
    with client, contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", target)) as server:
        peers = {client: server, server: client}
        try:
            while peers:
                for side in select.select(list(peers), [], [])[0]:
                    if data := side.recv(min(left, 4096)):
                        peers[side].sendall(data)
                        left -= len(data)
                    else:
                        peers.pop(side).shutdown(socket.SHUT_WR)
                    if left == 0:
                        print("reset", flush=True)
                        raise ConnectionResetError
        except OSError:
            # A reset by one side also goes on to the other. Closing with a linger time of 0 sends it.
            for side in (client, server):
                side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=forward, args=(listener.accept()[0], chance.randrange(1, longest)), daemon=True).start()
