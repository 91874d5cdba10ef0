"""A listener that lags. It connects to 127.0.0.1:PORT and reads nothing. At the first line of standard input it half-closes. At the second it reads to the end.

It prints how many bytes came. Exit code 0: the end was a FIN. 1: a reset.
"""

import socket
import sys

with socket.socket() as peer:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    peer.connect(("127.0.0.1", int(sys.argv[1])))
    sys.stdin.readline()
    peer.shutdown(socket.SHUT_WR)
    sys.stdin.readline()
    count = 0
    try:
        while came := len(peer.recv(65536)):
            count += came
    except ConnectionResetError:
        print(count)
        sys.exit(1)
    print(count)
