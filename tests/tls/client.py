#!/usr/bin/env python3
"""A client of a door with TLS that does exactly what it is told. Made with Python's ssl alone.

client.py PORT VERSION send [FILE]     sends standard input, or FILE, then close_notify; reads to the end
client.py PORT VERSION hear            sends nothing; writes what it hears to standard output, until the end
client.py PORT VERSION bare            sends standard input, then a FIN without close_notify; reads to the end
client.py PORT VERSION torn            sends standard input, then the first half of a record, and a FIN; reads to the end
client.py PORT VERSION again           hears a line that another connection says, then comes back to its session; prints "new" or "reused"
client.py PORT VERSION name            prints the subject of the server's certificate
client.py PORT plain                   sends standard input without TLS, then a FIN; reads to the end
client.py PORT hold N                  opens N connections, sends the beginning of a handshake on each, and keeps them until its input ends

VERSION is 1.2 or 1.3. CERT and KEY in the environment name the client's own certificate.
The last word on standard error is how the connection has ended: close_notify, fin or reset.
"""
import os
import socket
import ssl
import sys
import threading


def write(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


class Client:
    def __init__(self, port, version, context=None, session=None):
        self.context = context or self.make_context(version)
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.inside, self.outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = self.context.wrap_bio(self.inside, self.outside, server_hostname="localhost", session=session)
        self.fin = False
        self.until(self.tls.do_handshake)
        self.flush()

    @staticmethod
    def make_context(version):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.minimum_version = context.maximum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
        if "CERT" in os.environ:
            context.load_cert_chain(os.environ["CERT"], os.environ["KEY"])
        return context

    def flush(self):
        if self.outside.pending:
            self.socket.sendall(self.outside.read())

    def until(self, action):
        """Repeats an action of TLS until it needs no more input."""
        while True:
            try:
                return action()
            except ssl.SSLWantReadError:
                self.flush()
                data = self.socket.recv(65536)
                if data:
                    self.inside.write(data)
                else:
                    self.fin = True
                    self.inside.write_eof()

    def send(self, data):
        for start in range(0, len(data), 16384):
            self.tls.write(data[start:start + 16384])
            self.flush()

    def close_notify(self):
        try:
            self.tls.unwrap()
        except ssl.SSLError:
            pass  # It has said it, and would like to hear the other's at once; but others may talk first.
        self.flush()

    def read_to_end(self, write=write):
        """Writes what comes, to standard output if nothing else is said. Returns how the connection has ended."""
        try:
            while True:
                data = self.until(lambda: self.tls.read(65536))
                if not data:
                    return "fin" if self.fin else "close_notify"
                write(data)
        except ssl.SSLZeroReturnError:
            return "close_notify"
        except ssl.SSLEOFError:
            return "fin"
        except ConnectionResetError:
            return "reset"
        except ssl.SSLError as error:
            return f"alert {error.reason}"


def plain(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        try:
            connection.sendall(sys.stdin.buffer.read())
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
            return "fin"
        except OSError:
            return "reset"


def hold(port, count):
    kept = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        kept.append(connection)
    print("holding", flush=True)
    sys.stdin.read()
    gone = 0
    for connection in kept:
        connection.setblocking(False)
        try:
            gone += connection.recv(1) == b""
        except BlockingIOError:
            pass
        except OSError:
            gone += 1
    print(gone, flush=True)


def again(port, version):
    first, other = Client(port, version), Client(port, version)
    heard = threading.Event()

    def say():
        # More than once: the first line may come before the other one is in the room.
        while not heard.wait(0.1):
            other.send(b"a line\n")

    saying = threading.Thread(target=say)
    saying.start()
    first.until(lambda: first.tls.read(100))
    heard.set()
    saying.join()
    return "reused" if Client(port, version, first.context, first.tls.session).tls.session_reused else "new"


def talk(port, version, what, file):
    try:
        client = Client(port, version)
    except ssl.SSLEOFError:
        return "fin"
    except ssl.SSLError as error:
        return f"alert {error.reason}"
    except OSError:
        return "reset"
    if what == "name":
        der = client.tls.getpeercert(binary_form=True)
        with open("peer.der", "wb") as written:
            written.write(der)
        os.system("openssl x509 -inform der -in peer.der -noout -subject")
        return "done"
    try:
        if what != "hear":
            while data := file.read1(65536):
                client.send(data)
        if what == "send":
            client.close_notify()
        elif what in ("bare", "torn"):
            if what == "torn":
                client.tls.write(b"torn line\n")
                record = client.outside.read()
                client.socket.sendall(record[:len(record) // 2])
            client.socket.shutdown(socket.SHUT_WR)
    except OSError:
        return "reset"
    return client.read_to_end()


def main():
    port, version = int(sys.argv[1]), sys.argv[2]
    if version == "hold":
        return hold(port, int(sys.argv[3]))
    if sys.argv[3:] == ["again"]:
        print(again(port, version))
        return
    if version == "plain":
        end = plain(port)
    else:
        file = open(sys.argv[4], "rb") if len(sys.argv) > 4 else sys.stdin.buffer
        end = talk(port, version, sys.argv[3], file)
    print(end, file=sys.stderr)


if __name__ == "__main__":
    main()
