// Puts load on any relay of lines. It is one process with one thread and epoll, so that it costs little compared with the relay.
//
//   load PORT[,PORT...] MEMBERS SHAPE SECONDS PID[,PID...]
//
// SHAPE is  bulk   one member sends as fast as the relay takes it, the others receive
//           talk   all members in turn send one line in each write; the number of deliveries on their way is bounded
//           paced  all members in turn send, 1000 lines a second in all; each line carries the time at which it was due
//           paced=RATE  the same with so many lines a second
// With several ports, the members join at each in turn. The first one, which sends in bulk, joins at the first port.
// PID is the relay's process, or several: their CPU time is read before and after. Lines have 64 bytes. Prints one line: deliveries a second, CPU
// nanoseconds for each delivery, and, if paced, the latency from the time when a line was due (p50 p99 p99.9, in ms). Then it waits at most half a
// minute for lines that are still on their way. If some do not arrive, the line also says which part of the deliveries was lost, or still to come. With TLS it
// ends with the version and the cipher.
// Exit code 1: the relay does not relay, or it closed a connection.
#include "members.h"

enum { OUTSTANDING = 20000, A_BULK = 1024, MOST_SECONDS_MORE = 30 };

static int fanout;
static double rate = 1000;
static char *bulk;
static size_t bulk_size, bulk_offset;

// One member sends lines until all others receive one: then all have joined. This also shows whether a sender receives its own lines.
static void gather(void) {
    for (int tries = 0; tries < 20; tries++) {
        received = 0;
        say(0);
        settle(members + 1, 0.5, 10);
        if (received == members - 1 || received == members) {
            fanout = received;
            sent = received = 0;
            return;
        }
    }
    fprintf(stderr, "the relay does not relay: %lld of %d members received a line\n", received, members - 1);
    exit(1);
}

static void fill_bulk(void) {
    bulk_size = 0;
    for (int i = 0; i < A_BULK; i++) bulk_size += wire.frame(bulk + bulk_size, line);
}

static void send_bulk(void) {
    for (int i = 0; i < 16; i++) {
        ssize_t count = link_send(speakers[0].link, bulk + bulk_offset, bulk_size - bulk_offset);
        if (count < 0) return;
        static size_t part;
        part += count;
        sent += part / (bulk_size / A_BULK);
        part %= bulk_size / A_BULK;
        bulk_offset = (bulk_offset + count) % bulk_size;
        if (bulk_offset == 0 && wire.numbered) fill_bulk();
    }
}

static void send_talk(void) {
    static int next;
    if ((sent - OUTSTANDING) * fanout < received)
        for (int i = 0; i < 100; i++) say(next++ % members);
}

static void send_paced(double since) {
    static long long due;
    for (; due < (now() - since) * rate; due++) say_time(due % members, since + (double)due / rate);
}

// Sends the rest of frames that were begun, if the relay accepts it in time.
static void finish(void) {
    size_t frame = bulk_size / A_BULK, left = (frame - bulk_offset % frame) % frame;
    sent += left > 0;
    for (double begin = now(); left > 0 && now() - begin < MOST_SECONDS_MORE; receive(0)) {
        ssize_t count = link_send(speakers[0].link, bulk + bulk_offset, left);
        if (count > 0) left -= count, bulk_offset += count;
    }
    for (int i = 0; i < members; i++)
        for (double begin = now(); !push(&speakers[i]) && now() - begin < MOST_SECONDS_MORE;) receive(0);
}

int main(int count, char **arguments) {
    if (count != 6) { fprintf(stderr, "usage: load PORT[,PORT...] MEMBERS bulk|talk|paced[=RATE] SECONDS PID\n"); return 2; }
    const char *shape = arguments[3], *pids = arguments[5];
    int paced = timed = !strncmp(shape, "paced", 5);
    if (paced && shape[5] == '=') rate = atof(shape + 6);
    double seconds = atof(arguments[4]);
    members = atoi(arguments[2]);
    if (members < 2 || members > MOST_MEMBERS) { fprintf(stderr, "from 2 to %d members\n", MOST_MEMBERS); return 2; }
    bulk = malloc(A_BULK * LONGEST_FRAME);
    begin();
    join_all(arguments[1]);
    gather();
    fill_bulk();
    capacity = paced ? (size_t)(seconds * rate * members * 1.5) : 1;
    latencies = malloc(capacity * sizeof *latencies);

    double start = now(), cpu = cpu_seconds(pids);
    while (now() - start < seconds) {
        if (paced) send_paced(start);
        else if (!strcmp(shape, "bulk")) send_bulk();
        else send_talk();
        receive(0);
    }
    double elapsed = now() - start;
    cpu = cpu_seconds(pids) - cpu;
    printf("%.2f M deliveries/s, %.0f%% CPU, %.1f ns/delivery", received / elapsed / 1e6, cpu / elapsed * 100, cpu * 1e9 / received);
    if (paced && samples > 0) {
        qsort(latencies, samples, sizeof *latencies, ascending);
        printf(", latency %.2f %.2f %.2f ms", latencies[samples / 2] * 1e3, latencies[samples * 99 / 100] * 1e3, latencies[samples * 999 / 1000] * 1e3);
    }

    finish();
    int settled = settle(sent * fanout, 5, MOST_SECONDS_MORE);
    double missing = 100.0 * (sent * fanout - received) / (sent * fanout);
    if (missing != 0) printf(settled ? ", %.4f%% lost" : ", %.4f%% still to come", missing);
    printf("%s\n", link_description(listeners[0].link));
    return 0;
}
