// The whole life of a room at once, for minutes or days. Some members stay, send and check. Others join, send, and leave in every possible way.
//
//   soak SECONDS RATE PORT...
//
// All ports lead to one room. At each port four members stay and send. Three more places are for visitors: each sends some lines, then half-closes
// and waits for its receipt, or leaves with a close or a reset. After a close or a reset it is not known which of its lines were ordered. RATE
// is lines a second in all. Prints "ok - …" or "not ok - …" for each check.
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../reliability/crowd.h"

enum { STAY = 4, COME = 3, DOORS = 8 };

struct visitor {
    struct peer peer;
    int port, number;
    long next, left;    // the number of its first line, and how many lines it will send
    bool ends;          // it has half-closed and waits for the receipt
    double idle_until, deadline;
};

static struct peer members[STAY * DOORS];
static struct visitor visitors[COME * DOORS];
static int members_count, visitors_count;
static long visits, receipts, departures;

static void come(struct visitor *v) {
    join(&v->peer, v->port, v->number);
    v->peer.said = v->next;
    v->peer.only_counts = true; // it is not known when exactly it joined, so neither is which lines it should receive
    v->left = 1 + rand() % 200;
    v->ends = false;
    visits++;
}

// Leaves without knowing which lines were ordered. So the next visit begins a new generation of numbers.
static void leave(struct visitor *v) {
    if (rand() % 2) part(&v->peer);
    else part_with_reset(&v->peer);
    v->next = (v->peer.said / GENERATION + 1) * GENERATION;
    departures++;
}

static void visit(struct visitor *v) {
    if (v->peer.fd < 0) {
        if (now() >= v->idle_until) come(v);
        return;
    }
    if (v->ends) {
        if (v->peer.end == FIN) {
            // It has its receipt, so its numbers continue at the next visit. If a line is missing, the members notice the gap.
            part(&v->peer);
            v->next = v->peer.said;
            receipts++;
        } else if (v->peer.end || now() > v->deadline) {
            fail("a visitor of %ld lines has no receipt%s", v->peer.said, v->peer.end ? ", it was reset" : "");
            leave(v);
        } else {
            return;
        }
        v->idle_until = now() + rand() % 500 * 1e-3;
    } else if (v->peer.end) {
        fail("a visitor was disconnected");
        leave(v);
    } else if (v->left > 0) {
        if (say(&v->peer)) v->left--;
    } else if (rand() % 3 == 0) {
        leave(v);
        v->idle_until = now() + rand() % 500 * 1e-3;
    } else if (push(&v->peer)) {
        shutdown(v->peer.fd, SHUT_WR);
        v->ends = true;
        v->deadline = now() + PATIENCE;
    }
}

int main(int count, char **arguments) {
    if (count < 4 || count > 3 + DOORS) { fprintf(stderr, "usage: soak SECONDS RATE PORT...\n"); return 2; }
    double seconds = atof(arguments[1]), rate = atof(arguments[2]);
    begin();
    sample_capacity = 1 << 20;
    samples = malloc(sample_capacity * sizeof *samples);
    for (int door = 3; door < count; door++)
        for (int i = 0; i < STAY; i++, members_count++) join(&members[members_count], atoi(arguments[door]), members_count);
    call_roll(members, members_count, PATIENCE);
    for (int door = 3; door < count; door++)
        for (int i = 0; i < COME; i++, visitors_count++)
            visitors[visitors_count] = (struct visitor){ .peer.fd = -1, .port = atoi(arguments[door]), .number = 64 + visitors_count };

    double since = now(), due = since, next_visit = since;
    while (now() - since < seconds && !failures) {
        for (int i = 0; due <= now(); due += 1 / rate, i++) say(&members[rand() % members_count]);
        if (now() >= next_visit) {
            for (int i = 0; i < visitors_count; i++) visit(&visitors[i]);
            next_visit = now() + 0.01;
        }
        // Only one member is timed, until there is no more room for samples.
        members[0].timed = sample_count < sample_capacity;
        turn(1);
        for (int i = 0; i < members_count; i++)
            if (members[i].end) give_up("a member that stays was %s after %.0f s", members[i].end == FIN ? "ended" : "reset", now() - since);
    }
    for (int i = 0; i < visitors_count; i++) {
        double deadline = now() + PATIENCE;
        visitors[i].left = 0;
        while (visitors[i].ends && visitors[i].peer.fd >= 0 && now() < deadline) turn(10), visit(&visitors[i]);
        if (visitors[i].peer.fd >= 0) leave(&visitors[i]);
    }
    // A client that left without a line looks like a listener to the server, until the server sends it something.
    say(&members[0]);
    await_all(members, members_count, members, members_count, PATIENCE);
    long lines = 0;
    for (int i = 0; i < members_count; i++) {
        lines += members[i].lines;
        if (members[i].noises) fail("%ld lines that no member sent", members[i].noises);
        for (int v = 0; v < visitors_count; v++)
            if (visitors[v].next % GENERATION && members[i].next[visitors[v].number] != visitors[v].next)
                fail("member %d did not receive all lines for which visitor %d has a receipt", i, v);
    }
    report("%ld lines reached %d members in %.0f s; none lost, doubled, torn or out of order", lines, members_count, now() - since);
    if (visits < 3 || receipts == 0) fail("%ld visits", visits);
    report("%ld visits: %ld with a receipt, %ld that left without", visits, receipts, departures);
    printf("# latency p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms\n", percentile(0.5) * 1e3, percentile(0.99) * 1e3, percentile(0.999) * 1e3);
    return 0;
}
