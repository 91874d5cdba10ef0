// How lines travel to a relay and back: the part of the load that depends on the relay's protocol. One file defines it, and is linked with load.c.
#include <stddef.h>

enum { LINE = 64, LONGEST_FRAME = 256, LONGEST_MESSAGE = 4096 };

struct wire {
    // A member has two connections, since who listens cannot speak.
    int split;

    // Every byte that comes belongs to a line: they can be counted without being looked at.
    int bare;

    // What a connection says first; NULL if nothing. Returns how many bytes it has written, LONGEST_MESSAGE at most.
    size_t (*hello)(char *to, int who, int listens);

    // Wraps a line to send. Returns how many bytes that makes: the same for every line.
    size_t (*frame)(char *to, const char *line);

    // The length of the message that is first in some bytes; 0 if that is not all of it. *line is its line, NULL if it is another message.
    size_t (*parse)(const char *from, size_t length, const char **line);
};

extern const struct wire wire;
