// Sends random streams to a relay. Two members beside them send lines, and check that all of these arrive in order.
//
//   storm PORT STREAMS SEED
//
// A stream has 0 to 65536 bytes (6 in 10 up to 64, 3 up to 1024, 1 up to 8192, 1 in 200 up to 65536). Most are random, some have no newline.
// A stream is sent in one to eight pieces. It ends with a half-close and a wait for the receipt, with a close, or with a reset in the middle or
// after all bytes. 32 streams are open at any time. Prints "ok - …" or "not ok - …". Exit code 1 if something was wrong.
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../reliability/crowd.h"

enum { OPEN_STREAMS = 32, LONGEST = 1 << 16, NOISE = 1 << 20 };
enum ending { HALF_CLOSE, CLOSE, RESET_AFTER, RESET_WITHIN };

struct stream {
    int fd;
    const char *bytes;
    int length, sent, piece;
    enum ending ending;
    bool waits, too_long;
    double until;
};

static char noise[NOISE + LONGEST], endless[LONGEST];
static struct stream streams[OPEN_STREAMS];
static long opened, ended, receipts, cut_off;
static long long bytes;
static unsigned long state;

static unsigned chance(unsigned below) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (state >> 11) % below;
}

static void open_stream(struct stream *s, int port) {
    unsigned dice = chance(1000);
    int most = dice < 600 ? 64 : dice < 895 ? 1024 : dice < 995 ? 8192 : LONGEST;
    *s = (struct stream){ .fd = dial(port), .bytes = noise + chance(NOISE), .length = chance(most + 1), .ending = chance(4) };
    if (s->fd < 0) give_up("stream %ld cannot connect: %s", opened, strerror(errno));
    if (dice == 999) s->bytes = endless, s->length = LONGEST, s->too_long = true;
    s->piece = 1 + s->length / (1 + chance(8));
    if (s->ending == RESET_WITHIN && s->length > 0) s->length = chance(s->length);
    opened++;
}

static void close_stream(struct stream *s) {
    if (s->ending == RESET_AFTER || s->ending == RESET_WITHIN) reset_close(s->fd);
    else close(s->fd);
    s->fd = -1;
    ended++;
}

static void advance(struct stream *s) {
    static char unread[1 << 16];
    if (s->sent < s->length) {
        int piece = s->length - s->sent < s->piece ? s->length - s->sent : s->piece;
        ssize_t count = send(s->fd, s->bytes + s->sent, piece, 0);
        if (count > 0) s->sent += count, bytes += count;
        else if (errno != EAGAIN) {
            if (!s->too_long) fail("stream %ld was disconnected with %d of %d bytes sent: %s", opened, s->sent, s->length, strerror(errno));
            cut_off++;
            close_stream(s);
        }
    } else if (s->ending != HALF_CLOSE) {
        close_stream(s);
    } else if (!s->waits) {
        // A client that has sent nothing is a listener. The server does not end it, so it leaves by itself after a short time.
        shutdown(s->fd, SHUT_WR);
        s->waits = true;
        s->until = now() + (s->length ? PATIENCE : chance(20) * 1e-3);
    } else {
        ssize_t count;
        while ((count = recv(s->fd, unread, sizeof unread, MSG_TRUNC)) > 0) {}
        if (count < 0 && errno == EAGAIN) {
            if (now() < s->until) return;
            if (s->length) fail("no receipt for a stream of %d bytes", s->length);
        } else if (count == 0 && !s->too_long && s->length) {
            receipts++;
        } else {
            if (!s->too_long) fail("a stream of %d bytes was ended by %s", s->length, count ? strerror(errno) : "a FIN");
            cut_off++;
        }
        close_stream(s);
    }
}

int main(int count, char **arguments) {
    if (count != 4) { fprintf(stderr, "usage: storm PORT STREAMS SEED\n"); return 2; }
    int port = atoi(arguments[1]);
    long total = atol(arguments[2]);
    state = strtoul(arguments[3], NULL, 10) * 0x9e3779b97f4a7c15ul + 1;
    begin();
    for (int i = 0; i < NOISE + LONGEST; i++) do noise[i] = chance(256); while (noise[i] == '@');
    memset(endless, 'x', LONGEST);
    static struct peer members[2];
    for (int i = 0; i < 2; i++) join(&members[i], port, i);
    for (int i = 0; i < 2; i++) expect(&members[i], members, 2);
    for (int i = 0; i < OPEN_STREAMS; i++) streams[i].fd = -1;

    // Both members must have joined before the first line.
    for (double since = now(); now() - since < 0.2;) turn(10);
    double since = now(), due = since;
    while (ended < total) {
        for (int i = 0; i < OPEN_STREAMS; i++) {
            if (streams[i].fd >= 0) advance(&streams[i]);
            else if (opened < total) open_stream(&streams[i], port);
        }
        if (now() >= due) {
            for (int i = 0; i < 2; i++) say(&members[i]);
            due = now() + 0.002;
        }
        turn(0);
        if (members[0].end || members[1].end) give_up("a member was disconnected after %ld streams", ended);
    }
    double elapsed = now() - since;
    // A client that left without a line looks like a listener to the server, until the server sends it something.
    for (int i = 0; i < 2; i++) say(&members[i]);
    await_all(members, 2, members, 2, PATIENCE);
    report("%ld streams, %lld bytes in %.1f s: %ld receipts, %ld too long and disconnected; two members received all %ld lines of each other",
        ended, bytes, elapsed, receipts, cut_off, members[0].said + members[1].said);
    printf("# %ld units of noise received\n", members[0].noises + members[1].noises);
    part(&members[0]);
    part(&members[1]);
    return failures > 0;
}
