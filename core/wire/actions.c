#include "wire/actions.h"

#include <string.h>

#include "base/mem.h"

struct action *actions_add(struct actions *a, enum action_kind kind)
{
    MEM_GROW(a->item, a->count, a->room);
    a->item[a->count] = (struct action){.kind = kind};
    return &a->item[a->count++];
}

void actions_clear(struct actions *a)
{
    for (uint32_t i = 0; i < a->count; i++)
        bytes_done(&a->item[i].body);
    a->count = 0;
}

void actions_done(struct actions *a)
{
    actions_clear(a);
    mem_free(a->item);
    *a = (struct actions){0};
}

int action_carry_out(const struct action *a, struct fs *checkpoints, struct fs *output)
{
    bool is_checkpoint = a->task == ACTION_MASTER || snapshot_owns(a->path);
    struct fs *fs = is_checkpoint ? checkpoints : output;
    struct span there;

    switch (a->kind) {
    case ACTION_WRITE:
        if (a->task == ACTION_MASTER && fs_view(fs, a->path, &there) == ERR_NONE)
            return ERR_EXISTS; /* metadata is never written over another job's */
        return fs_write(fs, a->path, bytes_span(&a->body));
    case ACTION_RENAME:
        return fs_rename(fs, a->path, a->to);
    case ACTION_REMOVE:
        return fs_remove(fs, a->path);
    case ACTION_SEND:
        break;
    }
    return ERR_USAGE;
}
