/*
 * A multi-client chat server in C: one process, select() over a master set of descriptors, blocking sockets. It relays each chunk of a client's
 * bytes to all other clients, as it came. chatctl descends from this program, which is written again here for the comparison.
 *
 * Usage: select_relay [PORT]       (default 0: any free port; it prints the port; on this machine only)
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

static void die(const char *what)
{
    fprintf(stderr, "select_relay: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int listen_on(int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int yes = 1;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0)
        die("socket");
    /* Otherwise a restart would have to wait until the system has forgotten the connections of the last run. */
    if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) < 0)
        die("setsockopt");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0)
        die("bind");
    if (listen(listener, 128) < 0)
        die("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        die("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

/* Blocks until the client has taken everything. Meanwhile no other client is served. */
static void send_all(int client, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t sent = send(client, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return; /* The client has gone. Its own turn in the loop handles that. */
        bytes += sent;
        count -= sent;
    }
}

int main(int argc, char **argv)
{
    static char buffer[64 * 1024];
    fd_set master, readable;
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    int highest = listener;

    FD_ZERO(&master);
    FD_SET(listener, &master);
    for (;;) {
        readable = master;
        if (select(highest + 1, &readable, NULL, NULL, NULL) < 0) {
            if (errno == EINTR)
                continue;
            die("select");
        }

        for (int fd = 0; fd <= highest; fd++) {
            if (!FD_ISSET(fd, &readable))
                continue;

            if (fd == listener) {
                int client = accept(listener, NULL, NULL);
                if (client >= FD_SETSIZE) {
                    close(client); /* More clients than a set can hold. */
                } else if (client >= 0) {
                    FD_SET(client, &master);
                    if (client > highest)
                        highest = client;
                }
                continue;
            }

            ssize_t count = recv(fd, buffer, sizeof buffer, 0);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0) {
                FD_CLR(fd, &master);
                close(fd);
                continue;
            }
            for (int other = 0; other <= highest; other++)
                if (other != listener && other != fd && FD_ISSET(other, &master))
                    send_all(other, buffer, count);
        }
    }
}
