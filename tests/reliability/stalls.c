// Some members read nothing, or almost nothing, while one member sends. Checks what each policy does with them, and that the others lose nothing.
//
//   stalls POLICY DEAF PORT PID [full]
//
// POLICY is the relay's policy: wait, skip or disconnect. Or it is drip: the policy is wait, and one member reads one byte a second. DEAF is the number
// of members that read nothing. The relay has a buffer of 2 MiB and, for wait, a stall timeout of 2 s. With full these are 16 MiB and 10 s,
// there are 100 members instead of 30, and 64 MiB are sent instead of 16.
#include "crowd.h"

enum { MOST = 100, CHECKERS = 2, FIRST_CHECKER = 2, PAIRS = 3 };

// The others' p99 latency under the same load, in seconds, without and with stalled members.
struct pair { double without, with; };

static struct peer peers[MOST];
static int members, deaf, port, pid;
static long lines, most, first_line; // first_line: the number of the first line that all members must receive
static double longest;
static bool drips, skips;

static struct peer *first_deaf(void) { return &peers[members - deaf]; }

// The first member sends a number of lines in a given time. All others read, except the deaf ones. Notes the longest time without a line for a checker.
static void talk(long count, double seconds) {
    struct peer *checker = &peers[FIRST_CHECKER];
    long from = peers[0].said, heard = checker->lines;
    double since = now(), last = since, look = 0, sip = since + 1;
    sample_count = 0;
    while (checker->next[0] < from + count && now() - since < seconds + 60) {
        for (int i = 0; i < 512 && peers[0].said < from + count * (now() - since) / seconds && peers[0].said < from + count; i++)
            if (!say(&peers[0])) break;
        push(&peers[0]);
        turn(1);
        double at = now();
        if (checker->lines != heard) last = at, heard = checker->lines;
        if (at - last > longest) longest = at - last;
        if (drips && at > sip && !first_deaf()->end) {
            if (recv(first_deaf()->fd, read_buffer, 1, 0) < 0 && errno != EAGAIN) first_deaf()->end = RESET;
            sip = at + 1;
        }
        if (at > look) {
            long size = resident(pid);
            if (size > most) most = size;
            look = at + 0.02;
        }
    }
    await_all(&peers[FIRST_CHECKER], CHECKERS, peers, 1, PATIENCE);
}

static void others_lose_nothing(void) {
    double deadline = now() + PATIENCE;
    // Compare with what was sent, and not with what another member received: with skip all of them might have missed the same lines.
    long long due = (peers[0].said - first_line) * LINE;
    for (int i = 1; i < members - deaf; i++) {
        while (peers[i].bytes < due && !peers[i].end && now() < deadline) turn(10);
        if (peers[i].bytes != due || peers[i].end) fail("member %d received %lld of %lld bytes", i, peers[i].bytes, due);
    }
    report("%d of %d members stall while %ld MiB flow; the others lose nothing", deaf, members, lines >> 14);
}

static void are_cut_off(void) {
    double deadline = now() + PATIENCE;
    for (struct peer *peer = first_deaf(); peer < peers + members; peer++) {
        if (!drips || !peer->end) deafen(peer, false);
        while (!peer->end && now() < deadline) turn(10);
        if (peer->end != RESET) fail("a stalled member %s", peer->end ? "was ended without a reset" : "is still connected");
    }
    report(drips ? "a member that reads one byte a second while the buffer is full is disconnected" : "stalled members are disconnected");
}

static void are_told_what_they_missed(void) {
    double deadline = now() + PATIENCE;
    long all = 0;
    for (struct peer *peer = first_deaf(); peer < peers + members; peer++) {
        deafen(peer, false);
        while (peer->next[0] < peers[0].said && !peer->end && now() < deadline) turn(10);
        if (peer->end) fail("a stalled member was disconnected");
        if (peer->next[0] != peers[0].said || peer->lines + peer->missed != lines || peer->missed_bytes != peer->missed * LINE)
            fail("of %ld lines a member received %ld, and its notices say that it missed %ld lines, %lld bytes", lines, peer->lines, peer->missed, peer->missed_bytes);
        if (!peer->missed) fail("a stalled member missed nothing");
        all += peer->missed;
    }
    report("each stalled member is told exactly how much it missed, %ld lines on average", all / deaf);
}

// Members that are not connected join. All members receive everything from now on.
static void gather(void) {
    for (int i = 0; i < members; i++) {
        if (peers[i].end) part(&peers[i]);
        if (peers[i].fd <= 0) join(&peers[i], port, i < 2 ? i : SENDERS - 1);
    }
    call_roll(peers, members, PATIENCE);
    first_line = peers[0].said;
    for (int i = FIRST_CHECKER; i < FIRST_CHECKER + CHECKERS; i++) peers[i].timed = true;
    for (int i = FIRST_CHECKER + CHECKERS; i < members - (skips ? deaf : 0); i++) peers[i].only_counts = true;
}

static void stall(double seconds) {
    for (struct peer *peer = first_deaf(); peer < peers + members; peer++) deafen(peer, true);
    longest = 0;
    talk(lines, seconds);
    others_lose_nothing();
}

static int by_ratio(const void *a, const void *b) {
    double x = ((const struct pair *)a)->with / ((const struct pair *)a)->without, y = ((const struct pair *)b)->with / ((const struct pair *)b)->without;
    return (x > y) - (x < y);
}

// Sends first without stalled members, then with them until they are disconnected. Other work on the machine can disturb a pair of measurements. So if
// the first pair looks bad, the median of three pairs counts.
static void disconnect(double seconds, bool judged) {
    struct pair pairs[PAIRS], counts;
    int count = judged ? PAIRS : 1, share = judged ? 1 : 4; // a figure that is only printed needs less time
    for (int i = 0; i < count; i++) {
        gather();
        talk(lines / share, seconds / share);
        pairs[i].without = percentile(0.99);
        stall(seconds);
        pairs[i].with = percentile(0.99);
        are_cut_off();
        if (pairs[0].with <= 1.5 * pairs[0].without) count = 1;
    }
    qsort(pairs, count, sizeof *pairs, by_ratio);
    counts = pairs[count / 2];
    if (judged && counts.with > 1.5 * counts.without) fail("it is more than 1.5 times as much");
    report("p99 of the others is %.2f ms, and %.2f ms without stalled members%s", counts.with * 1e3, counts.without * 1e3, count == 1 ? "" : ", the median of three pairs");
}

static void wait_for_them(double seconds, double timeout) {
    gather();
    stall(seconds);
    if (longest > timeout + 1) fail("it is longer");
    report("the longest pause is %.2f s, the stall timeout %.0f s", longest, timeout);
    are_cut_off();
}

static void skip(double seconds) {
    gather();
    stall(seconds);
    report("p99 of the others is %.2f ms; the longest pause %.2f ms", percentile(0.99) * 1e3, longest * 1e3);
    are_told_what_they_missed();
}

int main(int count, char **arguments) {
    if (count < 5) return 2;
    const char *policy = arguments[1];
    bool full = count > 5;
    deaf = atoi(arguments[2]), port = atoi(arguments[3]), pid = atoi(arguments[4]);
    drips = !strcmp(policy, "drip"), skips = !strcmp(policy, "skip");
    members = full ? MOST : 30;
    lines = (full ? 64 : 16) << 20 >> 6;
    double seconds = full ? 16 : 2;
    long window = full ? 16 << 10 : 2 << 10;
    begin();
    sample_capacity = 1 << 22;
    samples = malloc(sample_capacity * sizeof *samples);
    long before = resident(pid);
    if (skips) skip(seconds);
    else if (!strcmp(policy, "disconnect")) disconnect(seconds, full);
    else wait_for_them(seconds, full ? 10 : 2);
    long bound = before + (skips ? window * 36 / 16 : window) + (32 << 10);
    if (most > bound) fail("it is more");
    report("memory is within %s and 32 MiB of an empty server's: %ld -> %ld KiB", skips ? "36 segments, of which the buffer has 16," : "the buffer", before, most);
    return 0;
}
