# The relays to compare with, and the options by which tests/benchmarks/run takes them: sets $relays. Sourced; $here is this folder, and $work
# a folder for temporary files. A program that is missing is installed from Debian.

. "$here/packages.sh"
need gcc gcc
need ncat ncat
need nats-server nats-server
need redis-server redis-server
need mosquitto mosquitto
/usr/bin/python3 -c 'import twisted' 2>/dev/null || packages+=(python3-twisted)
install_needed

gcc -O2 -o "$work/select_relay" "$here/../ancestors/select_relay.c"
gcc -O2 -o "$work/floor" "$here/../benchmarks/floor.c"

# Nothing goes to disk. Other settings are the defaults, except those that would keep a broker from taking part: ncat admits 100 clients;
# mosquitto leaves Nagle's algorithm on and drops messages for a client that is more than 1000 behind.
printf '%s\n' 'bind 127.0.0.1' 'save ""' 'appendonly no' "dir $work" >"$work/redis.conf"
printf '%s\n' 'set_tcp_nodelay true' 'max_queued_messages 0' 'persistence false' >"$work/mosquitto.conf"

relays=(
    -x 'ncat --broker=ncat --broker -m 1000 -l 127.0.0.1 {}'
    -x 'NATS=nats-server -a 127.0.0.1 -p {}' -w "NATS=$here/nats.c"
    -x "Redis=redis-server $work/redis.conf --port {}" -w "Redis=$here/redis.c"
    -x "mosquitto=$(PATH=$PATH:/usr/sbin command -v mosquitto) -c $work/mosquitto.conf -p {}" -w "mosquitto=$here/mqtt.c"
    -x "Twisted ancestor=/usr/bin/python3 $here/../ancestors/twisted_relay.py {}"
    -x "C ancestor=$work/select_relay {}"
    -x "C floor=$work/floor {}"
)
