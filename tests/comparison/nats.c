// The NATS client protocol: every member subscribes to one subject, and asks not to receive its own lines. The server's PINGs get no answer: it
// closes a connection only after two of them, and they are minutes apart.
#include <stdio.h>
#include <string.h>
#include "../benchmarks/wire.h"

static size_t hello(char *to, int who, int listens) {
    (void)who, (void)listens;
    return (size_t)sprintf(to, "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false,\"protocol\":1}\r\nSUB chat 1\r\n");
}

static size_t frame(char *to, const char *line) {
    size_t length = (size_t)sprintf(to, "PUB chat %d\r\n", LINE);
    memcpy(to + length, line, LINE);
    memcpy(to + length + LINE, "\r\n", 2);
    return length + LINE + 2;
}

static size_t parse(const char *from, size_t length, const char **line) {
    static const char header[] = "MSG chat 1 64\r\n";
    *line = NULL;
    if (length > 0 && *from == 'M') {
        *line = from + sizeof header - 1;
        return length < sizeof header - 1 + LINE + 2 ? 0 : sizeof header - 1 + LINE + 2;
    }
    const char *end = memchr(from, '\n', length);
    if (end && *from == '-') fprintf(stderr, "nats: %.*s\n", (int)(end - from), from);
    return end ? (size_t)(end - from) + 1 : 0;
}

const struct wire wire = { .greets = 1, .hello = hello, .frame = frame, .parse = parse };
