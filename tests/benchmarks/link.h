// The part of the load that depends on how bytes travel between it and the relay: as they are (tcp.c), or through TLS (tls.c). One of them is linked
// with the program.
#include <stddef.h>
#include <sys/types.h>

struct link;

// Takes over a connected socket that blocks, and waits until bytes can travel. Exits if that fails. If the relay is greeting, TLS begins after a line
// that the relay says without it.
struct link *link_open(int fd, int is_greeting);

// Sends without waiting, once the socket does not block. Returns how many bytes it took, or -1 if it can take none now.
ssize_t link_send(struct link *link, const void *bytes, size_t count);

// Sends what link_send took and the socket did not. Returns 1 if nothing is left.
int link_push(struct link *link);

// Receives as recv does, without waiting. If the bytes only count, they need not be copied.
ssize_t link_receive(struct link *link, void *bytes, size_t count, int only_count);

// Whether bytes may be left that epoll does not know of.
int link_has_more(struct link *link);

// How bytes travel, for the figures: "" or the version and the cipher of TLS.
const char *link_description(struct link *link);

// Leaves, on a socket that blocks. With TLS it breaks the connection off with a bare FIN, and waits at most ten seconds until the relay has closed it too.
// Returns 0 if the relay has not. Without TLS it resets the connection: a bare FIN can be that of a listener.
int link_leave(struct link *link);
