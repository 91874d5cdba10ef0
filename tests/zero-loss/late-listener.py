"""A listener that is far behind: joins 127.0.0.1:PORT and reads nothing. At the first line of standard input it half-closes, at the second it reads to the end.

Prints how many bytes came. Exit code 0: the end was a FIN. 1: a reset.
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
