/* Measures how many receipts a second senders get that wait for each one before they send the next line.
 * Usage: receipts PORT PROTOCOL SENDERS SECONDS [TOKEN]      (PROTOCOL: chatctl, redis, jetstream)
 * chatctl: a session whose token allows it to write and not to read; the receipt is the ack. redis: XADD to one stream. jetstream: a message to the subject
 * "room", which a stream must take; the receipt is its acknowledgement. Prints the receipts a second. Exit code 1 if a receipt was not one. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum protocol { CHATCTL, REDIS, JETSTREAM };

struct sender {
    int fd, length, id;
    long n;
    char in[8192];
};

static const char text[] = "a line of sixty-four bytes, which is what a log line often has!!";
static enum protocol protocol;
static long receipts;

static void die(const char *what) {
    perror(what);
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void put(struct sender *s, const char *bytes, int length) {
    if (write(s->fd, bytes, length) != length)
        die("write");
}

static void say(struct sender *s) {
    char out[512];
    int length;
    s->n++;
    switch (protocol) {
    case CHATCTL:
        length = sprintf(out, "{\"n\":%ld,\"text\":\"%s\"}\n", s->n, text);
        break;
    case REDIS:
        length = sprintf(out, "*5\r\n$4\r\nXADD\r\n$4\r\nroom\r\n$1\r\n*\r\n$1\r\nt\r\n$%d\r\n%s\r\n", (int)sizeof text - 1, text);
        break;
    default:
        length = sprintf(out, "PUB room inbox.%d %d\r\n%s\r\n", s->id, (int)sizeof text - 1, text);
    }
    put(s, out, length);
}

/* Whether what has come is a whole receipt; if so, it is taken. */
static int take(struct sender *s) {
    char *end;
    s->in[s->length] = 0;
    while ((end = strchr(s->in, '\n'))) {
        int is_receipt = 0, used = (int)(end - s->in) + 1;
        if (strstr(s->in, "error") && strstr(s->in, "error") < end) {
            fprintf(stderr, "%.*s", used, s->in);
            exit(1);
        }
        switch (protocol) {
        case CHATCTL:
            is_receipt = strncmp(s->in, "{\"ack\":", 7) == 0;
            break;
        case REDIS:
            if (s->in[0] == '-') {
                fprintf(stderr, "%.*s", used, s->in);
                exit(1);
            }
            is_receipt = s->in[0] != '$';
            break;
        default:
            if (strncmp(s->in, "PING", 4) == 0)
                put(s, "PONG\r\n", 6);
            is_receipt = strncmp(s->in, "{\"stream\"", 9) == 0;
        }
        memmove(s->in, s->in + used, s->length - used + 1);
        s->length -= used;
        if (is_receipt)
            return 1;
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fputs("usage: receipts PORT chatctl|redis|jetstream SENDERS SECONDS [TOKEN]\n", stderr);
        return 2;
    }
    protocol = !strcmp(argv[2], "chatctl") ? CHATCTL : !strcmp(argv[2], "redis") ? REDIS : JETSTREAM;
    int senders = atoi(argv[3]), poll = epoll_create1(0);
    struct sender *all = calloc(senders, sizeof *all);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < senders; i++) {
        struct sender *s = &all[i];
        int one = 1;
        char hello[512];
        s->id = i;
        s->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(s->fd, (struct sockaddr *)&to, sizeof to) < 0)
            die("connect");
        setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (protocol == CHATCTL)
            put(s, hello, sprintf(hello, "CHATCTL/1 {\"token\":\"%s\"}\n", argc > 5 ? argv[5] : ""));
        else if (protocol == JETSTREAM)
            put(s, hello, sprintf(hello, "CONNECT {\"verbose\":false}\r\nSUB inbox.%d 1\r\n", i));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
        epoll_ctl(poll, EPOLL_CTL_ADD, s->fd, &event);
    }
    for (int i = 0; i < senders; i++)
        say(&all[i]);
    double begun = now(), seconds = atof(argv[4]), warm = begun + seconds / 4;
    double measured = 0;
    while (now() < begun + seconds) {
        struct epoll_event events[128];
        int count = epoll_wait(poll, events, 128, 100);
        for (int i = 0; i < count; i++) {
            struct sender *s = events[i].data.ptr;
            int got = read(s->fd, s->in + s->length, sizeof s->in - 1 - s->length);
            if (got <= 0)
                die("read");
            s->length += got;
            while (take(s)) {
                receipts++;
                say(s);
            }
        }
        if (measured == 0 && now() > warm) {
            measured = now();
            receipts = 0;
        }
    }
    printf("%.0f\n", receipts / (now() - measured));
    return receipts == 0;
}
