// Things that members can do to a relay, and that the other members must not notice.
//
//   cases CASE PORT PID [full]
//
// PID is the relay's process. Prints "ok - …" or "not ok - …" for each check. Exit code 1 if a check could not be made.
#include "crowd.h"

enum { TALKERS = 10, MOST = 10100 };

static struct peer peers[MOST];
static int port, pid;
static bool full;

// All members that join here receive everything from now on. The first ones send.
static void gather(int talkers, int listeners) {
    for (int i = 0; i < talkers + listeners; i++) join(&peers[i], port, i < talkers ? i : SENDERS - 1);
    call_roll(peers, talkers + listeners, PATIENCE);
}

static void talk_for(double seconds, int talkers, double lines_a_second) {
    double since = now(), due = since;
    while (now() - since < seconds) {
        for (; due <= now(); due += 1 / lines_a_second)
            for (int i = 0; i < talkers; i++) say(&peers[i]);
        turn(1);
    }
}

// Four members send, and nothing disturbs them.
static void talk(void) {
    gather(4, 2);
    talk_for(full ? 2 : 0.5, 4, 100);
    await_all(peers, 6, peers, 4, PATIENCE);
    for (int i = 0; i < 6; i++)
        if (peers[i].noises) fail("%ld lines that no member sent", peers[i].noises);
    report("six members receive all lines of four members, and nothing else");
}

static void resets(void) {
    int most = full ? 10000 : 1000;
    gather(TALKERS, 0);
    for (int i = 0; i < most; i++) {
        int fd = dial(port);
        if (fd < 0) give_up("connection %d is refused: %s", i, strerror(errno));
        if (i % 3 == 0) send(fd, "begun", 5, 0);
        if (i % 5 == 0) send(fd, "whole\n", 6, 0);
        reset_close(fd);
        if (i % 10 == 0)
            for (int t = 0; t < TALKERS; t++) say(&peers[t]);
        turn(0);
    }
    await_all(peers, TALKERS, peers, TALKERS, PATIENCE);
    report("%d connections are reset at once; ten members receive all %ld lines of each other", most, peers[0].said * TALKERS);
}

static void slow_writers(void) {
    enum { WRITERS = 1000 };
    struct peer *writers = peers + TALKERS;
    gather(TALKERS, 0);
    for (int i = 0; i < WRITERS; i++) {
        join(&writers[i], port, SENDERS - 1);
        writers[i].only_counts = true;
    }
    double until = now() + (full ? 15 : 1.5), due = now();
    for (int next = 0; now() < until || next < WRITERS; next += 50) {
        for (int i = 0; i < 50; i++) send(writers[(next + i) % WRITERS].fd, "x", 1, 0);
        if (now() >= due) {
            for (int t = 0; t < TALKERS; t++) say(&peers[t]);
            due = now() + 0.01;
        }
        turn(0);
        usleep(1000);
    }
    await_all(peers, TALKERS, peers, TALKERS, PATIENCE);
    for (int i = 0; i < WRITERS; i++)
        if (writers[i].end) fail("a slow writer was ended");
    report("%d members write and never end a line; ten others receive all %ld lines of each other", WRITERS, peers[0].said * TALKERS);

    for (int i = 0; i < WRITERS; i++) shutdown(writers[i].fd, SHUT_WR);
    double deadline = now() + PATIENCE;
    for (int i = 0; i < WRITERS; i++) {
        while (!writers[i].end && now() < deadline) turn(10);
        if (writers[i].end != FIN) fail("slow writer %d has no receipt", i);
    }
    while (peers[0].noises < WRITERS && now() < deadline) turn(10);
    if (peers[0].noises != WRITERS) fail("%ld of their %d lines arrived", peers[0].noises, WRITERS);
    report("when they end, each gets its receipt, and its line arrives");
}

static void leave_at_once(void) {
    int most = full ? 9990 : 1000, looked_at = 20;
    for (int i = 0; i < TALKERS + most; i++) {
        join(&peers[i], port, i < TALKERS ? i : SENDERS - 1);
        peers[i].only_counts = i >= TALKERS + looked_at;
        turn(0);
    }
    call_roll(peers, TALKERS + most, PATIENCE);
    talk_for(0.2, TALKERS, 50);
    for (int i = TALKERS + looked_at; i < TALKERS + most; i += 2) {
        if (i % 4) part(&peers[i]);
        else part_with_reset(&peers[i]);
    }
    talk_for(full ? 2 : 0.5, TALKERS, 50);
    await_all(peers, TALKERS + looked_at, peers, TALKERS, PATIENCE);
    report("%d of %d members leave at once; the others receive all lines (checked for %d of them)", (most - looked_at) / 2, TALKERS + most, TALKERS + looked_at);
    for (int i = 0; i < TALKERS + most; i++)
        if (peers[i].fd >= 0 && peers[i].end) fail("a member that stayed was disconnected");
    report("the members that stay are not disconnected");
}

// The relay has too few descriptors for all clients.
static void descriptors(void) {
    enum { CROWD = 120 };
    struct peer *late = &peers[TALKERS];
    int crowd[CROWD];
    gather(TALKERS, 0);
    for (int i = 0; i < CROWD; i++) crowd[i] = dial(port);
    for (double until = now() + 0.5; now() < until;) turn(10);
    double seconds = full ? 10 : 1, since = now(), before = processor(pid);
    while (now() - since < seconds) turn(100);
    double share = (processor(pid) - before) / (now() - since);
    if (full && share > 0.05) fail("it took %.0f%% of a processor", share * 100);
    report("%d clients connect, too many for the descriptors; the relay uses %.1f%% of a processor", CROWD, share * 100);

    talk_for(0.5, TALKERS, 50);
    await_all(peers, TALKERS, peers, TALKERS, PATIENCE);
    report("meanwhile ten members receive all %ld lines of each other", peers[0].said * TALKERS);

    for (int i = 0; i < CROWD; i++)
        if (crowd[i] >= 0) reset_close(crowd[i]);
    since = now();
    join(late, port, TALKERS);
    say(late);
    await_all(peers, TALKERS, late, 1, PATIENCE);
    double wait = now() - since;
    if (full && wait > 1) fail("after %.2f s", wait);
    report("when these clients are gone, the lines of a new member arrive after %.2f s", wait);
}

// Sends as fast as the relay accepts it, in a separate process. It also reads, so that it does not stall.
static int flooder(void) {
    int child = fork();
    if (child) return child;
    static char flood[1 << 16];
    int fd = dial(port);
    memset(flood, 'f', sizeof flood);
    for (size_t i = 63; i < sizeof flood; i += 64) flood[i] = '\n';
    for (size_t at = 0;;) {
        ssize_t count = send(fd, flood + at, sizeof flood - at, 0);
        if (count > 0) at = (at + count) % sizeof flood;
        else if (errno != EAGAIN) _exit(0);
        while (recv(fd, read_buffer, sizeof read_buffer, MSG_TRUNC) > 0) {}
        struct pollfd ready = { fd, POLLOUT | POLLIN, 0 };
        if (count < 0) poll(&ready, 1, 100);
    }
}

static void flood(void) {
    gather(2, 2);
    sample_capacity = 1 << 20;
    samples = malloc(sample_capacity * sizeof *samples);
    peers[1].timed = true;
    peers[3].only_counts = true;
    int child = flooder();
    double seconds = full ? 10 : 1.5;
    talk_for(0.5, 1, 200);
    sample_count = 0;
    long long before = peers[1].bytes;
    talk_for(seconds, 1, 200);
    double rate = (peers[1].bytes - before) / seconds / 1e6, p50 = percentile(0.5), p99 = percentile(0.99);
    size_t meanwhile = sample_count;
    kill(child, SIGKILL);
    await_all(&peers[1], 2, peers, 1, PATIENCE);
    if (full && !meanwhile) fail("none arrived while the flood lasted");
    if (full && p99 > 0.050) fail("p99 is %.1f ms", p99 * 1e3);
    report("one member floods, %.0f MB/s; the lines of another arrive, %zu during the flood, p50 %.1f ms, p99 %.1f ms", rate, meanwhile, p50 * 1e3, p99 * 1e3);
}

static void stop_within(void) {
    enum { LISTENERS = 4, ENDING = 3 };
    int all = TALKERS + LISTENERS;
    srand(pid);
    gather(TALKERS, LISTENERS);
    for (int i = TALKERS; i < TALKERS + LISTENERS / 2; i++) shutdown(peers[i].fd, SHUT_WR);
    double signal_at = now() + 0.02 + rand() % 200 * 1e-3, end_at[ENDING];
    for (int i = 0; i < ENDING; i++) end_at[i] = signal_at + (rand() % 200 - 100) * 1e-4;
    bool signalled = false, finished[TALKERS] = { false };
    double deadline = now() + PATIENCE;
    for (bool open = true; open && now() < deadline;) {
        for (int i = 0; i < TALKERS; i++) {
            if (finished[i] || peers[i].end) continue;
            if (i >= ENDING || now() < end_at[i]) {
                for (int lines = 0; lines < 5; lines++) say(&peers[i]);
            } else if (push(&peers[i])) {
                shutdown(peers[i].fd, SHUT_WR);
                finished[i] = true;
            }
        }
        if (!signalled && now() >= signal_at) kill(pid, SIGTERM), signalled = true;
        turn(0);
        open = false;
        for (int i = 0; i < all; i++) open |= !peers[i].end;
    }
    struct peer *first = &peers[TALKERS];
    for (int i = 0; i < all; i++) {
        struct peer *peer = &peers[i];
        if (!peer->end) fail("the connection of member %d was not ended", i);
        if (i >= TALKERS && peer->end != FIN) fail("a listener was reset");
        if (i >= TALKERS && (peer->lines != first->lines || peer->order != first->order)) fail("two listeners received %ld and %ld lines, or another order", peer->lines, first->lines);
        if (i < TALKERS && finished[i] && peer->end == FIN && first->next[i] != peer->said)
            fail("member %d has a receipt for %ld lines, but %ld arrived", i, peer->said, first->next[i]);
        for (int t = 0; t < TALKERS && i < TALKERS && !finished[i]; t++)
            if (t != i && peer->next[t] != first->next[t]) fail("member %d received %ld lines of member %d, but a listener received %ld", i, peer->next[t], t, first->next[t]);
    }
    report("SIGTERM after %ld lines", first->lines);
}

static void stop_and_continue(void) {
    gather(4, 2);
    talk_for(0.3, 4, 1000);
    kill(pid, SIGSTOP);
    talk_for(full ? 10 : 2, 4, 1000);
    kill(pid, SIGCONT);
    talk_for(0.3, 4, 1000);
    await_all(peers, 6, peers, 4, PATIENCE);
    report("SIGSTOP, %d s, SIGCONT: six members receive all %ld lines", full ? 10 : 2, peers[0].said * 4);
}

static void pausing_reader(void) {
    gather(2, 1);
    struct peer *reader = &peers[2];
    for (double since = now(); now() - since < 30;) {
        deafen(reader, (long)((now() - since) / 5) % 2);
        talk_for(0.1, 2, 16000);
    }
    deafen(reader, false);
    await_all(peers, 3, peers, 2, PATIENCE);
    if (reader->end) fail("its connection was ended");
    report("a reader that pauses 5 s in every 10 for 30 s, at 2 MB/s, loses none of %ld lines", peers[0].said * 2);
}

// Members send until the relay is gone. Reports nothing.
static void hold(void) {
    gather(TALKERS, 0);
    while (!peers[0].end) talk_for(0.1, TALKERS, 200);
}

int main(int count, char **arguments) {
    static const struct { const char *name; void (*run)(void); } cases[] = {
        { "talk", talk }, { "resets", resets }, { "slow-writers", slow_writers }, { "leave-at-once", leave_at_once }, { "descriptors", descriptors },
        { "flood", flood },
        { "stop-within", stop_within }, { "stop-and-continue", stop_and_continue },
        { "pausing-reader", pausing_reader }, { "hold", hold },
    };
    if (count >= 4)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
            if (!strcmp(cases[i].name, arguments[1])) {
                port = atoi(arguments[2]), pid = atoi(arguments[3]), full = count > 4;
                begin();
                cases[i].run();
                return 0;
            }
    fprintf(stderr, "usage: cases CASE PORT PID [full]\n");
    return 2;
}
