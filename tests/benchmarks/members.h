// The members of a room of any relay of lines, all in one thread with epoll. The programs that measure a relay share this file; wire.h and link.h are the parts
// that depend on the relay.
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
#include "link.h"
#include "wire.h"

enum { MOST_MEMBERS = 20000 };

struct connection {
    struct link *link;
    // The rest of a frame that the socket did not accept at once, and the beginning of a message that has not arrived completely.
    size_t unsent, rest;
    char out[LONGEST_FRAME], in[LONGEST_MESSAGE];
};

// Speakers and listeners are the same connections, unless the wire is split.
static struct connection *speakers, *listeners;
static int members, timed, ep;
static char line[LINE];
static long long sent, received;
static double *latencies;
static size_t capacity, samples;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

// Adds up what the system has about processes: PID,PID...
static double sum(const char *pids, double of_process(const char *pid)) {
    char list[256], *rest = list;
    double all = 0;
    snprintf(list, sizeof list, "%s", pids);
    for (char *pid; (pid = strsep(&rest, ","));) all += of_process(pid);
    return all;
}

static const char *told_of(const char *pid, const char *what) {
    static char text[4096];
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/%s", pid, what);
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(1); }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

static double cpu_of(const char *pid) {
    unsigned long user, kernel;
    sscanf(strrchr(told_of(pid, "stat"), ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    return (user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static double cpu_seconds(const char *pids) {
    return sum(pids, cpu_of);
}

static int dial(int port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (void *)&address, sizeof address)) { perror("connect"); exit(1); }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void join(struct connection *as, int port, int who, int listens) {
    char hello[LONGEST_MESSAGE];
    int fd = dial(port);
    as->link = link_open(fd, wire.greets);
    size_t length = wire.hello ? wire.hello(hello, who, listens) : 0;
    if (length > 0 && link_send(as->link, hello, length) != (ssize_t)length) { perror("send"); exit(1); }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = as };
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &event);
}

static void begin(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    ep = epoll_create1(0);
    memset(line, 'x', LINE);
    line[LINE - 1] = '\n';
}

// All members join: at one port, or in turn at several of the same room: PORT,PORT...
static void join_all(const char *ports) {
    const char *next = ports;
    listeners = calloc(members, sizeof *listeners);
    speakers = wire.split ? calloc(members, sizeof *speakers) : listeners;
    for (int i = 0; i < members; i++) {
        int port = atoi(next);
        join(&listeners[i], port, i, 1);
        if (wire.split) join(&speakers[i], port, i, 0);
        next = strchr(next, ',') ? strchr(next, ',') + 1 : ports;
    }
}

// Sends the rest of a frame. Returns 1 if nothing is left.
static int push(struct connection *to) {
    if (to->unsent > 0) {
        ssize_t count = link_send(to->link, to->out, to->unsent);
        if (count > 0) memmove(to->out, to->out + count, to->unsent -= count);
    }
    return link_push(to->link) && to->unsent == 0;
}

static void say(int who) {
    struct connection *to = &speakers[who];
    if (!push(to)) return;
    to->unsent = wire.frame(to->out, line);
    sent++;
    push(to);
}

// One member says a line with a time. As text: the bytes of a double could hold a newline.
static void say_time(int who, double at) {
    snprintf(line, LINE, "%-*.9f", LINE - 2, at);
    line[LINE - 2] = ' ';
    line[LINE - 1] = '\n';
    say(who);
}

// Returns 0 if there was nothing to receive.
static int read_messages(struct connection *from) {
    static char buffer[LONGEST_MESSAGE + (1 << 18)];
    int counts = wire.bare && !timed;
    memcpy(buffer, from->in, from->rest);

    ssize_t got = link_receive(from->link, buffer + from->rest, sizeof buffer - LONGEST_MESSAGE, counts);
    if (got < 0 && errno == EAGAIN) return 0;
    if (got <= 0) {
        // _exit and not exit, so that figures that are still in the buffer are not printed: they would not be valid.
        fprintf(stderr, "the relay closed a connection\n");
        _exit(1);
    }
    size_t at = 0, length = from->rest + got, taken;
    if (counts) {
        received += length / LINE;
        from->rest = length % LINE;
        return 1;
    }

    const char *found;
    for (double time = now(); at < length && (taken = wire.parse(buffer + at, length - at, &found)) > 0; at += taken) {
        if (!found) continue;
        received++;
        if (timed && samples < capacity) latencies[samples++] = time - atof(found);
    }
    from->rest = length - at;
    if (from->rest > sizeof from->in) { fprintf(stderr, "the relay sent bytes that do not fit its protocol\n"); exit(1); }
    memcpy(from->in, buffer + at, from->rest);
    return 1;
}

static void receive(int milliseconds) {
    struct epoll_event events[512];
    int ready = epoll_wait(ep, events, 512, milliseconds);
    for (int i = 0; i < ready; i++) {
        struct connection *from = events[i].data.ptr;
        while (read_messages(from) && link_has_more(from->link)) {}
    }
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

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}
