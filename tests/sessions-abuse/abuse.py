"""Sessions that go to the limits of the protocol, and over them.

    abuse.py PORT CASE [COUNT]

Prints "ok - ..." or "not ok - ..." for each check. Lines never hold '@': that is for the two members beside these sessions.
"""
import base64
import json
import resource
import secrets
import selectors
import socket
import sys
import threading
import time

PATIENCE = 120
PREFIX = b"CHATCTL/1 "
port = int(sys.argv[1])


def check(name, is_so, why=""):
    print(f"ok - {name}" if is_so else f"not ok - {name}: {why}", flush=True)


def dial():
    connection = socket.create_connection(("127.0.0.1", port), PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Session:
    def __init__(self, hello=b"{}", greets=True):
        self.socket = dial()
        self.rest = b""
        self.socket.sendall(hello if hello.startswith(PREFIX) else PREFIX + hello + b"\n")
        self.hello = self.greeted() if greets else None

    def line(self):
        """The next line; an empty one for the end, and None for a reset."""
        while b"\n" not in self.rest:
            try:
                more = self.socket.recv(1 << 18)
            except ConnectionError:
                return None
            if not more:
                return b""
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\n")
        return line

    def greeted(self):
        while True:
            line = self.line()
            if not line:
                return line
            if line.startswith(PREFIX + b'{"room"') or line.startswith(PREFIX + b'{"error"'):
                return json.loads(line[len(PREFIX):])

    def answer(self):
        """The next object that is neither a line nor an event; "end" or "reset" if the connection ends before that."""
        while True:
            line = self.line()
            if line is None or line == b"":
                return "reset" if line is None else "end"
            said = json.loads(line)
            if "event" not in said and ("seq" not in said or "ack" in said):
                return said

    def answer_but(self, *unwanted):
        """The next answer that is not one of these."""
        while brief(said := self.answer()) in unwanted:
            pass
        return said

    def send(self, data):
        try:
            self.socket.sendall(data)
        except ConnectionError:
            pass  # The next read shows the end.

    def close(self):
        self.socket.close()


def brief(answer):
    """An answer without what changes from run to run."""
    if not isinstance(answer, dict):
        return answer
    if "ack" in answer:
        return ("ack", answer["ack"])
    if "error" in answer:
        return (answer["error"], answer.get("n"), "fatal" if answer.get("fatal") else "goes on")
    return ("name", answer["name"]) if "name" in answer else tuple(answer)


def answers_to(what, data, *expected):
    """Sends something in a new session, and checks the answers. A session that goes on must still take a line."""
    session = Session()
    session.send(data)
    got = [brief(session.answer()) for _ in expected]
    last = expected[-1] if expected else ("ack",)
    if last[0] != "r" and "fatal" not in last:
        session.send(b'{"n":9007199254740991,"text":"still here"}\n')
        got.append(brief(session.answer()))
        expected = (*expected, ("ack", 9007199254740991))
    session.close()
    check(what, got == list(expected), f"expected {expected}, got {got}")


def json_case():
    fatal = ("json", None, "fatal")
    deep = lambda levels: b'{"x":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}\n"
    answers_to("an object of 8 levels is ignored", deep(8))
    answers_to("an object of 9 levels is a fatal error", deep(9), fatal)
    answers_to("a hundred thousand open brackets are a fatal error", b"[" * 100_000 + b"\n", fatal)
    answers_to("a hundred thousand nested objects are a fatal error", b'{"x":' * 60_000 + b"\n", fatal)
    answers_to("25,000 members are ignored", b"{" + b",".join(b'"m%d":%d' % (i, i) for i in range(25_000)) + b"}\n")
    answers_to("a flat array with a hundred thousand elements is ignored", b'{"x":[' + b",".join([b"1"] * 100_000) + b"]}\n")
    answers_to("of a member that comes many times the last one counts", b'{"n":1,' + b'"text":"no",' * 20_000 + b'"text":"yes"}\n', ("ack", 1))
    answers_to("a number with a hundred thousand digits is an error", b'{"n":' + b"9" * 100_000 + b',"text":"x"}\n', ("n", None, "goes on"))
    answers_to("a number with a huge exponent is an error", b'{"n":1e999999999,"text":"x"}\n', ("n", None, "goes on"))
    answers_to("a name of a hundred thousand letters is an error", b'{"name":"' + b"x" * 100_000 + b'"}\n', ("name", None, "goes on"))
    answers_to("a name that folds to much more is an error", '{"name":"'.encode() + "\ufdfa".encode() * 33 + b'"}\n', ("name", None, "goes on"))
    answers_to("half of a surrogate pair is an error", b'{"n":1,"text":"\\ud83d"}\n', ("text", 1, "goes on"))
    answers_to("a text that is not UTF-8 is an error", b'{"n":1,"text":"\xff"}\n', ("text", 1, "goes on"))
    answers_to("an array is a fatal error", b"[1]\n", fatal)
    answers_to("two objects in a line are a fatal error", b"{}{}\n", fatal)
    answers_to("a NUL is a fatal error", b"\0\n", fatal)
    answers_to("a comment is a fatal error", b"/* */{}\n", fatal)
    answers_to("empty lines are ignored", b"\n" * 100_000)


def limits_case():
    session = Session()
    most = session.hello["maxText"]
    session.close()
    line = lambda n, text: b'{"n":%d,"text":"%s"}\n' % (n, text)
    answers_to("a text of the longest length is taken", line(1, b"x" * most), ("ack", 1))
    answers_to("a text of one byte more is refused", line(1, b"x" * (most + 1)), ("too-long", 1, "goes on"))
    answers_to("a text of the longest length, all escaped, is taken", line(1, b"\\u0061" * most), ("ack", 1))
    answers_to("a base64 of the longest length is taken", b'{"n":1,"base64":"%s"}\n' % base64.b64encode(b"\xff" * most), ("ack", 1))
    answers_to("a base64 of one byte more is refused", b'{"n":1,"base64":"%s"}\n' % base64.b64encode(b"\xff" * (most + 1)), ("too-long", 1, "goes on"))
    padded = lambda length: line(1, b"x")[:-1].ljust(length - 1) + b"\n"
    answers_to("a line of the longest length is taken", padded(6 * most + 1024), ("ack", 1))
    answers_to("a longer line ends the session with a reset", padded(6 * most + 1024 + 64), "reset")
    answers_to("a line without an end ends the session with a reset", b" " * (8 * most), "reset")
    for n in (b"0", b"-1", b"9007199254740992", b"1.5", b'"1"', b"1e3000"):
        answers_to(f"n may not be {n.decode()}", b'{"n":%s,"text":"x"}\n' % n, ("n", None, "goes on"))
    answers_to("a text with a line end is refused", b'{"n":1,"text":"a\\nb"}\n', ("terminator", 1, "goes on"))
    answers_to("a base64 with a line end is refused", b'{"n":1,"base64":"Cg=="}\n', ("terminator", 1, "goes on"))
    answers_to("a base64 that is none is refused", b'{"n":1,"base64":"?"}\n', ("text", 1, "goes on"))
    answers_to("a name of 32 characters is taken", '{"name":"'.encode() + "\U0001f600".encode() * 32 + b'"}\n', ("name", "\U0001f600" * 32))
    for what, name in (("of 33 characters", "x" * 33), ("of none", ""), ("with a control", "a\\u0007"), ("with a change of direction", "a\\u202eb"), ("with a space at its end", "a "), ("that nobody sees", "\\u200b")):
        answers_to(f"a name {what} is refused", f'{{"name":"{name}"}}\n'.encode(), ("name", None, "goes on"))

    def hello(what, line, error):
        session = Session(line)
        got = session.hello.get("error") if session.hello else session.hello
        session.close()
        check(what, got == error, f"expected {error}, got {got}")

    hello("a hello of 4096 bytes is taken", (PREFIX + b"{}").ljust(4096) + b"\n", None)
    hello("a hello of 4097 bytes is refused", (PREFIX + b"{}").ljust(4097) + b"\n", "hello")
    hello("a hello without an end is refused", PREFIX + b" " * 100_000, "hello")
    hello("a hello of 9 levels is refused", PREFIX + b'{"x":[[[[[[[[]]]]]]]]}\n', "hello")
    for length, error in ((21, "client"), (22, None), (64, None), (65, "client")):
        hello(f"a client id of {length} characters is {'refused' if error else 'taken'}", PREFIX + b'{"client":"%s"}\n' % (b"x" * length), error)
    hello("a position that was not given yet is refused", PREFIX + b'{"since":"%s:999999999999"}\n' % Session().hello["epoch"].encode(), "since")
    hello("a number of lines that no log has is taken", PREFIX + b'{"since":9223372036854775807}\n', None)
    hello("a time that no clock has is taken", PREFIX + b'{"since":"9999999d"}\n', None)
    hello("a negative number of lines is refused", PREFIX + b'{"since":-1}\n', "since")


def ids_case(count):
    secret = secrets.token_hex(16)
    ann = Session(b'{"name":"ann","client":"%s"}' % secret.encode())
    ann.send(b'{"n":1,"text":"one"}\n')
    first = brief(ann.answer())
    wrong = []
    for i in range(count):
        # Guesses: a letter changed, added or left out, another case.
        guess = [secret[:-1] + "0123456789abcdef"[i % 16], secret + "x", secret[:-1], secret.upper(), secret[:i % 9] + "-" + secret[i % 9 + 1:]][i % 5]
        if guess == secret:
            continue
        forger = Session(json.dumps({"name": "ann", "client": guess, "since": f"{ann.hello['epoch']}:0"}).encode())
        forger.send(b'{"n":%d,"text":"forged"}\n' % (1000 + i))
        told = forger.answer()
        if forger.hello["id"] == ann.hello["id"] or forger.hello["name"] == "ann" or forger.hello["client"] != guess or brief(told)[0] != "ack":
            wrong.append((forger.hello, told))
        forger.close()
    ann.send(b'{"n":2,"text":"two"}\n{"n":2,"text":"two"}\n{"name":"ann"}\n')
    got = [first]
    while len(got) == 1 or got[-1] not in (("name", "ann"), "end", "reset"):
        got.append(brief(ann.answer()))
    while got.count(("ack", 2)) == 0:
        got.append(brief(ann.answer()))
    check(f"{count} sessions with guessed client ids change nothing for the one with the right id", not wrong and got[0] == ("ack", 1) and ("name", "ann") in got, f"{wrong[:1]} {got}")

    # The same id over and over: each connection replaces the one before.
    sessions = [ann]
    for i in range(count):
        sessions.append(Session(b'{"client":"%s"}' % secret.encode()))
    ends = [session.answer_but(("ack", 2)) for session in sessions[:-1]]
    last = sessions[-1]
    last.send(b'{"who":true}\n')
    who = last.answer_but(("ack", 2))
    check(f"of {count} connections with one client id the last one counts, and the others are reset",
          all(end == "reset" for end in ends) and all(session.hello["resumed"] for session in sessions[1:]) and [one["name"] for one in who["who"]].count("ann") == 1,
          f"{[end for end in ends if end != 'reset'][:3]} {who}")
    last.send(b'{"n":2,"text":"two"}\n{"n":3,"text":"three"}\n')
    got = brief(last.answer_but(("ack", 2)))
    check("it goes on with the numbers of the first", got == ("ack", 3), got)
    for session in sessions:
        session.close()


def crowd_case(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(count, hard - 200)
    since = time.monotonic()
    sockets = []
    selector = selectors.DefaultSelector()
    for i in range(count):
        connection = dial()
        # Half of them want the same name.
        connection.sendall(PREFIX + (b'{"name":"eve"}\n' if i % 2 else b'{"name":"eve %d"}\n' % i))
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ, [b""])
        sockets.append(connection)
    names, ended, until = set(), 0, time.monotonic() + PATIENCE
    while len(names) + ended < count and time.monotonic() < until:
        for key, _ in selector.select(1):
            try:
                data = key.fileobj.recv(1 << 18)
            except BlockingIOError:
                continue
            except ConnectionError:
                data = b""
            if not data:
                ended += 1
                selector.unregister(key.fileobj)
            elif key.data[0] is not None:
                key.data[0] += data
                at = key.data[0].find(PREFIX + b'{"room"')
                if at >= 0 and b"\n" in key.data[0][at:]:
                    names.add(json.loads(key.data[0][at + len(PREFIX):].partition(b"\n")[0])["name"])
                    key.data[0] = None
    print(f"# {count} sessions in {time.monotonic() - since:.1f} s, descriptors up to {hard}")
    check(f"{count} sessions at once get {count} different names", len(names) == count, f"{len(names)} names, {ended} ended")

    # The selector's sessions still have to be read from, or they would hold the room back.
    stop = threading.Event()

    def drain():
        while not stop.is_set():
            for key, _ in selector.select(0.1):
                try:
                    if not key.fileobj.recv(1 << 18):
                        selector.unregister(key.fileobj)
                except BlockingIOError:
                    pass
                except ConnectionError:
                    # The answer to who shows that it is gone.
                    selector.unregister(key.fileobj)
    reader = threading.Thread(target=drain)
    reader.start()
    asker = Session(b'{"name":"asker"}')
    asker.send(b'{"who":true}\n')
    pages = [asker.answer()]
    while isinstance(pages[-1], dict) and pages[-1]["more"]:
        pages.append(asker.answer())
    present = [one["name"] for page in pages for one in page["who"]]
    check(f"who tells of all of them, in {len(pages)} pages", sorted(present) == sorted(names | {"asker"}), f"{len(present)} of {count + 1}")
    stop.set()
    reader.join()
    for connection in sockets:
        connection.close()
    until = time.monotonic() + PATIENCE
    left = count
    while left > 1 and time.monotonic() < until:
        asker.send(b'{"who":true}\n')
        left = 0
        more = True
        while more:
            page = asker.answer()
            left, more = left + len(page["who"]), page["more"]
    eve = Session(b'{"name":"eve"}')
    check("when they have gone, their names are free again", left == 1 and eve.hello["name"] == "eve", f"{left} left, {eve.hello}")
    eve.close()
    asker.close()


def who_case(megabytes):
    others = [Session(b'{"name":"other %d"}' % i) for i in range(200)]
    asker = Session(b'{"name":"asker"}')
    chunk = b'{"who":true}\n' * 5000
    asker.socket.settimeout(5)
    sent = 0
    try:
        while sent < megabytes << 20:
            sent += asker.socket.send(chunk)
            # Only whole questions count, so finish the one that was begun.
            part = sent % len(b'{"who":true}\n')
            if part:
                asker.socket.sendall(b'{"who":true}\n'[part:])
                sent += len(b'{"who":true}\n') - part
    except (TimeoutError, ConnectionError) as e:
        print(f"# after {sent} bytes: {e!r}")
    print(f"# {sent // 13} questions sent, no answer read")
    asker.socket.settimeout(PATIENCE)
    asker.send(b'{"n":0,"text":"the end of the questions"}\n')
    answers, present, wrong = 0, 0, None
    while isinstance(said := asker.answer(), dict) and "error" not in said:
        present += len(said["who"])
        if not said["more"]:
            wrong = wrong or (present != 201 and f"an answer with {present} sessions") or None
            answers, present = answers + 1, 0
    print(f"# {answers} answers")
    check("a session that asks who in a loop and reads nothing gets whole answers when it reads", brief(said) == ("n", None, "goes on") and answers > 0 and not wrong, wrong or said)
    for session in [asker, *others]:
        session.close()


def renames_case(count):
    watcher = Session(b'{"name":"watcher"}')
    renamers = [Session(b'{"name":"renamer %d"}' % i) for i in range(4)]
    changes = [0] * len(renamers)
    faults = []

    def rename(me):
        session = renamers[me]
        # Two of them want the same names, so some answers are longer than what asks for them.
        names = [b"%d %d" % (me // 2, i % 1000) for i in range(count)]
        sender = threading.Thread(target=lambda: session.send(b"".join(b'{"name":"%s"}\n' % name for name in names)))
        sender.start()
        was = session.hello["name"]
        for name in names:
            said = session.answer()
            if not isinstance(said, dict) or not said.get("name", "").startswith(name.decode()):
                faults.append((me, name, said))
                break
            changes[me] += said["name"] != was
            was = said["name"]
        sender.join()
    threads = [threading.Thread(target=rename, args=(i,)) for i in range(len(renamers))]
    since = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"# {sum(changes)} new names in {time.monotonic() - since:.1f} s")
    check(f"{len(renamers)} sessions rename themselves {count} times each, and are answered in order", not faults, faults[:2])
    # No case before this one renames sessions while many come and go. So no crowd of theirs can be told late.
    told = 0
    while told < sum(changes):
        line = watcher.line()
        if not line:
            break
        said = json.loads(line)
        told += {"rename": 1, "crowd": said.get("renamed", 0)}.get(said.get("event"), 0)
    check("events tell of every one of them, one by one or as a number", told == sum(changes), f"{told} of {sum(changes)}")
    for session in [watcher, *renamers]:
        session.close()


case = sys.argv[2]
arguments = [int(argument) for argument in sys.argv[3:]]
{"json": json_case, "limits": limits_case, "ids": ids_case, "crowd": crowd_case, "who": who_case, "renames": renames_case}[case](*arguments)
