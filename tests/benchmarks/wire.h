// The part of the load that depends on the relay's protocol: how lines travel to the relay and back. One C file defines it and is linked with load.c.
#include <stddef.h>

enum { LINE = 64, LONGEST_FRAME = 256, LONGEST_MESSAGE = 4096 };

struct wire {
    // A member has two connections, because a connection that listens cannot send.
    int split;

    // Every byte from the relay belongs to a line, so lines can be counted without parsing.
    int bare;

    // The relay speaks first, with a line. If it speaks TLS, it says this line before that.
    int greets;

    // Each frame has a number of its own, so the same bytes must not be sent twice.
    int numbered;

    // Writes the first message of a connection; NULL if there is none. Returns how many bytes it wrote, at most LONGEST_MESSAGE.
    size_t (*hello)(char *to, int who, int listens);

    // Writes the frame that carries a line. Returns its length, which is the same for every line.
    size_t (*frame)(char *to, const char *line);

    // Returns the length of the first message in the bytes, or 0 if the message is not complete. Sets *line to its line, or to NULL if it has none.
    size_t (*parse)(const char *from, size_t length, const char **line);
};

extern const struct wire wire;
