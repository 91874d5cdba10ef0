// Measures what many silent members cost a relay, and how soon one line reaches all of them.
//
//   idle PORT MEMBERS SECONDS PID[,PID...]
//
// PID is the relay's process, or several. Prints one line: the resident memory that each member adds to an empty relay, the relay's CPU time while all are
// silent for SECONDS, the time between the first and the last member that receives a line, and the memory after that. Exit code 1: a member does not
// receive it.
#include "members.h"

static double resident_of(const char *pid) {
    const char *size = strstr(told_of(pid, "status"), "VmRSS:");
    return size ? atof(size + 6) : 0;
}

static double resident(const char *pids) {
    return sum(pids, resident_of);
}

static void rest(double seconds) {
    for (double until = now() + seconds; now() < until;) receive(10);
}

int main(int count, char **arguments) {
    if (count != 5) { fprintf(stderr, "usage: idle PORT MEMBERS SECONDS PID[,PID...]\n"); return 2; }
    int port = atoi(arguments[1]), seconds = atoi(arguments[3]);
    const char *pids = arguments[4];
    members = atoi(arguments[2]);
    if (members < 2 || members > MOST_MEMBERS) { fprintf(stderr, "from 2 to %d members\n", MOST_MEMBERS); return 2; }
    begin();

    // A few connections come first, so that memory that the relay needs only once does not count for the members.
    for (int i = 0; i < 10; i++) link_leave(link_open(dial(port), wire.greets));
    rest(1);
    double empty = resident(pids);
    join_all(arguments[1]);
    rest(2);
    double silent = (resident(pids) - empty) / members, before = cpu_seconds(pids);
    rest(seconds);
    double spent = cpu_seconds(pids) - before;

    timed = 1, received = 0;
    latencies = malloc((capacity = 2 * members) * sizeof *latencies);
    say_time(0, now());
    settle(members - 1, 5, 30);
    rest(1);
    if (samples == 0) { fprintf(stderr, "no member received the line\n"); return 1; }
    qsort(latencies, samples, sizeof *latencies, ascending);
    double span = latencies[samples - 1] - latencies[0];

    // Some relays send a line to its sender too.
    int heard = (int)samples < members ? (int)samples : members - 1;
    printf("%.1f KiB a member, %.0f ms of CPU in %d s, one line reached %d of %d within %.0f ms of the first, %.1f KiB a member after it%s\n", silent,
        spent * 1e3, seconds, heard, members - 1, span * 1e3, (resident(pids) - empty) / members, link_description(listeners[0].link));
    return heard == members - 1 ? 0 : 1;
}
