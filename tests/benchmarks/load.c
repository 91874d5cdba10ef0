// Puts load on any relay of lines. It is one process with one thread and epoll, so that it costs little compared with the relay.
//
//   load PORT MEMBERS SHAPE SECONDS PID
//
// SHAPE is  bulk   one member sends as fast as the relay takes it, the others receive
//           talk   all members in turn send one line in each write; the number of deliveries on their way is bounded
//           paced  all members in turn send, 1000 lines a second in all; each line carries the time at which it was due
//           paced=RATE  the same with so many lines a second
// PID is the relay's process: its CPU time is read before and after. Lines have 64 bytes. Prints one line: deliveries a second, CPU nanoseconds
// for each delivery, and, if paced, the latency from the time when a line was due (p50 p99 p99.9, in ms). Then it waits at most half a minute
// for lines that are still on their way. If some do not arrive, the line also says which part of the deliveries was lost, or still to come.
// Exit code 1: the relay does not relay, or it closed a connection.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "wire.h"

enum { OUTSTANDING = 20000, MOST_MEMBERS = 20000, A_BULK = 1024, MOST_SECONDS_MORE = 30 };

struct connection {
    int fd;
    // The rest of a frame that the socket did not accept at once, and the beginning of a message that has not arrived completely.
    size_t unsent, rest;
    char out[LONGEST_FRAME], in[LONGEST_MESSAGE];
};

// Speakers and listeners are the same connections, unless the wire is split.
static struct connection *speakers, *listeners;
static int members, fanout, paced, ep;
static double rate = 1000;
static char line[LINE], *bulk;
static size_t bulk_size, bulk_offset;
static long long sent, received;
static double *latencies;
static size_t capacity, samples;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static double cpu_seconds(const char *pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(1); }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    unsigned long user, kernel;
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    return (user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static void dial(struct connection *to, int port, int who, int listens) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    char hello[LONGEST_MESSAGE];
    int one = 1;
    to->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (to->fd < 0 || connect(to->fd, (void *)&address, sizeof address)) { perror("connect"); exit(1); }
    setsockopt(to->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    size_t length = wire.hello ? wire.hello(hello, who, listens) : 0;
    if (send(to->fd, hello, length, MSG_NOSIGNAL) != (ssize_t)length) { perror("send"); exit(1); }
    fcntl(to->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = to };
    epoll_ctl(ep, EPOLL_CTL_ADD, to->fd, &event);
}

static void join(int port) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    ep = epoll_create1(0);
    listeners = calloc(members, sizeof *listeners);
    speakers = wire.split ? calloc(members, sizeof *speakers) : listeners;
    for (int i = 0; i < members; i++) {
        dial(&listeners[i], port, i, 1);
        if (wire.split) dial(&speakers[i], port, i, 0);
    }
}

// Sends the rest of a frame. Returns 1 if nothing is left.
static int push(struct connection *to) {
    if (to->unsent > 0) {
        ssize_t count = send(to->fd, to->out, to->unsent, MSG_NOSIGNAL);
        if (count > 0) memmove(to->out, to->out + count, to->unsent -= count);
    }
    return to->unsent == 0;
}

static void say(int who) {
    struct connection *to = &speakers[who];
    if (!push(to)) return;
    to->unsent = wire.frame(to->out, line);
    sent++;
    push(to);
}

static void fill_bulk(void) {
    bulk_size = 0;
    for (int i = 0; i < A_BULK; i++) bulk_size += wire.frame(bulk + bulk_size, line);
}

static void send_bulk(void) {
    for (int i = 0; i < 16; i++) {
        ssize_t count = send(speakers[0].fd, bulk + bulk_offset, bulk_size - bulk_offset, MSG_NOSIGNAL);
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
    for (; due < (now() - since) * rate; due++) {
        double at = since + (double)due / rate;
        // As text: the bytes of a double could hold a newline.
        snprintf(line, LINE, "%-*.9f", LINE - 2, at);
        line[LINE - 2] = ' ';
        line[LINE - 1] = '\n';
        say(due % members);
    }
}

static void read_messages(struct connection *from) {
    static char buffer[LONGEST_MESSAGE + (1 << 18)];
    int counts = wire.bare && !paced;
    memcpy(buffer, from->in, from->rest);

    // MSG_TRUNC: bytes that are only counted need not be copied.
    ssize_t got = recv(from->fd, buffer + from->rest, sizeof buffer - LONGEST_MESSAGE, counts ? MSG_TRUNC : 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        // _exit and not exit, so that figures that are still in the buffer are not printed: they would not be valid.
        fprintf(stderr, "the relay closed a connection\n");
        _exit(1);
    }
    size_t at = 0, length = from->rest + got, taken;
    if (counts) {
        received += length / LINE;
        from->rest = length % LINE;
        return;
    }

    const char *found;
    for (double time = now(); at < length && (taken = wire.parse(buffer + at, length - at, &found)) > 0; at += taken) {
        if (!found) continue;
        received++;
        if (paced && samples < capacity) latencies[samples++] = time - atof(found);
    }
    from->rest = length - at;
    if (from->rest > sizeof from->in) { fprintf(stderr, "the relay sent bytes that do not fit its protocol\n"); exit(1); }
    memcpy(from->in, buffer + at, from->rest);
}

static void receive(int milliseconds) {
    struct epoll_event events[512];
    int ready = epoll_wait(ep, events, 512, milliseconds);
    for (int i = 0; i < ready; i++) read_messages(events[i].data.ptr);
}

// Receives until everything expected has arrived, or nothing arrives for a time. Returns 0 if lines are still arriving when the time is over.
static int settle(long long expected, double quiet, double most) {
    double begin = now(), last = begin;
    for (long long before = received; received < expected && now() - last < quiet; receive(1)) {
        if (received != before) before = received, last = now();
        if (now() - begin > most) return 0;
    }
    return 1;
}

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

// Sends the rest of frames that were begun, if the relay accepts it in time.
static void finish(void) {
    size_t frame = bulk_size / A_BULK, left = (frame - bulk_offset % frame) % frame;
    sent += left > 0;
    for (double begin = now(); left > 0 && now() - begin < MOST_SECONDS_MORE; receive(0)) {
        ssize_t count = send(speakers[0].fd, bulk + bulk_offset, left, MSG_NOSIGNAL);
        if (count > 0) left -= count, bulk_offset += count;
    }
    for (int i = 0; i < members; i++)
        for (double begin = now(); !push(&speakers[i]) && now() - begin < MOST_SECONDS_MORE;) receive(0);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int count, char **arguments) {
    if (count != 6) { fprintf(stderr, "usage: load PORT MEMBERS bulk|talk|paced[=RATE] SECONDS PID\n"); return 2; }
    const char *shape = arguments[3], *pid = arguments[5];
    paced = !strncmp(shape, "paced", 5);
    if (paced && shape[5] == '=') rate = atof(shape + 6);
    double seconds = atof(arguments[4]);
    members = atoi(arguments[2]);
    if (members < 2 || members > MOST_MEMBERS) { fprintf(stderr, "from 2 to %d members\n", MOST_MEMBERS); return 2; }
    memset(line, 'x', LINE);
    line[LINE - 1] = '\n';
    bulk = malloc(A_BULK * LONGEST_FRAME);
    join(atoi(arguments[1]));
    gather();
    fill_bulk();
    capacity = paced ? (size_t)(seconds * rate * members * 1.5) : 1;
    latencies = malloc(capacity * sizeof *latencies);

    double start = now(), cpu = cpu_seconds(pid);
    while (now() - start < seconds) {
        if (paced) send_paced(start);
        else if (!strcmp(shape, "bulk")) send_bulk();
        else send_talk();
        receive(0);
    }
    double elapsed = now() - start;
    cpu = cpu_seconds(pid) - cpu;
    printf("%.2f M deliveries/s, %.0f%% CPU, %.1f ns/delivery", received / elapsed / 1e6, cpu / elapsed * 100, cpu * 1e9 / received);
    if (paced && samples > 0) {
        qsort(latencies, samples, sizeof *latencies, ascending);
        printf(", latency %.2f %.2f %.2f ms", latencies[samples / 2] * 1e3, latencies[samples * 99 / 100] * 1e3, latencies[samples * 999 / 1000] * 1e3);
    }

    finish();
    int settled = settle(sent * fanout, 5, MOST_SECONDS_MORE);
    double missing = 100.0 * (sent * fanout - received) / (sent * fanout);
    if (missing != 0) printf(settled ? ", %.4f%% lost" : ", %.4f%% still to come", missing);
    printf("\n");
    return 0;
}
