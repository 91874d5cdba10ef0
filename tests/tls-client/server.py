"""A TLS server of Python's library, for one connection.

Usage: server.py CERTIFICATE KEY VERSION MODE [FILE]. VERSION is 1.2 or 1.3. Prints its port.

MODE take: writes what comes to FILE, and answers the end with its own. MODE give: sends FILE and ends. MODE both: does both at once, from FILE and
to FILE.out. MODE late: takes everything, and its application fails then: it closes the connection without an answer.
"""
import shutil
import socket
import ssl
import sys
import threading

certificate, key, version, mode, path = sys.argv[1:6]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2 if version == "1.2" else ssl.TLSVersion.TLSv1_3
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
raw, _ = listener.accept()
with context.wrap_socket(raw, server_side=True, suppress_ragged_eofs=False) as connection:
    def take(target):
        with open(target, "wb") as file:
            while True:
                received = connection.recv(65536)
                if not received:
                    break
                file.write(received)

    def give():
        with open(path, "rb") as file:
            while True:
                part = file.read(65536)
                if not part:
                    break
                connection.sendall(part)

    if mode == "both":
        taking = threading.Thread(target=take, args=(path + ".out",))
        taking.start()
        give()
        taking.join()
    elif mode == "give":
        give()
    else:
        take(path)
    if mode != "late":
        connection.unwrap()
