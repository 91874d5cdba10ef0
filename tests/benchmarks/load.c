// A load for any line relay that speaks plain TCP: one process, one thread, epoll, so that it costs little beside what it measures.
//
//   load PORT MEMBERS SHAPE SECONDS PID
//
// SHAPE is  bulk   one member sends as fast as the relay takes it, the others receive
//           talk   all members in turn send a line a write, with a bounded number of deliveries outstanding
//           paced  all members in turn send, 1000 lines a second in all, each carrying the time at which it was due
// PID is the relay's process: its CPU time is read before and after. Lines are 64 bytes. Prints one line:
// deliveries a second, CPU nanoseconds a delivery, and, when paced, latency from the intended sending time (p50 p99 p99.9, in ms).
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

enum { LINE = 64, RATE = 1000, OUTSTANDING = 20000, MOST_MEMBERS = 20000 };

static int members, fds[MOST_MEMBERS], ep;
static char line[LINE], bulk[LINE * 1024], buffer[1 << 18];
static long long sent, received;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static double cpu_seconds(const char *pid) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(2); }
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    unsigned long user, kernel;
    sscanf(strrchr(text, ')') + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    return (user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

static void join(int port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct rlimit limit;
    int one = 1;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    ep = epoll_create1(0);
    for (int i = 0; i < members; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (fds[i] < 0 || connect(fds[i], (void *)&address, sizeof address)) { perror("connect"); exit(2); }
        setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        fcntl(fds[i], F_SETFL, O_NONBLOCK);
        struct epoll_event event = { .events = EPOLLIN, .data.fd = fds[i] };
        epoll_ctl(ep, EPOLL_CTL_ADD, fds[i], &event);
    }
}

static void say(int who) {
    if (send(fds[who], line, LINE, 0) == LINE) sent++;
}

static void send_bulk(void) {
    static size_t offset;
    for (int i = 0; i < 16; i++) {
        ssize_t count = send(fds[0], bulk + offset, sizeof bulk - offset, 0);
        if (count < 0) return;
        offset = (offset + count) % sizeof bulk;
        sent += count / LINE;
    }
}

static void send_talk(void) {
    static int next;
    if ((sent - OUTSTANDING) * (members - 1) < received)
        for (int i = 0; i < 100; i++) say(next++ % members);
}

static void send_paced(double since) {
    static long long due;
    for (; due < (now() - since) * RATE; due++) {
        double at = since + (double)due / RATE;
        // As text: the bytes of a double could hold a newline.
        snprintf(line, LINE, "%-*.9f", LINE - 2, at);
        line[LINE - 2] = ' ';
        line[LINE - 1] = '\n';
        say(due % members);
    }
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int count, char **arguments) {
    if (count != 6) { fprintf(stderr, "usage: load PORT MEMBERS bulk|talk|paced SECONDS PID\n"); return 2; }
    const char *shape = arguments[3];
    int paced = !strcmp(shape, "paced");
    double seconds = atof(arguments[4]);
    members = atoi(arguments[2]);
    if (members < 2 || members > MOST_MEMBERS) { fprintf(stderr, "from 2 to %d members\n", MOST_MEMBERS); return 2; }
    size_t capacity = paced ? (size_t)(seconds * RATE * members * 1.5) : 1, samples = 0;
    double *latencies = malloc(capacity * sizeof *latencies);
    memset(line, 'x', LINE);
    line[LINE - 1] = '\n';
    for (size_t i = 0; i < sizeof bulk; i += LINE) memcpy(bulk + i, line, LINE);
    join(atoi(arguments[1]));
    usleep(300000);

    double start = now(), cpu = cpu_seconds(arguments[5]);
    while (now() - start < seconds) {
        if (paced) send_paced(start);
        else if (!strcmp(shape, "bulk")) send_bulk();
        else send_talk();
        struct epoll_event events[512];
        int ready = epoll_wait(ep, events, 512, 0);
        for (int i = 0; i < ready; i++) {
            // MSG_TRUNC: what is only counted need not be copied.
            ssize_t got = recv(events[i].data.fd, buffer, sizeof buffer, paced ? 0 : MSG_TRUNC);
            if (got < 0 && errno == EAGAIN) continue;
            if (got <= 0) { fprintf(stderr, "the relay has closed a connection\n"); return 1; }
            received += got / LINE;
            if (paced)
                for (ssize_t at = 0; at + LINE <= got && samples < capacity; at += LINE) latencies[samples++] = now() - atof(buffer + at);
        }
    }
    double elapsed = now() - start;
    cpu = cpu_seconds(arguments[5]) - cpu;
    printf("%.2f M deliveries/s, %.0f%% CPU, %.1f ns/delivery", received / elapsed / 1e6, cpu / elapsed * 100, cpu * 1e9 / received);
    if (paced) {
        qsort(latencies, samples, sizeof *latencies, ascending);
        printf(", latency %.2f %.2f %.2f ms", latencies[samples / 2] * 1e3, latencies[samples * 99 / 100] * 1e3, latencies[samples * 999 / 1000] * 1e3);
    }
    printf("\n");
    return 0;
}
