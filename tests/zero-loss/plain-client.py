"""A plain client that waits for its receipt. It sends standard input to 127.0.0.1:PORT, half-closes, and reads to the end.

Exit code 0: the server's FIN came after this client had half-closed. 1: a reset. 3: the FIN came before that, so it is no receipt.
"""

import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as peer:
    try:
        for line in sys.stdin.buffer:
            peer.setblocking(False)
            try:
                while peer.recv(65536):
                    pass
                sys.exit(3)
            except BlockingIOError:
                pass
            peer.setblocking(True)
            peer.sendall(line)
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65536):
            pass
    except (ConnectionResetError, BrokenPipeError):
        sys.exit(1)
