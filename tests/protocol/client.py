#!/usr/bin/env python3
"""A client of docs/protocol.md: client.py HOST PORT [NAME [SINCE]]. Sends the lines of standard input, and prints those of others as "name: text".
Resumes after a lost connection, and gives up after a minute without one. Exit code 0 if every line was acknowledged. Without input, it listens."""
import base64, contextlib, json, os, secrets, select, socket, sys, time
hello = dict(zip(("name", "since"), sys.argv[3:]), client=secrets.token_hex(16))
unacked, refused = {}, []  # Lines that have no answer yet, by their numbers; lines that the server has refused.
count, rest, ended, deadline = 0, b"", False, time.monotonic() + 60

def read_input():  # Returns the objects to send for what there is of standard input.
    global count, rest, ended
    ended = not (data := os.read(0, 65536))
    *lines, rest = (rest + data + (b"\n" if ended and rest else b"")).split(b"\n")
    for count, line in enumerate(lines, count + 1):
        try: said = {"n": count, "text": line.decode()}
        except UnicodeDecodeError: said = {"n": count, "base64": base64.b64encode(line).decode()}
        unacked[count] = json.dumps(said).encode() + b"\n"
    return b"".join(list(unacked.values())[len(unacked) - len(lines):])

def greeting(line):  # What a line says if it looks like a hello. Lines of the room may come before the server's hello.
    try: return json.loads(line[10:]) if line.startswith(b"CHATCTL/1 {") else {}
    except ValueError: return {}

def receive(it, epoch):
    for n in [n for n in unacked if n <= it.get("ack", 0)]: del unacked[n]
    if "error" in it:
        refused.append(unacked.pop(it.get("n"), None))
        print(it["message"], file=sys.stderr)
        if it.get("fatal"): sys.exit(1)
    elif it.get("event") == "skipped": hello["since"] = f'{epoch}:{it["last"]}'
    elif "from" in it:
        hello["since"] = f'{epoch}:{it["seq"]}'
        os.write(1, f'{it["from"] or "plain"}: '.encode() + (it["text"].encode() if "text" in it else base64.b64decode(it["base64"])) + b"\n")

def talk(sock):  # One connection, until the server ends it.
    global deadline
    out, buffer, epoch, error, closing = b"CHATCTL/1 " + json.dumps(hello).encode() + b"\n", b"", None, None, False
    while epoch or time.monotonic() < deadline:
        inputs = [sock, 0] if epoch and not ended and len(out) < 65536 else [sock]
        readable, writable, _ = select.select(inputs, [sock] if out else [], [], 10)
        if sock in readable:
            if not (data := sock.recv(65536)): return sys.exit(error) if error and not epoch else None
            *lines, buffer = (buffer + data).split(b"\n")
            if epoch: deadline = time.monotonic() + 60
            for line in lines:
                if epoch: receive(json.loads(line), epoch)
                elif (it := greeting(line)).get("client") != hello["client"]: error = it.get("message", error)
                elif unacked and not it["resumed"]: sys.exit(f"the server has forgotten this client: {len(unacked)} lines may be lost")
                else: epoch, hello["since"], out = it["epoch"], f'{it["epoch"]}:{it["first"] - 1}', b"".join(unacked.values())
        if 0 in readable: out += read_input()
        if sock in writable: out = out[sock.send(out):]
        if epoch and ended and count and not out and not closing: closing = sock.shutdown(socket.SHUT_WR) is None

while time.monotonic() < deadline:
    with contextlib.suppress(OSError), socket.create_connection(sys.argv[1:3], 10) as sock:
        sock.setblocking(False)
        talk(sock)
        if ended and not unacked: sys.exit(any(refused))
    time.sleep(0.1)  # The next connection goes on where this one was.
sys.exit("there was no session for a minute")
