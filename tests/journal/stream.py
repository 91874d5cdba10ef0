"""Asks for the last lines of a room again and again, until a file is there. Prints the speed of each stream in MB/s.

Usage: stream.py PORT LINES FILE
A stream is whole if it has as many lines as the numbers in the server's hello say, and if the last of them has the last number. Exit code 1 if one is not.
It reads the protocol itself and does little for each byte, because on a small machine it takes its time from what is measured.
"""
import json, os, socket, sys, time

port, lines, stop = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
START = b'\n{"seq":'


def stream():
    with socket.create_connection(("127.0.0.1", port), timeout=120) as sock:
        client = os.urandom(16).hex()
        begin = time.monotonic()
        sock.sendall(f'CHATCTL/1 {{"client":"{client}","since":{lines}}}\n'.encode())
        data = b""
        # Lines of the room may come before the hello. What comes behind it is the past.
        while (at := data.find(b"CHATCTL/1 ")) < 0 or (end := data.find(b"\n", at)) < 0:
            if not (more := sock.recv(4096)): return "no hello"
            data += more
        hello = json.loads(data[at + 10:end])
        expected = hello["next"] - hello["first"]
        if "gap" in hello or expected != lines: return f"not all is there: {hello}"
        last = b'\n{"seq":%d,' % (hello["next"] - 1)
        rest, got, size = data[end:], 0, len(data)
        while (found := rest.find(last)) < 0:
            # A line may begin at the end of what is there.
            tail = len(START) + 20
            got += rest.count(START, 0, max(0, len(rest) - tail) + len(START) - 1)
            rest = rest[-tail:] if len(rest) > tail else rest
            if not (more := sock.recv(1 << 20)): return f"the stream ended after {got} lines"
            size += len(more)
            rest += more
        got += rest.count(START, 0, found) + 1
        if got != expected: return f"{got} lines of {expected}"
        print(round(size / (time.monotonic() - begin) / 1e6, 1), flush=True)


while not os.path.exists(stop):
    if (wrong := stream()) is not None:
        sys.exit(wrong)
