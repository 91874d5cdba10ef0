// Members of a room over plain TCP, all in one thread. They check what they receive. The programs that stress a relay share this file.
//
// A member sends lines of 64 bytes: '@', the sender, the number of the line, when it was sent (monotonic, in ns), and a filling that follows
// from sender and number, so that a torn, mixed or changed line shows. Numbers count up by one. A sender that left without a receipt begins again at
// the next generation, and only then may numbers be missing. Everything else that is sent is noise. Noise never contains '@'.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINE = 64, SENDERS = 128, GENERATION = 1000000, EVENTS = 512 };
enum { PATIENCE = 120 }; // seconds, for things that take almost no time on an idle machine
enum end { OPEN, FIN, RESET };

struct peer {
    int fd;                // -1 when it has left
    int number;            // as a sender
    bool only_counts;      // the bytes that it receives are counted and not checked
    bool timed;            // the latency of the lines that it receives is sampled
    bool deaf;             // it reads nothing
    enum end end;          // how the relay ended the connection
    long said;             // the number of its next line
    char out[LINE];        // a line that the socket has not accepted completely
    int out_at;            // how much of it is sent; LINE: there is no such line
    char kept[LINE];       // the beginning of a line that has not arrived completely
    int kept_length;
    bool in_noise;
    char noise[80];        // the beginning of a line that no member sent
    int noise_length;
    long missed;           // lines that the relay says it left out; all of them are the first sender's
    long long missed_bytes;
    long lines, noises;
    long long bytes;
    long next[SENDERS];    // the number of the next line of each sender; -1: any
    unsigned long order;   // a digest of all lines in the order in which they arrived
};

static int epoll = -1;
static long failures;
static char first_failure[256];
static double *samples;
static size_t sample_count, sample_capacity;
static char read_buffer[1 << 18];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

__attribute__((format(printf, 1, 2))) static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (!failures++) vsnprintf(first_failure, sizeof first_failure, format, arguments);
    va_end(arguments);
}

// Ends the program: after this failure it is useless to go on.
__attribute__((format(printf, 1, 2), noreturn)) static void give_up(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("not ok - ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    exit(1);
}

static void begin(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    epoll = epoll_create1(EPOLL_CLOEXEC);
}

// Returns a connected socket, or -1 if the relay is not there. The source address changes, because one address has too few ports.
static int dial(int port) {
    static unsigned turn;
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000101 + turn++ / 1000 % 200) };
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) give_up("no descriptors are left: %s", strerror(errno));
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (void *)&from, sizeof from) || connect(fd, (void *)&to, sizeof to)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void reset_close(int fd) {
    struct linger linger = { 1, 0 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(fd);
}

static void join(struct peer *peer, int port, int number) {
    *peer = (struct peer){ .fd = dial(port), .number = number, .out_at = LINE };
    if (peer->fd < 0) give_up("cannot join: %s", strerror(errno));
    for (int i = 0; i < SENDERS; i++) peer->next[i] = -1;
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
    epoll_ctl(epoll, EPOLL_CTL_ADD, peer->fd, &event);
}

static void part(struct peer *peer) {
    if (peer->fd >= 0) close(peer->fd);
    peer->fd = -1;
}

static void part_with_reset(struct peer *peer) {
    if (peer->fd >= 0) reset_close(peer->fd);
    peer->fd = -1;
}

static long digits(const char *text, int count) {
    long value = 0;
    while (count--) value = value * 10 + (*text++ - '0');
    return value;
}

static void write_digits(char *text, long value, int count) {
    while (count--) text[count] = '0' + value % 10, value /= 10;
}

// @SSS NNNNNNNNNN TTTTTTTTTTTTTTTT FFF...F\n
static void write_line(char *line, int sender, long number, double at) {
    memset(line, 'a' + (number + sender) % 26, LINE);
    line[0] = '@', line[4] = line[15] = line[32] = ' ', line[LINE - 1] = '\n';
    write_digits(line + 1, sender, 3);
    write_digits(line + 5, number, 10);
    write_digits(line + 16, (long)(at * 1e9), 16);
}

static void check_line(struct peer *peer, const char *line) {
    long sender = digits(line + 1, 3), number = digits(line + 5, 10);
    char filling[LINE - 34];
    memset(filling, 'a' + (number + sender) % 26, sizeof filling);
    if (sender < 0 || sender >= SENDERS || line[LINE - 1] != '\n' || line[15] != ' ' || line[32] != ' ' || memcmp(line + 33, filling, sizeof filling)) {
        fail("a torn line: %.*s", LINE - 1, line);
        return;
    }
    long next = peer->next[sender];
    if (next >= 0 && number != next && !(number % GENERATION == 0 && number > next))
        fail("line %ld of %ld where %ld was due", number, sender, next);
    peer->next[sender] = number + 1;
    peer->order = peer->order * 1000003 + number * SENDERS + sender;
    peer->lines++;
    if (peer->timed && sample_count < sample_capacity) samples[sample_count++] = now() - digits(line + 16, 16) * 1e-9;
}

// Handles a line that no member sent: it is the relay's notice that it left lines out, or noise.
static void check_noise(struct peer *peer) {
    long lines;
    long long bytes;
    peer->noises++;
    if (!peer->noise_length) return;
    peer->noise[peer->noise_length] = 0;
    peer->noise_length = 0;
    if (sscanf(peer->noise, "chatctl: skipped %ld lines, %lld bytes", &lines, &bytes) != 2) return;
    peer->missed += lines, peer->missed_bytes += bytes, peer->next[0] += lines;
}

static void check(struct peer *peer, const char *bytes, size_t count) {
    while (count > 0) {
        if (peer->in_noise) {
            const char *end = memchr(bytes, '\n', count);
            size_t length = end ? (size_t)(end - bytes) + 1 : count;
            if (memchr(bytes, '@', length)) fail("a line within another's");
            // Keep noise only if it may be the relay's notice. A flood is mostly noise, and checking it must not slow the flood down.
            if (peer->noise_length > 0 || bytes[0] == 'c') {
                int room = sizeof peer->noise - 1 - peer->noise_length, kept = length < (size_t)room ? (int)length : room;
                memcpy(peer->noise + peer->noise_length, bytes, kept);
                peer->noise_length += kept;
            }
            peer->in_noise = !end;
            if (end) check_noise(peer);
            bytes += length, count -= length;
        } else if (peer->kept_length == 0 && bytes[0] != '@') {
            peer->in_noise = true;
        } else if (peer->kept_length == 0 && count >= LINE) {
            check_line(peer, bytes);
            bytes += LINE, count -= LINE;
        } else {
            size_t length = LINE - peer->kept_length;
            if (length > count) length = count;
            memcpy(peer->kept + peer->kept_length, bytes, length);
            peer->kept_length += length;
            bytes += length, count -= length;
            if (peer->kept_length == LINE) {
                check_line(peer, peer->kept);
                peer->kept_length = 0;
            }
        }
    }
}

// Receives what has arrived, up to a limit, and notes the end of the connection.
static void hear(struct peer *peer) {
    for (int i = 0; i < 4 && peer->fd >= 0 && !peer->end; i++) {
        ssize_t count = recv(peer->fd, read_buffer, sizeof read_buffer, peer->only_counts ? MSG_TRUNC : 0);
        if (count > 0) {
            peer->bytes += count;
            if (!peer->only_counts) check(peer, read_buffer, count);
        } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        } else {
            peer->end = count == 0 ? FIN : RESET;
            if (peer->end == FIN && (peer->kept_length > 0 || peer->in_noise)) fail("a FIN within a line");
            epoll_ctl(epoll, EPOLL_CTL_DEL, peer->fd, NULL);
        }
    }
}

// Stops reading, or starts again.
static void deafen(struct peer *peer, bool deaf) {
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
    if (peer->deaf != deaf && !peer->end) epoll_ctl(epoll, deaf ? EPOLL_CTL_DEL : EPOLL_CTL_ADD, peer->fd, &event);
    peer->deaf = deaf;
}

// Lets all members receive once.
static void turn(int milliseconds) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, milliseconds);
    for (int i = 0; i < count; i++) hear(events[i].data.ptr);
}

// Gives the rest of a line to the socket. Returns false if a rest remains.
static bool push(struct peer *peer) {
    while (peer->out_at < LINE) {
        ssize_t count = peer->fd < 0 ? -1 : send(peer->fd, peer->out + peer->out_at, LINE - peer->out_at, 0);
        if (count <= 0) return false;
        peer->out_at += count;
    }
    return true;
}

// Sends a line unless the socket is full.
static bool say(struct peer *peer) {
    if (peer->end || !push(peer)) return false;
    write_line(peer->out, peer->number, peer->said++, now());
    peer->out_at = 0;
    push(peer);
    return true;
}

// From now on a member must receive every line of the given members, beginning with the next one. Of members that join later, it must receive
// every line from the first on.
static void expect(struct peer *peer, struct peer *others, int count) {
    for (int i = 0; i < SENDERS; i++) peer->next[i] = 0;
    for (int i = 0; i < count; i++) peer->next[others[i].number] = others[i].said;
}

// Waits until each listener has received all lines of the talkers. A talker does not receive its own lines.
static void await_all(struct peer *listeners, int listener_count, struct peer *talkers, int talker_count, double seconds) {
    double deadline = now() + seconds;
    for (int t = 0; t < talker_count; t++)
        while (!push(&talkers[t]) && !talkers[t].end && now() < deadline) turn(1);
    for (int l = 0; l < listener_count; l++)
        for (int t = 0; t < talker_count; t++) {
            struct peer *listener = &listeners[l], *talker = &talkers[t];
            if (listener->number == talker->number) continue;
            while (listener->next[talker->number] < talker->said && !listener->end && now() < deadline) turn(10);
            if (listener->next[talker->number] < talker->said)
                fail("member %d received %ld of %ld lines of member %d%s", listener->number, listener->next[talker->number], talker->said, talker->number,
                    listener->end == RESET ? " and was reset" : listener->end == FIN ? " and was ended" : "");
        }
}

// Waits until all connections are members: each of the first two sends until all others receive a line. From then on every line is expected. The relay
// accepts a connection some time after it was made, and lines that it ordered before are not for this member.
static void call_roll(struct peer *peers, int count, double seconds) {
    double deadline = now() + seconds;
    for (int caller = 0; caller < 2; caller++)
        for (int i = 0; i < count; i++)
            while (i != caller && peers[i].next[peers[caller].number] < 0 && !(peers[i].only_counts && peers[i].bytes)) {
                if (peers[i].end || now() > deadline) give_up("member %d of %d does not receive the roll call", i, count);
                say(&peers[caller]);
                turn(5);
            }
    for (double quiet = now() + 0.2; now() < quiet;) turn(10);
    for (int i = 0; i < count; i++)
        if (!peers[i].only_counts) await_all(&peers[i], 1, peers, 2, seconds);
    for (int i = 0; i < count; i++) {
        expect(&peers[i], peers, 0);
        peers[i].next[peers[0].number] = peers[0].said, peers[i].next[peers[1].number] = peers[1].said;
        peers[i].bytes = peers[i].lines = peers[i].noises = 0, peers[i].order = 0;
    }
}

static void report(const char *format, ...) {
    char name[256];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    if (failures) printf("not ok - %s: %s (%ld failures)\n", name, first_failure, failures);
    else printf("ok - %s\n", name);
    failures = 0;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(double share) {
    if (!sample_count) return 0;
    qsort(samples, sample_count, sizeof *samples, ascending);
    return samples[(size_t)((sample_count - 1) * share)];
}

// Reads a file that the system has about a process, up to 4 KiB. The result is valid until the next call.
static char *told_of(int pid, const char *what) {
    static char text[4096];
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, what);
    FILE *file = fopen(path, "r");
    if (!file) give_up("the relay is gone");
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

// The resident memory of a process, in KiB.
static long resident(int pid) {
    char *line = strstr(told_of(pid, "status"), "VmRSS:");
    return line ? atol(line + 6) : 0;
}

// The CPU time of a process so far, in seconds.
static double processor(int pid) {
    long user = 0, system = 0;
    char *rest = strrchr(told_of(pid, "stat"), ')');
    if (rest) sscanf(rest, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system);
    return (double)(user + system) / sysconf(_SC_CLK_TCK);
}
