# Starts, watches and checks a relay, for the scripts that stress one. To be sourced. Sets $work, a temporary folder that is removed at the end.

for tool in gcc awk; do
    command -v "$tool" >/dev/null || { echo "$tool is needed (Debian: $tool)" >&2; exit 2; }
done

work=$(mktemp -d)
server=
passed=0
failed=0
skipped=0

finish() {
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null
    # shellcheck disable=SC2046
    kill $(jobs -p) 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

compile() { # compile SOURCE: compiles a C file to $work, under the name of the source
    gcc -O2 -Wall -Wno-unused-function -o "$work/$(basename "$1" .c)" "$1" || exit 2
}

ok() { # ok NAME [REASON]: reports a check that passed or, with a reason, a check that failed
    if [ $# -eq 1 ]; then
        passed=$((passed + 1))
        echo "ok - $1"
    else
        failed=$((failed + 1))
        echo "not ok - $1: $2"
    fi
}

count() { # reads the checks that another program reports, from standard input, and counts them as checks of this script
    local line
    while IFS= read -r line; do
        case $line in
            "ok - "*) ok "${prefix:-}${line#ok - }" ;;
            "not ok - "*) line=${line#not ok - } && ok "${prefix:-}${line%%: *}" "${line#*: }" ;;
            *) echo "$line" ;;
        esac
    done
}

summary() {
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ]
}

until_true() { # until_true COMMAND...: repeats the command until it succeeds, for up to 120 s
    for _ in $(seq 2400); do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}

has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

await_server() { # await_server URLS: waits until the server has printed this many URLs; sets $port to the port of the first
    until_true has_lines "$work/out" "$1" || { cat "$work/err"; echo "not ok - the server did not start"; exit 1; }
    port=$(head -1 "$work/out")
    port=${port##*:}
}

free_port() { # sets $port to a port that nothing listens on: some relays cannot choose one, and some tests use the same port again
    while :; do
        port=$((10000 + RANDOM % 20000))
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 0
    done
}

start() { # start CHATCTL ARGUMENT...: starts a server, and sets $server and $port
    : >"$work/out"
    : >"$work/err"
    "$1" serve "${@:2}" >"$work/out" 2>"$work/err" &
    server=$!
    await_server 1
}

stop() { # stops the server with SIGTERM, and sets $code to its exit code
    kill -TERM "$server"
    wait "$server"
    code=$?
    server=
}

alive() { kill -0 "$server" 2>/dev/null; }
descriptors() { find "/proc/$server/fd" -mindepth 1 2>/dev/null | wc -l; }
# Sockets are the descriptors that a client can cost. The runtime also opens files for itself when it first needs them.
sockets() { find "/proc/$server/fd" -mindepth 1 -lname 'socket:*' 2>/dev/null | wc -l; }
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; } # KiB
threads() { awk '/^Threads/ { print $2 }' "/proc/$server/status"; }

# Prints lines of the log that show an unexpected failure.
complaints() { grep -nE '^ +at |[Uu]nhandled|[Uu]nobserved|Exception|^Fatal|core dumped|Segmentation' "$work/err" | head -5; }
