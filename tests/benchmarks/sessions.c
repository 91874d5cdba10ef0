// The session protocol of docs/protocol.md: a hello, then a JSON object for each line. The text is a line without its end.
#include <stdio.h>
#include <string.h>
#include "wire.h"

static size_t hello(char *to, int who, int listens) {
    (void)listens;
    return (size_t)sprintf(to, "CHATCTL/1 {\"name\":\"load-%d\"}\n", who);
}

// All members count together. So the numbers of each grow, and all have the same length.
static size_t frame(char *to, const char *line) {
    static long long n = 1000000000000000;
    return (size_t)sprintf(to, "{\"n\":%lld,\"text\":\"%.*s\"}\n", n++, LINE - 1, line);
}

static size_t parse(const char *from, size_t length, const char **line) {
    static const char number[] = "{\"seq\":", text[] = "\"text\":\"";
    const char *end = memchr(from, '\n', length);
    *line = NULL;
    if (!end) return 0;
    if (end - from > LINE && !memcmp(from, number, sizeof number - 1)) {
        // The text is the last member, so it ends with "}.
        const char *begin = end - 2 - (LINE - 1);
        if (!memcmp(begin - (sizeof text - 1), text, sizeof text - 1)) *line = begin;
    }
    return (size_t)(end - from) + 1;
}

const struct wire wire = { .numbered = 1, .hello = hello, .frame = frame, .parse = parse };
