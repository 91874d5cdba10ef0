"""The table of cases: the command, what happens in the room meanwhile, and the result that is expected.

In a command, $join is the program at the room's door. $recv and $send are the same program when it only receives or only sends. $at is the room's address and $port
its port. $chatctl and $descriptor are programs. A case with $chatctl is for chatctl alone, because the other programs have no such option. Bash runs each command
with pipefail, in a folder of its own.

A friend is in the room all the time. `before` says what happens before the command starts, and `after` what happens after the program has joined: hello (the friend
says it), feed (the friend counts until the end), bulk (the friend says 20,000 lines), pause (a second passes), kill (the server is killed with -9), drain (the server is
asked to stop), start (the server starts on the same port), back (the program has joined again). `code`, `out` (what the command prints) and `heard` (what the friend
hears) are the expected result. A compiled pattern must match all of it.
"""
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    command: str
    code: int = 0
    out: object = ""
    heard: object = ""
    after: str = ""
    before: str = ""


FED = re.compile(r"feed \d+\n")
FEED = re.compile(r"(feed \d+\n)+")
SEQ = "".join(f"{n}\n" for n in range(1, 20001))

CASES = {
    "Producers": [
        Case("a producer", "seq 3 | $join", heard="1\n2\n3\n"),
        Case("a last line without its end", r"printf 'a\nb' | $join", heard="a\nb\n"),
        Case("20,000 lines", "seq 20000 | $join", heard=SEQ),
        Case("20,000 lines into a feed", "seq 20000 | $join >/dev/null", heard=SEQ, after="feed"),
        Case("only sending into a feed", "seq 20000 | $send", heard=SEQ, after="feed"),
        Case("a slow producer", "for i in 1 2 3; do echo $i; sleep 0.3; done | $join", heard="1\n2\n3\n"),
        Case("a producer that fails", "(echo x; exit 3) | $join", code=3, heard="x\n"),
        Case("a loop of senders", "for i in 1 2 3; do echo $i | $join || exit; done", heard="1\n2\n3\n"),
        Case("behind tee", "seq 2 | tee copy | $join && cat copy", out="1\n2\n", heard="1\n2\n"),
        Case("behind xargs", "echo a b | xargs -n 1 | $join", heard="a\nb\n"),
        Case("under xargs", "echo a b | xargs -n 1 sh -c 'echo $0 | $join'", heard="a\nb\n"),
    ],
    "Standard input": [
        Case("a file", "seq 20000 >in; $join <in", heard=SEQ),
        Case("a named pipe", "mkfifo p; seq 2 >p & $join <p", heard="1\n2\n"),
        Case("a socket", "seq 2 | $descriptor socket 0 $join", heard="1\n2\n"),
        Case("a non-blocking pipe", "(sleep 0.5; echo late) | $descriptor nonblocking 0 $join", heard="late\n"),
        Case("a terminal", "(sleep 1; echo typed; sleep 1) | script -qefc '$join' /dev/null >/dev/null", heard="typed\n"),
        Case("a terminal, ended at once", "(sleep 1; printf '\\004'; sleep 3) | script -qefc 'timeout --foreground 60 $join' /dev/null >/dev/null"),
        Case("a here-string", "$join <<<word", heard="word\n"),
        Case("a process substitution", "$join < <(seq 2)", heard="1\n2\n"),
        Case("/dev/null: a listener", "$join </dev/null", out="hello\n", after="hello drain"),
        Case("closed", "timeout 20 $join <&-", code=124, out="hello\n", after="hello"),
        Case("closed, only receiving", "timeout 20 $recv <&-", code=124, out="hello\n", after="hello"),
        Case("what the loop around it reads", "seq 3 | while read -r l; do timeout 1 $recv; echo $l; done", out="1\n2\n3\n"),
    ],
    "Consumers, and standard output": [
        Case("a consumer", "$recv </dev/null | sed -u 's/^/> /'", out="> hello\n", after="hello drain"),
        Case("20,000 lines to one that starts late", "$recv </dev/null | (sleep 1; wc -l)", out="20000\n", after="bulk drain"),
        Case("the first line of a feed", "$recv </dev/null | head -1", code=141, out=FED, after="feed"),
        Case("the first line, then no more", "$recv </dev/null | head -1", code=141, out="hello\n", after="hello"),
        Case("nobody reads, nothing comes", "$recv </dev/null | true", code=141),
        Case("grep that stops", "$recv </dev/null | grep -m 1 7", code=141, out=re.compile(r"feed \d*7\d*\n"), after="feed"),
        Case("a file", "$recv </dev/null >out; code=$?; cat out; exit $code", out="hello\n", after="hello drain"),
        Case("a named pipe", "mkfifo p; cat p & $recv </dev/null >p && wait", out="hello\n", after="hello drain"),
        Case("a socket", "$descriptor socket 1 $recv </dev/null | cat", out="hello\n", after="hello drain"),
        Case("a non-blocking pipe, read late", "$descriptor nonblocking 1 $recv </dev/null | (sleep 1; wc -l)", out="20000\n", after="bulk drain"),
        Case("a terminal", "script -qefc '$recv </dev/null' /dev/null </dev/null", out="hello\r\n", after="hello drain"),
        Case("/dev/null", "$recv </dev/null >/dev/null", after="hello drain"),
        Case("/dev/full", "$recv </dev/null >/dev/full", code=1, after="hello"),
        Case("closed, sending", "echo x | $send >&-", heard="x\n"),
        Case("closed, standard error too", "echo x | $send >&- 2>&-", heard="x\n"),
        Case("a process substitution", "$recv </dev/null > >(cat); wait $!", out="hello\n", after="hello drain"),
        Case("tee", "$recv </dev/null | tee copy; cat copy", out="hello\nhello\n", after="hello drain"),
        Case("xargs", "$recv </dev/null | xargs -n 1 echo got", out="got hello\n", after="hello drain"),
        Case("a variable", 'x=$($recv </dev/null) && echo "[$x]"', out="[hello]\n", after="hello drain"),
        Case("while read", '$recv </dev/null | while read -r l; do echo "[$l]"; done', out="[hello]\n", after="hello drain"),
    ],
    "Jobs": [
        Case("timeout, on a feed", "timeout 20 $recv </dev/null", code=124, out=FEED, after="feed"),
        Case("timeout, nothing comes", "timeout 1 $join </dev/null", code=124),
        Case("a job in the background", "$recv </dev/null >out & until [ -s out ]; do sleep 0.1; done; kill $!; wait $!; echo $?; cat out", out="143\nhello\n", after="hello"),
        Case("a background job that reads", "$join >out & until [ -s out ]; do sleep 0.1; done; kill $!; wait $!; echo $?; cat out", out="143\nhello\n", after="hello"),
        Case("SIGINT", "timeout --preserve-status -s INT 1 $recv </dev/null", code=130),
        Case("nohup", "nohup $recv </dev/null 2>/dev/null", out="hello\n", after="hello drain"),
        Case("setsid", "echo alone | setsid -w $join", heard="alone\n"),
        Case("an empty environment", "echo cron | env -i $join", heard="cron\n"),
        Case("an empty environment, listening", "env -i $recv </dev/null", out="hello\n", after="hello drain"),
        Case("a coprocess", 'coproc $join; echo ping >&${COPROC[1]}; read -r l <&${COPROC[0]}; echo "$l"; pid=$COPROC_PID; '
             'in=${COPROC[1]}; exec {in}>&-; wait $pid', out="hello\n", heard="ping\n", after="hello"),
    ],
    "Servers": [
        # The kernel closes for the server with a FIN, as if it had ended well: nothing on the wire tells a listener.
        Case("killed, listening", "$recv </dev/null", after="kill"),
        Case("killed while the input is open", "mkfifo p; exec 9<>p; echo x >p; $join <p", code=1, heard="x\n", after="heard kill"),
        Case("drained, listening", "$recv </dev/null", after="drain"),
        Case("drained while the input is open", "mkfifo p; exec 9<>p; $join <p", after="drain"),
        Case("killed and started again", "echo x | $join", heard="x\n", before="kill start"),
        Case("not there", "echo x | $join", code=1, before="kill"),
    ],
    "What only chatctl has": [
        Case("three lines", "$chatctl connect --recv-only -n 3 $at | wc -l", out="3\n", after="feed"),
        Case("one line, in time", 'x=$($chatctl connect -n 1 --timeout 2m $at </dev/null) && echo "$x"', out="hello\n", after="hello"),
        Case("a time limit", "$chatctl connect --recv-only --timeout 1s $at", code=124),
        Case("staying for an answer", "echo x | $chatctl connect --linger 2m -n 1 $at", out="hello\n", heard="x\n", after="hello"),
        Case("options from the environment", "CHATCTL_COUNT=1 CHATCTL_RECV_ONLY=1 $chatctl connect $at", out="hello\n", after="hello"),
        Case("three lines, but only one comes", "$chatctl connect --recv-only -n 3 $at", code=1, out="hello\n", after="hello drain"),
        Case("--retry, the server killed and started again", "$chatctl connect --recv-only --retry -n 1 $at", out="hello\n", after="kill start back hello"),
        Case("--crlf", "echo x | $chatctl connect --crlf $at", heard="x\r\n"),
        Case("-0, in a room for lines", "printf 'a\\nb\\0' | $chatctl connect -0 $at", heard="a\nb\0\n"),
        Case("-m", "$chatctl connect -m ping $at", heard="ping\n"),
        Case("-m, and an answer", "$chatctl connect -m ping -q 2m -n 1 $at", out="hello\n", heard="ping\n", after="hello"),
        Case("--tee", "$chatctl connect --recv-only -n 1 --tee copy $at | cat >/dev/null; cat copy", out="hello\n", after="hello"),
        Case("--timestamps", "$chatctl connect --recv-only -n 1 --timestamps $at", out=re.compile(r"\d{4}-\d\d-\d\dT\S+ hello\n"), after="hello"),
        Case("--json", "$chatctl connect --recv-only -n 1 --json $at", out=re.compile(r'\{"time":"[^"]+","text":"hello"\}\n'), after="hello"),
        Case("an option that there is not", "$chatctl connect --frobnicate $at", code=2),
    ],
}
