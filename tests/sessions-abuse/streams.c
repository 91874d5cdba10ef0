// Sends random streams to a relay that all begin with "CHATCTL/1 ".
//
//   streams PORT STREAMS SEED
//
// After the prefix a stream has random bytes, or a hello and messages of which most have some bytes changed, cut out or doubled. It is sent in one to four
// pieces. It ends with a half-close, a close or a reset. 32 streams are open at any time. After a half-close an answer must come: the server's hello, or an
// error, unless another stream with the same client id took its place. Streams never hold '@', which is for the two members beside them. Prints "ok - …" or "not ok - …". Exit code 1 if something was wrong.
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../reliability/crowd.h"
#include <stddef.h>

enum { OPEN_STREAMS = 32, LONGEST = 4096, HEARD = 1 << 16 };
enum ending { HALF_CLOSE, CLOSE, RESET_AFTER };

static const char prefix[] = "CHATCTL/1 ";
static const char *hellos[] = {
    "{}\n", "{\"name\":\"ann\"}\n", "{\"name\":\"ann\",\"client\":\"5f0c9a4be1d2478893c1f6a0e7b3d215\",\"since\":\"k3f9q2xw:1041\"}\r\n",
    "{\"since\":\"all\"}\n", "{\"since\":100,\"name\":\"bob\"}\n", "{\"since\":\"10m\",\"x\":[{\"y\":null}]}\n", "{\"client\":\"abcdefghijklmnopqrstuvwxyz\"}\n",
};
static const char *messages[] = {
    "{\"n\":1,\"text\":\"hello\"}\n", "{\"n\":2,\"base64\":\"/w==\"}\n", "{\"name\":\"anna\"}\n", "{\"who\":true}\n", "{\"text\":\"\\u00e9\\ud83d\\ude00\\n\"}\n",
    "{\"n\":9007199254740991,\"text\":\"last\"}\n", "{\"x\":{\"y\":[1,2,{\"z\":[]}]}}\n", "\n", "{\"n\":-1,\"text\":\"\"}\n", "{\"name\":\"\\u202e\"}\n", "{\"n\":1e400,\"text\":7}\n",
};

struct stream {
    int fd, length, sent, piece, heard_length;
    enum ending ending;
    bool waits, is_answered, has_client;
    double until;
    char bytes[LONGEST + 1], heard[HEARD];
};

static struct stream streams[OPEN_STREAMS];
static long opened, ended, answered;
static unsigned long state;

static unsigned chance(unsigned below) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return (state >> 11) % below;
}

static void add(struct stream *s, const char *bytes, int length) {
    if (s->length + length > LONGEST) length = LONGEST - s->length;
    memcpy(s->bytes + s->length, bytes, length);
    s->length += length;
}

static void damage(struct stream *s, int from) {
    for (int i = chance(4); i > 0 && s->length > from; i--) {
        int at = from + chance(s->length - from), count = 1 + chance(8);
        if (count > s->length - at) count = s->length - at;
        switch (chance(3)) {
            case 0:
                s->bytes[at] = chance(256);
                break;
            case 1:
                memmove(s->bytes + at, s->bytes + at + count, s->length - at - count);
                s->length -= count;
                break;
            default:
                if (s->length + count > LONGEST) break;
                memmove(s->bytes + at + count, s->bytes + at, s->length - at);
                s->length += count;
        }
    }
}

static void make(struct stream *s) {
    add(s, prefix, sizeof prefix - 1);
    if (chance(3) == 0) {
        for (int i = chance(chance(10) ? 64 : LONGEST - 16); i > 0; i--) add(s, &(char){ chance(256) }, 1);
    } else {
        const char *hello = hellos[chance(sizeof hellos / sizeof *hellos)];
        add(s, hello, strlen(hello));
        int begin = chance(3) ? s->length : (int)sizeof prefix - 1;
        for (int i = chance(8); i > 0; i--) {
            const char *message = messages[chance(sizeof messages / sizeof *messages)];
            add(s, message, strlen(message));
        }
        damage(s, begin);
    }
    for (int i = 0; i < s->length; i++) if (s->bytes[i] == '@') s->bytes[i] = '#';
    s->has_client = memmem(s->bytes, s->length, "\"client\"", 8);
}

static void open_stream(struct stream *s, int port) {
    memset(s, 0, offsetof(struct stream, bytes));
    s->fd = dial(port);
    if (s->fd < 0) give_up("stream %ld cannot connect: %s", opened, strerror(errno));
    make(s);
    s->piece = 1 + s->length / (1 + chance(4));
    s->ending = chance(3);
    opened++;
}

static void close_stream(struct stream *s) {
    if (s->ending == RESET_AFTER) reset_close(s->fd);
    else close(s->fd);
    s->fd = -1;
    ended++;
}

// Receives what has arrived. Returns whether the connection has ended.
static bool listen_to(struct stream *s) {
    while (true) {
        // Only the beginning may hold the answer: all that comes before it are a few lines of the room.
        if (s->heard_length == HEARD) s->heard_length = 0;
        ssize_t count = recv(s->fd, s->heard + s->heard_length, HEARD - s->heard_length, 0);
        if (count <= 0) return count == 0 || errno != EAGAIN;
        s->heard_length += count;
        s->is_answered = s->is_answered || memmem(s->heard, s->heard_length, "CHATCTL/1 {\"", 12);
    }
}

static void advance(struct stream *s) {
    if (s->sent < s->length) {
        int piece = s->length - s->sent < s->piece ? s->length - s->sent : s->piece;
        ssize_t count = send(s->fd, s->bytes + s->sent, piece, 0);
        if (count > 0) s->sent += count;
        // The server may have ended the session before it was sent everything.
        else if (errno != EAGAIN) close_stream(s);
    } else if (s->ending != HALF_CLOSE) {
        close_stream(s);
    } else if (!s->waits) {
        shutdown(s->fd, SHUT_WR);
        s->waits = true;
        s->until = now() + PATIENCE;
    } else {
        bool has_ended = listen_to(s);
        if (!s->is_answered && (has_ended || now() > s->until)) {
            if (!s->has_client || !has_ended) fail("no answer to the %d bytes %.*s", s->length, s->length < 160 ? s->length : 160, s->bytes);
            close_stream(s);
        } else if (s->is_answered && (has_ended || chance(4) == 0)) {
            answered++;
            close_stream(s);
        }
    }
}

int main(int count, char **arguments) {
    if (count != 4) { fprintf(stderr, "usage: streams PORT STREAMS SEED\n"); return 2; }
    int port = atoi(arguments[1]);
    long total = atol(arguments[2]);
    state = strtoul(arguments[3], NULL, 10) * 0x9e3779b97f4a7c15ul + 1;
    begin();
    for (int i = 0; i < OPEN_STREAMS; i++) streams[i].fd = -1;
    double since = now();
    while (ended < total) {
        for (int i = 0; i < OPEN_STREAMS; i++) {
            if (streams[i].fd >= 0) advance(&streams[i]);
            else if (opened < total) open_stream(&streams[i], port);
        }
    }
    printf("# %.1f s\n", now() - since);
    report("each of %ld random streams that were half-closed, of %ld in all, is answered", answered, ended);
    return failures > 0;
}
