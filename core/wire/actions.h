/* actions.h -- decisions of pure machines, for the host or driver to carry out.
 *
 * What takes time is a request: the action carries its number, and the maker
 * hears `x_on_done(x, now, request, result)` later, in the simulator too.
 */
#ifndef CORE_WIRE_ACTIONS_H
#define CORE_WIRE_ACTIONS_H

#include "base/fs.h"
#include "wire/message.h"

enum action_kind {
    ACTION_SEND,   /* message: to message.worker if it goes down, to the master if up */
    ACTION_WRITE,  /* fs_write(path, body), then on_done */
    ACTION_RENAME, /* fs_rename(path, to), then on_done */
    ACTION_REMOVE  /* fs_remove(path): best effort, no on_done */
};

enum { ACTION_MASTER = UINT32_MAX, ACTION_PATH_MAX = HANDLE_PATH_MAX };

struct action {
    enum action_kind kind;
    uint32_t task;    /* who asked: a task number, or ACTION_MASTER */
    uint32_t attempt; /* of the asker; a result for an older attempt is thrown away */
    uint64_t request; /* WRITE, RENAME: unique for the asker */
    uint32_t owner;   /* WRITE, RENAME: who of the asker wants the answer (operator in the chain) */
    struct message message;
    char path[ACTION_PATH_MAX], to[ACTION_PATH_MAX];
    struct bytes body; /* owned by the action */
};

struct actions { /* zero-initialised is empty */
    struct action *item;
    uint32_t count, room;
};

struct action *actions_add(struct actions *a, enum action_kind kind); /* zeroed but for kind */
void actions_clear(struct actions *a); /* frees bodies, keeps the room */
void actions_done(struct actions *a);
/* Do what WRITE, RENAME or REMOVE says; the result for on_done.  What lies in the folder of a
 * snapshot, and all that the master asks for, is in `checkpoints`. */
int action_carry_out(const struct action *a, struct fs *checkpoints, struct fs *output);

#endif
