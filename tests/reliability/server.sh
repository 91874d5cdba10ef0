# Starting, watching and judging a relay, for the scripts that abuse one. Sourced; sets $work, a folder that is gone in the end.

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

compile() { # compile SOURCE: into $work, under the source's name
    gcc -O2 -Wall -Wno-unused-function -o "$work/$(basename "$1" .c)" "$1" || exit 2
}

ok() { # ok NAME [REASON]: tells of a check that holds, or, with a reason, of one that does not
    if [ $# -eq 1 ]; then
        passed=$((passed + 1))
        echo "ok - $1"
    else
        failed=$((failed + 1))
        echo "not ok - $1: $2"
    fi
}

count() { # takes the checks that another program tells of on the standard input for this script's own
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

until_true() { # until_true COMMAND...: waits up to 120 s
    for _ in $(seq 2400); do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}

has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

await_server() { # await_server URLS: until it has announced so many; sets $port
    until_true has_lines "$work/out" "$1" || { cat "$work/err"; echo "not ok - the server did not start"; exit 1; }
    port=$(head -1 "$work/out")
    port=${port##*:}
}

start() { # start CHATCTL ARGUMENT...: serves, and sets $server and $port
    : >"$work/out"
    : >"$work/err"
    "$1" serve "${@:2}" >"$work/out" 2>"$work/err" &
    server=$!
    await_server 1
}

stop() { # asks it to stop; its exit code in $code
    kill -TERM "$server"
    wait "$server"
    code=$?
    server=
}

alive() { kill -0 "$server" 2>/dev/null; }
descriptors() { find "/proc/$server/fd" -mindepth 1 2>/dev/null | wc -l; }
# Of descriptors, those that a peer can cost: the runtime opens files of its own whenever it first needs them.
sockets() { find "/proc/$server/fd" -mindepth 1 -lname 'socket:*' 2>/dev/null | wc -l; }
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$server/status"; } # KiB
threads() { awk '/^Threads/ { print $2 }' "/proc/$server/status"; }

# What a runtime says when something has gone wrong that nobody expected.
complaints() { grep -nE '^ +at |[Uu]nhandled|[Uu]nobserved|Exception|^Fatal|core dumped|Segmentation' "$work/err" | head -5; }
