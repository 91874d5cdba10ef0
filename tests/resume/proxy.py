"""A relay of TCP connections that resets them at random moments.

Usage: proxy.py TARGET_PORT RESETS SEED COUNT_FILE

Prints its port. As long as there are connections, it resets one that is chosen at random, on both sides at once, and then waits for a random time of up to a
fifth of a second. COUNT_FILE holds how many resets there were. After RESETS of them it only relays. It ends when its standard input ends.
"""

import os
import random
import socket
import struct
import sys
import threading
import time

target, resets, seed, count_file = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
chance = random.Random(seed)
gate = threading.Lock()
pairs = []


def relay(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        # One side was reset, by a peer or by this program. The other side must see a reset too, not an end.
        reset((source, sink))


def reset(pair):
    with gate:
        if pair in pairs:
            pairs.remove(pair)
        elif pair[::-1] in pairs:
            pairs.remove(pair[::-1])
    for end in pair:
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            end.shutdown(socket.SHUT_RD)
        except OSError:
            pass
        end.close()


def accept(listener):
    while True:
        client, _ = listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", target))
        except OSError:
            reset((client, client))
            continue
        with gate:
            pairs.append((client, server))
        for source, sink in ((client, server), (server, client)):
            threading.Thread(target=relay, args=(source, sink), daemon=True).start()


def attack():
    done = 0
    while done < resets:
        time.sleep(chance.random() / 5)
        with gate:
            pair = chance.choice(pairs) if pairs else None
        if pair:
            reset(pair)
            done += 1
            with open(count_file + ".new", "w") as f:
                f.write(str(done))
            os.replace(count_file + ".new", count_file)


listener = socket.create_server(("127.0.0.1", 0), backlog=64)
print(listener.getsockname()[1], flush=True)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
threading.Thread(target=attack, daemon=True).start()
sys.stdin.read()
os._exit(0)
