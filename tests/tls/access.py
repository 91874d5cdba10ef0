#!/usr/bin/env python3
"""Who may do what in a room with rules, over TLS. Made with Python's ssl alone.

access.py PORT     a room on this port: obs and ann may do everything, bob may read, cid may write, each by a certificate in NAME.pem; dora.token is that of
                   dora, who may do everything; zoe.pem is a good certificate that the rules do not name
Prints "yes - …" or "no - …" for each check.
"""
import json
import socket
import ssl
import sys

PORT, TOKEN = int(sys.argv[1]), open("dora.token").read().strip()
PATIENCE = 60


class Client:
    def __init__(self, name, hello=None):
        context = ssl.create_default_context(cafile="root.pem")
        if name is not None:
            context.load_cert_chain(f"{name}.pem", f"{name}.key")
        self.tls = context.wrap_socket(socket.create_connection(("127.0.0.1", PORT)), server_hostname="localhost", suppress_ragged_eofs=False)
        self.tls.settimeout(PATIENCE)
        self.rest, self.answer = b"", None
        if hello is not None:
            self.say("CHATCTL/1 " + json.dumps(hello))
            while not (line := self.line()).startswith("CHATCTL/1 "):
                pass
            self.answer = json.loads(line[len("CHATCTL/1 "):])

    def say(self, line):
        self.tls.sendall(line.encode() + b"\n")

    def line(self):
        while b"\n" not in self.rest:
            data = self.tls.recv(65536)
            if not data:
                raise EOFError
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode()

    def until(self, part):
        while part not in (line := self.line()):
            pass
        return line

    def is_silent(self):
        self.tls.settimeout(0.5)
        try:
            return self.rest == b"" and not self.tls.recv(1) and False
        except TimeoutError:
            return True
        finally:
            self.tls.settimeout(PATIENCE)

    def is_cut(self):
        """Whether the connection ends with anything but close_notify."""
        try:
            while self.tls.recv(65536):
                pass
            return False
        except (ConnectionError, ssl.SSLError) as e:
            return not isinstance(e, TimeoutError)


def check(what, is_so):
    print(f"{'yes' if is_so else 'no'} - {what}", flush=True)


observer = Client("obs", {})
number = 0


def observe(text):
    global number
    number += 1
    observer.say(json.dumps({"n": number, "text": text}))
    observer.until(f'{{"ack":{number},')


for name, rights in (("ann", "read,write"), ("bob", "read"), ("cid", "write")):
    member = Client(name, {})
    check(f"{name} by certificate, session: its name and rights", (member.answer["name"], member.answer["rights"]) == (name, rights))
    observe("to all")
    if "read" in rights:
        check(f"{name}, session: hears what is said", "to all" in member.until('"text"'))
    else:
        member.say('{"who":true}')
        check(f"{name}, session: hears nothing", '"error":"rights"' in member.line())
    member.say('{"n":1,"text":"from it"}')
    if "write" in rights:
        check(f"{name}, session: is heard", f'"from":"{name}","text":"from it"' in observer.until("from it"))
    else:
        check(f"{name}, session: is not heard", '"error":"rights"' in member.until('"n":1}'))
    member.tls.close()

    member = Client(name)
    if "write" in rights:
        member.say("from it")
        check(f"{name}, plain: is heard", '"from":null' in observer.until('"text":"from it"'))
    if "read" in rights:
        # It may join a moment after it has finished its handshake.
        member.tls.settimeout(0.2)
        for _ in range(PATIENCE * 5):
            observe("to all")
            try:
                heard = member.line()
                break
            except TimeoutError:
                heard = ""
        member.tls.settimeout(PATIENCE)
        check(f"{name}, plain: hears what is said", heard == "to all")
    else:
        observe("to all")
        check(f"{name}, plain: hears nothing", member.is_silent())
    if "write" not in rights:
        member.say("from it")
        check(f"{name}, plain: is cut off at its first line", member.is_cut())

zoe = Client("zoe", {})
check("a certificate that the rules do not name needs a token", zoe.answer.get("error") == "auth")
zoe = Client("zoe", {"token": TOKEN})
check("a token counts over TLS", (zoe.answer.get("name"), zoe.answer.get("rights")) == ("dora", "read,write"))
bare = Client(None, {"token": TOKEN})
check("a token counts without a certificate", bare.answer.get("name", "").startswith("dora") and bare.answer.get("rights") == "read,write")
bare = Client(None, {})
check("without a certificate and without a token nobody gets in", bare.answer.get("error") == "auth")
zoe = Client("zoe")
zoe.say("let me in")
check("a stranger is cut off at its first line", zoe.is_cut())
