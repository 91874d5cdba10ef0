/*
 * The client of select_relay: select() over the keyboard and the socket. It sends what is typed and prints what arrives. When the keyboard
 * input ends it half-closes. It ends when the server closes. chatctl descends from this program, which is written again here for the comparison.
 *
 * Usage: select_client PORT
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
    fprintf(stderr, "select_client: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Moves the bytes of one read; returns 0 at the end of the input. */
static int forward(int from, int to)
{
    static char buffer[64 * 1024];
    ssize_t count;
    do
        count = read(from, buffer, sizeof buffer);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        die("read");
    for (ssize_t done = 0; done < count;) {
        ssize_t written = write(to, buffer + done, count - done);
        if (written < 0 && errno != EINTR)
            die("write");
        if (written > 0)
            done += written;
    }
    return count > 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    fd_set master, readable;
    int server = socket(AF_INET, SOCK_STREAM, 0);

    if (argc != 2) {
        fprintf(stderr, "usage: select_client PORT\n");
        return 2;
    }
    address.sin_port = htons(atoi(argv[1]));
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof address) < 0)
        die("connect");

    FD_ZERO(&master);
    FD_SET(STDIN_FILENO, &master);
    FD_SET(server, &master);
    for (;;) {
        readable = master;
        if (select(server + 1, &readable, NULL, NULL, NULL) < 0) {
            if (errno == EINTR)
                continue;
            die("select");
        }
        if (FD_ISSET(server, &readable) && !forward(server, STDOUT_FILENO))
            return 0;
        if (FD_ISSET(STDIN_FILENO, &readable) && !forward(STDIN_FILENO, server)) {
            FD_CLR(STDIN_FILENO, &master);
            shutdown(server, SHUT_WR);
        }
    }
}
