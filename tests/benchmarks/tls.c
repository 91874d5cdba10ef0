// Bytes travel through TLS 1.3 with one cipher, so that it is the same for all relays. The relay's certificate is not checked: the load's own cost does not
// count. No connection comes back with a ticket of an earlier one.
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "link.h"

#define CIPHER "TLS_AES_256_GCM_SHA384"

enum { MOST_AT_ONCE = 16 << 10 };

struct link {
    int fd;
    SSL *ssl;
    // Records wait here for the socket. OpenSSL alone would want a write that did not fit to be repeated with the same bytes.
    BIO *records;
};

__attribute__((noreturn)) static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, ERR_peek_error() ? ERR_reason_error_string(ERR_get_error()) : strerror(errno));
    exit(1);
}

static SSL_CTX *context(void) {
    static SSL_CTX *made;
    if (made) return made;
    made = SSL_CTX_new(TLS_client_method());
    if (!made || !SSL_CTX_set_min_proto_version(made, TLS1_3_VERSION) || !SSL_CTX_set_ciphersuites(made, CIPHER)) fail("openssl");
    // OpenSSL sends steps of a handshake itself.
    signal(SIGPIPE, SIG_IGN);

    // One receive for many records, and no buffer for a member that is silent.
    SSL_CTX_set_read_ahead(made, 1);
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    return made;
}

static void skip_line(int fd) {
    for (char last = 0; last != '\n';)
        if (recv(fd, &last, 1, 0) != 1) fail("the relay's greeting");
}

struct link *link_open(int fd, int is_greeting) {
    struct link *link = malloc(sizeof *link);
    link->fd = fd;
    if (is_greeting) skip_line(fd);
    link->ssl = SSL_new(context());
    SSL_set_fd(link->ssl, fd);
    if (SSL_connect(link->ssl) != 1) fail("the handshake has failed");
    link->records = BIO_new(BIO_s_mem());
    SSL_set0_wbio(link->ssl, link->records);
    return link;
}

int link_push(struct link *link) {
    char *records;
    long count = BIO_get_mem_data(link->records, &records);
    if (count == 0) return 1;
    ssize_t sent = send(link->fd, records, (size_t)count, MSG_NOSIGNAL);
    if (sent == count) BIO_reset(link->records);
    else if (sent > 0) {
        char taken[MOST_AT_ONCE];
        for (ssize_t left = sent; left > 0;) left -= BIO_read(link->records, taken, left < MOST_AT_ONCE ? (int)left : MOST_AT_ONCE);
    }
    return sent == count;
}

ssize_t link_send(struct link *link, const void *bytes, size_t count) {
    if (!link_push(link)) return -1;
    int taken = SSL_write(link->ssl, bytes, count < MOST_AT_ONCE ? (int)count : MOST_AT_ONCE);
    if (taken <= 0) return -1;
    link_push(link);
    return taken;
}

ssize_t link_receive(struct link *link, void *bytes, size_t count, int only_count) {
    (void)only_count;
    ERR_clear_error();
    int got = SSL_read(link->ssl, bytes, (int)count);
    if (got > 0) return got;
    switch (SSL_get_error(link->ssl, got)) {
        case SSL_ERROR_WANT_READ: errno = EAGAIN; return -1;
        case SSL_ERROR_ZERO_RETURN: return 0;
        default: errno = ECONNRESET; return -1;
    }
}

int link_has_more(struct link *link) {
    return SSL_has_pending(link->ssl);
}

const char *link_description(struct link *link) {
    static char text[64];
    snprintf(text, sizeof text, ", %s %s", SSL_get_version(link->ssl), SSL_get_cipher(link->ssl));
    return text;
}

int link_leave(struct link *link) {
    struct timeval patience = { .tv_sec = 10 };
    char ignored[4096];
    ssize_t count;
    setsockopt(link->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    shutdown(link->fd, SHUT_WR);
    while ((count = recv(link->fd, ignored, sizeof ignored, 0)) > 0) {}
    int has_gone = count == 0 || errno == ECONNRESET;
    SSL_free(link->ssl);
    close(link->fd);
    free(link);
    return has_gone;
}
