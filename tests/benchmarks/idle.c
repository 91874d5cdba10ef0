// Measures what many silent members cost a relay, and how soon one line reaches all of them.
//
//   idle PORT MEMBERS SECONDS PID
//
// PID is the relay's process. Prints one line: the resident memory that each member adds to an empty relay, the relay's CPU time while all are
// silent for SECONDS, and the time between the first and the last member that receives a line. Exit code 1: a member does not receive it.
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../reliability/crowd.h"

enum { MOST = 100000 };

static struct peer peers[MOST];

static void rest(double seconds) {
    for (double until = now() + seconds; now() < until;) turn(10);
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    int port = atoi(arguments[1]), members = atoi(arguments[2]), seconds = atoi(arguments[3]), pid = atoi(arguments[4]);
    if (members < 2 || members > MOST) return 2;
    begin();

    // A few connections come first, so that memory that the relay needs only once does not count for the members.
    for (int i = 0; i < 10; i++) {
        join(&peers[i], port, i);
        reset_close(peers[i].fd);
    }
    rest(1);
    long empty = resident(pid);
    for (int i = 0; i < members; i++) {
        join(&peers[i], port, i < 2 ? i : SENDERS - 1);
        turn(0);
    }
    rest(2);
    double memory = (resident(pid) - empty) / (double)members;
    double before = processor(pid);
    rest(seconds);
    double spent = processor(pid) - before;

    say(&peers[0]);
    double first = 0, last = 0;
    int heard = 0;
    for (double deadline = now() + 30; heard < members - 1 && now() < deadline;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, 10);
        for (int i = 0; i < ready; i++) {
            struct peer *peer = events[i].data.ptr;
            long had = peer->lines;
            hear(peer);
            if (peer->lines == had) continue;
            last = now();
            if (!heard++) first = last;
        }
    }
    printf("%.1f KiB a member, %.0f ms of CPU in %d s, one line reached %d of %d within %.0f ms of the first\n", memory,
        spent * 1e3, seconds, heard, members - 1, (last - first) * 1e3);
    return heard == members - 1 ? 0 : 1;
}
