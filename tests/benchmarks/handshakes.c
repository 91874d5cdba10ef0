// Measures what it costs a relay with TLS that members come and go: they connect, do a handshake in full, break the connection off, and wait until the
// relay has closed it. Several processes do so at the same time, so that the relay always has something to do.
//
//   handshakes PORT PROCESSES SECONDS PID[,PID...]
//
// PID is the relay's process, or several. Prints one line: connections a second, and CPU microseconds for each. Exit code 1: the relay refuses a
// connection, or does not close one.
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include "members.h"

struct tally {
    atomic_long done;
    atomic_int ends;
};

static void come_and_go(int port, struct tally *tally) {
    while (!tally->ends) {
        if (!link_leave(link_open(dial(port), wire.greets))) _exit(1);
        tally->done++;
    }
}

int main(int count, char **arguments) {
    if (count != 5) { fprintf(stderr, "usage: handshakes PORT PROCESSES SECONDS PID[,PID...]\n"); return 2; }
    int port = atoi(arguments[1]), processes = atoi(arguments[2]), failures = 0, status;
    const char *pids = arguments[4];
    struct tally *tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    begin();
    for (int i = 0; i < processes; i++)
        if (fork() == 0) {
            come_and_go(port, tally);
            _exit(0);
        }

    // The first second does not count: the relay may have to compile its code, or to read files.
    sleep(1);
    double start = now(), cpu = cpu_seconds(pids);
    long before = tally->done;
    usleep((useconds_t)(atof(arguments[3]) * 1e6));
    long done = tally->done - before;
    double elapsed = now() - start;
    cpu = cpu_seconds(pids) - cpu;
    tally->ends = 1;
    while (wait(&status) > 0) failures += status != 0;
    printf("%.0f connections/s, %.0f%% CPU, %.0f us/connection", done / elapsed, cpu / elapsed * 100, cpu * 1e6 / done);
    if (failures > 0) printf(", failed in %d of %d processes", failures, processes);
    printf("\n");
    return failures > 0;
}
