"""A TLS server that cuts its answer short, each time after one byte more or a few more.

Usage: cut.py CERTIFICATE KEY VERSION MODE POINTS. VERSION is 1.2 or 1.3. Prints its port, and then for each connection how many bytes of the
answer it sends, and how many the whole answer has.

MODE ask: reads to the client's close_notify, and answers then. MODE tell: answers at once. An answer is some lines in records of their own, and a
close_notify. After what it sends of that comes a FIN. There are POINTS connections with a part of the answer, and one with all of it.
"""
import os
import socket
import ssl
import sys

certificate, key, version, mode, points = sys.argv[1:4] + [sys.argv[4], int(sys.argv[5])]
LINES = [b"%d %s\n" % (number, b"x" * (40 * number)) for number in range(8)]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
wanted = ssl.TLSVersion.TLSv1_2 if version == "1.2" else ssl.TLSVersion.TLSv1_3
context.minimum_version = context.maximum_version = wanted


def feed(connection, incoming):
    received = connection.recv(65536)
    if received:
        incoming.write(received)
    else:
        incoming.write_eof()


def answer_of(session, incoming, outgoing):
    """The bytes of the whole answer. To make its close_notify is to be told of the client's, or to be told that it is missing."""
    for line in LINES:
        session.write(line)
    try:
        session.unwrap()
    except ssl.SSLError:
        pass
    return outgoing.read()


def serve(connection, part):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = context.wrap_bio(incoming, outgoing, server_side=True)
    while True:
        try:
            session.do_handshake()
            break
        except ssl.SSLWantReadError:
            connection.sendall(outgoing.read())
            feed(connection, incoming)
    connection.sendall(outgoing.read())
    while mode == "ask":
        try:
            if not session.read(65536):
                break
        except ssl.SSLWantReadError:
            feed(connection, incoming)
        except ssl.SSLZeroReturnError:
            break
    answer = answer_of(session, incoming, outgoing)
    sent = len(answer) if part is None else len(answer) * part // points
    connection.sendall(answer[:sent])
    connection.shutdown(socket.SHUT_WR)
    print(sent, len(answer), flush=True)

    # To close with bytes that were not read would be a reset.
    while connection.recv(65536):
        pass


listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
for part in [*range(points), None]:
    accepted, _ = listener.accept()
    with accepted:
        try:
            serve(accepted, part)
        except OSError as e:
            print("failed", e, flush=True)
