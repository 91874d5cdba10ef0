// Two plain members of a room. Each sends a line every two milliseconds, and both check that they receive every line of the other, in order. What
// else is said in the room is noise to them.
//
//   pair PORT
//
// Prints "ready" when both are members. At the end of its input it awaits the last lines, and prints "ok - …" or "not ok - …".
#pragma GCC diagnostic ignored "-Wunused-function"
#include "../reliability/crowd.h"

int main(int count, char **arguments) {
    if (count != 2) { fprintf(stderr, "usage: pair PORT\n"); return 2; }
    begin();
    static struct peer members[2];
    for (int i = 0; i < 2; i++) join(&members[i], atoi(arguments[1]), i);
    call_roll(members, 2, PATIENCE);
    puts("ready");
    char byte;
    fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    for (double due = now(); read(STDIN_FILENO, &byte, 1) != 0;) {
        if (now() >= due) {
            for (int i = 0; i < 2; i++) say(&members[i]);
            due = now() + 0.002;
        }
        turn(1);
        if (members[0].end || members[1].end) { fail("a member was disconnected"); break; }
    }
    await_all(members, 2, members, 2, PATIENCE);
    report("two plain members receive all %ld lines of each other, in order, among %ld others",
        members[0].said + members[1].said, members[0].noises + members[1].noises);
    part(&members[0]);
    part(&members[1]);
    return failures > 0;
}
