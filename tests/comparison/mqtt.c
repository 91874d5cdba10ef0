// MQTT 3.1.1 at QoS 0: every member subscribes to one topic and publishes to it. Members also receive their own lines.
#include <stdio.h>
#include <string.h>
#include "../benchmarks/wire.h"

enum { CONNECT = 0x10, PUBLISH = 0x30, HEADER = 2 + 2 + 4 };

static size_t hello(char *to, int who, int listens) {
    (void)listens;
    char name[16];
    int length = sprintf(name, "m%d", who);
    // Protocol level 4, a clean session, no keep-alive; then SUBSCRIBE.
    char *at = to;
    *at++ = CONNECT;
    *at++ = (char)(12 + length);
    memcpy(at, "\0\4MQTT\4\2\0\0\0", 11);
    at += 11;
    *at++ = (char)length;
    memcpy(at, name, (size_t)length);
    at += length;
    memcpy(at, "\x82\x09\0\1\0\4chat\0", 11);
    return (size_t)(at + 11 - to);
}

static size_t frame(char *to, const char *line) {
    const char header[] = { PUBLISH, 2 + 4 + LINE, 0, 4, 'c', 'h', 'a', 't' };
    memcpy(to, header, HEADER);
    memcpy(to + HEADER, line, LINE);
    return HEADER + LINE;
}

static size_t parse(const char *from, size_t length, const char **line) {
    *line = NULL;
    // All messages here are shorter than 128 bytes, so the length field is one byte.
    if (length < 2 || length < 2 + (size_t)from[1]) return 0;
    if (*from == PUBLISH) *line = from + HEADER;
    return 2 + (size_t)from[1];
}

const struct wire wire = { .hello = hello, .frame = frame, .parse = parse };
