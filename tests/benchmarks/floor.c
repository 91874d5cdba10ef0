// The floor: about the least that a relay of lines can cost on this kernel. It has no options, no limits and no policies.
//
//   floor PORT
//
// One thread and epoll. All members share one log, into which lines are received directly. Each member has a position in that log. After a pass
// over what has come, each member gets everything from its position on in one call of writev, without its own lines.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { LOG = 8 << 20, SPANS = 1 << 20, RECEIVE = 1 << 16, EVENTS = 512, PIECES = 64, MEMBERS = 1 << 16 };

// Lines that one member sent in a row. A span ends where the next one begins.
struct span { uint64_t end; int sender; };

struct member {
    int fd, number;
    bool waits;                // epoll tells when its socket has room again
    size_t rest;               // the bytes of a line whose end has not come
    char *kept;                // those bytes
    uint64_t position, span;   // the next byte for it, and the span that holds this byte or comes before it
};

static char *ring;             // mapped twice in a row, so that no piece of the log is cut at the end of the ring
static uint64_t tail, span_count;
static struct span spans[SPANS];
static struct member *members[MEMBERS];
static int member_count, epoll;

static void append(int sender, uint64_t length) {
    tail += length;
    if (span_count > 0 && spans[(span_count - 1) % SPANS].sender == sender) spans[(span_count - 1) % SPANS].end = tail;
    else spans[span_count++ % SPANS] = (struct span){ tail, sender };
}

// Moves a member past its own lines and to the span that holds its position.
static void settle(struct member *m) {
    for (;;) {
        struct span *at = &spans[m->span % SPANS];
        if (at->sender == m->number && at->end > m->position) m->position = at->end;
        if (at->end > m->position || m->span + 1 >= span_count) return;
        m->span++;
    }
}

static void watch(struct member *m, bool waits) {
    if (m->waits == waits) return;
    struct epoll_event event = { .events = EPOLLIN | (waits ? EPOLLOUT : 0), .data.ptr = m };
    epoll_ctl(epoll, EPOLL_CTL_MOD, m->fd, &event);
    m->waits = waits;
}

static int gather(struct member *m, struct iovec *pieces) {
    int count = 0;
    bool joins = false;
    uint64_t at = m->position;
    for (uint64_t i = m->span; at < tail && i < span_count; i++) {
        struct span *span = &spans[i % SPANS];
        if (span->end <= at) continue;
        if (span->sender == m->number) joins = false;
        else if (joins) pieces[count - 1].iov_len += span->end - at;
        else if (count == PIECES) break;
        else pieces[count++] = (struct iovec){ ring + at % LOG, span->end - at }, joins = true;
        at = span->end;
    }
    return count;
}

// Sends a member what it has not got. False: its connection has failed.
static bool flush(struct member *m) {
    struct iovec pieces[PIECES];
    for (settle(m); m->position < tail; settle(m)) {
        ssize_t sent = writev(m->fd, pieces, gather(m, pieces));
        if (sent < 0 && errno == EAGAIN) return watch(m, true), true;
        if (sent < 0) return false;
        while (sent > 0) {
            settle(m);
            uint64_t length = spans[m->span % SPANS].end - m->position;
            if (length > (uint64_t)sent) length = sent;
            m->position += length;
            sent -= length;
        }
    }
    return watch(m, false), true;
}

static void drop(struct member *m) {
    int i = 0;
    while (members[i] != m) i++;
    members[i] = members[--member_count];
    close(m->fd);
    free(m->kept);
    free(m);
}

static void join(int listener) {
    static int number = 1, one = 1;
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct member *m = calloc(1, sizeof *m);
        *m = (struct member){ .fd = fd, .number = number++, .kept = malloc(RECEIVE), .position = tail, .span = span_count ? span_count - 1 : 0 };
        members[member_count++] = m;
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = m };
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

// Appends the whole lines of what has come, and keeps the rest.
static void receive(struct member *m) {
    char *to = ring + tail % LOG;
    memcpy(to, m->kept, m->rest);
    ssize_t got = recv(m->fd, to + m->rest, RECEIVE - m->rest, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) { drop(m); return; }
    size_t all = m->rest + got;
    char *last = memrchr(to, '\n', all);
    size_t whole = last ? (size_t)(last - to) + 1 : 0;
    m->rest = all - whole;
    memcpy(m->kept, to + whole, m->rest);
    if (whole > 0) append(m->number, whole);
}

// How much of the log may be written before the slowest member would lose something.
static uint64_t room(void) {
    uint64_t first = tail, first_span = span_count;
    for (int i = 0; i < member_count; i++) {
        if (members[i]->position < first) first = members[i]->position;
        if (members[i]->span < first_span) first_span = members[i]->span;
    }
    return span_count - first_span > SPANS - 2 * EVENTS ? 0 : LOG - (tail - first);
}

int main(int count, char **arguments) {
    if (count != 2) { fprintf(stderr, "usage: floor PORT\n"); return 2; }
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    int memory = memfd_create("log", 0), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    if (ftruncate(memory, LOG)) return 1;
    ring = mmap(NULL, 2 * LOG, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int half = 0; half < 2; half++) mmap(ring + half * LOG, LOG, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096)) { perror("floor"); return 1; }
    epoll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN }, events[EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        uint64_t left = room();
        for (int i = 0; i < ready; i++) {
            struct member *m = events[i].data.ptr;
            if (!m) join(listener);
            else if (events[i].events & ~EPOLLOUT && left >= 2 * RECEIVE) {
                uint64_t before = tail;
                receive(m);
                left -= tail - before;
            }
        }
        for (int i = 0; i < member_count; i++)
            if (members[i]->position < tail && !flush(members[i])) drop(members[i--]);
    }
}
