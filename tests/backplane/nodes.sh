# What the tests of a backplane share: a redis-server of their own, nodes of one room that are started again when they end, and the members of the room.
# Source it with $chatctl set. It goes to a temporary folder, $work. What is started ends with the script.

for tool in jq nc python3 redis-cli redis-server; do
    command -v "$tool" >/dev/null || { echo "$tool is needed (Debian: jq, netcat-openbsd, python3, redis-server)" >&2; exit 2; }
done
base=$(mktemp -d)
work=$base/run
mkdir "$work"
passed=0
failed=0
transports=(select async saea)
# The number of a process that has ended may be another one's by now. So only what still runs is ended, and keep_node removes the file with its number.
running() { [ -n "$(jobs -rp)" ]; }
end_all() { # ends what is still there
    local signal
    for signal in -TERM -KILL; do
        # What was started with timeout ends with it on SIGTERM only.
        ! running || kill "$signal" $(jobs -rp)
        local end=$((SECONDS + 5))
        while running && [ $SECONDS -lt $end ]; do sleep 0.05; done
    done
    cat pid.[0-9] | xargs -r kill -9
    rm -rf "$work"/*
} 2>/dev/null
finish() {
    end_all
    rm -rf "$base"
}
trap finish EXIT
cd "$work" || exit 2

until_true() { # until_true COMMAND...: waits up to 120 s
    local end=$((SECONDS + 120))
    while [ $SECONDS -lt $end ]; do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}
has_lines() { [ -f "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; } # has_lines FILE COUNT
says() { [ "$(grep -c "$2" "$1")" -ge "${3:-1}" ]; }          # says FILE PATTERN [COUNT]
is_gone() { [[ " $(jobs -rp | xargs) " != *" $1 "* ]]; }          # is_gone PID: of what this shell has started
answers() { [ "$(timeout 5 redis-cli -p "$1" ping 2>/dev/null)" = PONG ]; } # answers PORT
free_port() { python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

redis_start() { # redis_start NAME PORT [OPTION...]: a server with its data in the folder NAME, its pid in the file pid.NAME, its log in NAME.log
    mkdir -p "$1"
    redis-server --port "$2" --bind 127.0.0.1 --dir "$work/$1" --save '' --appendonly yes --appendfsync "${fsync:-always}" "${@:3}" >>"$1.log" 2>&1 &
    local redis=$!
    echo "$redis" >"pid.$1"
    local end=$((SECONDS + 120))
    while [ $SECONDS -lt $end ]; do
        answers "$2" && return 0
        is_gone "$redis" && return 1
        sleep 0.05
    done
    return 1
}

redis_anywhere() { # redis_anywhere NAME [OPTION...]: the same, on a free port, which is in $redis_port then
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        redis_port=$(free_port)
        redis_start "$1" "$redis_port" "${@:2}" && return 0
    done
    echo "redis-server did not start: $(tail -1 "$1.log")"
    return 1
}

# Runs a node, and starts it again on the same port until it ends with 0. Its exit codes are in exits.N, its pid in pid.N, its address in url.N,
# its log in node.N.log.
keep_node() { # keep_node N URL [OPTION...]
    local port=0 code pid
    while :; do
        : >"url.$1"
        "$chatctl" serve -v --transport "${transports[$1 % 3]}" --backplane "$2" --node "node$1" --history 64m "${@:3}" \
            "127.0.0.1:$port" >"url.$1" 2>>"node.$1.log" 9>&- &
        pid=$!
        echo "$pid" >"pid.$1.new" && mv "pid.$1.new" "pid.$1"
        wait "$pid"
        code=$?
        rm -f "pid.$1"
        echo "$code" >>"exits.$1"
        [ "$code" -ne 0 ] || return 0
        [ ! -s "url.$1" ] || port=$(sed 's/.*://' "url.$1")
        sleep 0.3
    done
}

open_room() { # open_room URL...: a node for each address; they begin one after the other. Their ports are in ${ports[@]}
    local i
    ports=()
    keepers=()
    for ((i = 0; i < $#; i++)); do
        : >"url.$i"
        keep_node "$i" "${@:i+1:1}" 2>/dev/null &
        keepers+=($!)
            until_true has_lines "url.$i" 1 || { echo "node $i did not start: $(tail -1 "node.$i.log")"; return 1; }
        ports+=("$(sed 's/.*://' "url.$i")")
    done
}

close_room() { # close_room: stops the nodes. Says what is wrong with their ends
    local i
    for i in "${!keepers[@]}"; do
        kill -TERM "$(cat "pid.$i")" 2>/dev/null || echo "node $i does not run"
    done
    for i in "${!keepers[@]}"; do
        until_true is_gone "${keepers[i]}" || { echo "node $i did not stop"; tail -3 "node.$i.log"; }
    done
}

write_at() { # write_at NAME ROUNDS COMMAND...: a member that says its lines in rounds: a part of them each time that the number in the file "count" grows
    local name=$1 rounds=$2
    timeout 300 "${@:3}" < <(exec python3 "$here/../resume/writer.py" "$name" "$lines" "$rounds" count 2>/dev/null 9>&-) >"$name.out" 2>"$name.log" 9>&- &
    writers+=($!)
    names+=("$name")
}
read_at() { # read_at NAME COMMAND...: a member that listens
    timeout 300 "${@:2}" >"$1" 2>"$1.log" 9>&- &
    readers+=($!)
    outputs+=("$1")
}
say_round() { echo "$1" >count.new && mv count.new count; } # say_round NUMBER

await_members() { # await_members NUMBER: until so many have joined at each node
    local i
    for i in "${!ports[@]}"; do
        until_true says "node.$i.log" ' joined$' "$1" || { echo "only $(grep -c ' joined$' "node.$i.log") of $1 members have joined at node $i"; return 1; }
    done
}

sessions() { printf 'CHATCTL/1 {}\n{"who":true}\n' | timeout 60 nc -N 127.0.0.1 "${ports[0]}" | sed 's,^CHATCTL/1 ,,' | jq -s '[.[].who // [] | length] | add - 1'; }
has_sessions() { [ "$(sessions 2>/dev/null)" = "$1" ]; }
await_sessions() { # await_sessions NUMBER: until so many sessions are in the room
    until_true has_sessions "$1" || { echo "there are $(sessions) sessions and not $1"; return 1; }
}

await_writers() { # await_writers: each ends with 0. If not, there is no use in waiting for what they had to say
    local i code result=0
    for i in "${!writers[@]}"; do
        wait "${writers[i]}"
        code=$?
        [ "$code" -eq 0 ] || { result=1; echo "${names[i]} ended with $code: $(tail -1 "${names[i]}.log")"; }
    done
    return "$result"
}

check_lines() { # check_lines FILE: every line of every writer is there once, and each writer's lines are in order
    local name
    for name in "${names[@]}"; do
        grep -a "^$name " "$1" | cmp - <(seq -f "$name %.0f" "$lines") || echo "$1: the lines of $name are not all there, each once and in order"
    done
    [ "$(wc -l <"$1")" -eq $((lines * ${#names[@]})) ] || echo "$1 has $(wc -l <"$1") lines and not $((lines * ${#names[@]}))"
}

run_once() { # run_once WHAT COMMAND...: counts a run. The command prints what goes wrong in it
    "${@:2}" >"$base/wrong" 2>&1
    if [ ! -s "$base/wrong" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s:\n%s\n' "$1" "$(cat "$base/wrong")"
        # For whoever looks for the reason: the files of the run.
        [ -z "${CHATCTL_TEST_KEEP:-}" ] || cp -r "$work" "$CHATCTL_TEST_KEEP/$(date +%s)-${1//[^a-z0-9]/-}"
    fi
    end_all
}
