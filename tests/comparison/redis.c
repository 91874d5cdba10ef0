// RESP2: every member subscribes to one channel and publishes to it. A connection that has subscribed cannot publish, so each member has two.
// The publishing connection gets a number back for each line. The listening connection gets all lines, including the member's own.
#include <stdio.h>
#include <string.h>
#include "../benchmarks/wire.h"

static size_t hello(char *to, int who, int listens) {
    (void)who;
    return listens ? (size_t)sprintf(to, "*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nchat\r\n") : 0;
}

static size_t frame(char *to, const char *line) {
    size_t length = (size_t)sprintf(to, "*3\r\n$7\r\nPUBLISH\r\n$4\r\nchat\r\n$%d\r\n", LINE);
    memcpy(to + length, line, LINE);
    memcpy(to + length + LINE, "\r\n", 2);
    return length + LINE + 2;
}

static size_t parse(const char *from, size_t length, const char **line) {
    static const char subscribed[] = "*3\r\n$9\r\nsubscribe\r\n$4\r\nchat\r\n:1\r\n", message[] = "*3\r\n$7\r\nmessage\r\n$4\r\nchat\r\n$64\r\n";
    *line = NULL;
    if (length < 6 && *from == '*') return 0;
    if (*from == '*' && from[5] == '7') {
        *line = from + sizeof message - 1;
        return length < sizeof message - 1 + LINE + 2 ? 0 : sizeof message - 1 + LINE + 2;
    }
    if (*from == '*') return length < sizeof subscribed - 1 ? 0 : sizeof subscribed - 1;
    const char *end = memchr(from, '\n', length);
    if (end && *from == '-') fprintf(stderr, "redis: %.*s\n", (int)(end - from), from);
    return end ? (size_t)(end - from) + 1 : 0;
}

const struct wire wire = { .split = 1, .hello = hello, .frame = frame, .parse = parse };
