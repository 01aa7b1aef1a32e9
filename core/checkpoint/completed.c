#include "checkpoint/completed.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* ---- what stays ---- */

enum retention retention_of(const char *option)
{
    static const char *const words[] = {
#define RETENTION_OPTION_(name, word, option) option,
        RETENTION_LIST(RETENTION_OPTION_)};
    int r = 0;

    while (r < RETENTIONS && strcmp(words[r], option) != 0)
        r++;
    return (enum retention)r;
}

bool retention_keeps(enum retention r, enum job_end end)
{
    if (r == RETENTION_ON_FAILURE)
        return end == JOB_END_FAILED;
    return r == RETENTION_ON_CANCELLATION && end != JOB_END_FINISHED;
}

/* ---- removing ---- */

void discard_file(const char *path, struct actions *todo)
{
    struct action *a = actions_add(todo, ACTION_REMOVE);

    a->task = ACTION_MASTER;
    snprintf(a->path, sizeof a->path, "%s", path);
}

void discard_metadata(enum snapshot_kind kind, uint32_t checkpoint, struct actions *todo)
{
    char path[HANDLE_PATH_MAX];

    manifest_path(kind, checkpoint, path);
    discard_file(path, todo);
}

static void discard_metadata_of(const struct manifest *m, struct actions *todo)
{
    char path[HANDLE_PATH_MAX];

    if (m->folder[0] == 0) {
        discard_metadata(SNAPSHOT_CHECKPOINT, m->checkpoint, todo);
        return;
    }
    snprintf(path, sizeof path, "%s/_metadata", m->folder);
    discard_file(path, todo);
}

void discard_parts(const struct manifest *m, struct actions *todo)
{
    for (uint32_t i = 0; i < m->tasks; i++)
        if (m->handle[i].path[0])
            discard_file(m->handle[i].path, todo);
}

static void remove_kept(const struct kept *k, struct actions *todo)
{
    if (!k->owned) /* S2 */
        return;
    discard_metadata_of(&k->manifest, todo); /* S1 */
    discard_parts(&k->manifest, todo);
}

/* ---- the store ---- */

static void drop(struct completed *c, uint32_t i)
{
    manifest_done(&c->item[i].manifest);
    memmove(&c->item[i], &c->item[i + 1], (--c->count - i) * sizeof c->item[0]);
}

void completed_done(struct completed *c)
{
    while (c->count)
        drop(c, c->count - 1);
    mem_free(c->item);
    mem_free(c->savepoint);
    *c = (struct completed){0};
}

uint32_t completed_add(struct completed *c, struct manifest m, bool owned, struct actions *todo)
{
    uint32_t pushed_out = 0;

    MEM_GROW(c->item, c->count, c->room);
    c->item[c->count++] = (struct kept){m, owned};
    while (c->count > c->retained) {
        pushed_out = c->item[0].manifest.checkpoint;
        remove_kept(&c->item[0], todo);
        drop(c, 0);
    }
    return pushed_out;
}

void completed_note_savepoint(struct completed *c, uint32_t checkpoint)
{
    MEM_GROW(c->savepoint, c->savepoints, c->savepoint_room);
    c->savepoint[c->savepoints++] = checkpoint;
}

bool completed_has(const struct completed *c, uint32_t checkpoint)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->item[i].manifest.checkpoint == checkpoint)
            return true;
    for (uint32_t i = 0; i < c->savepoints; i++)
        if (c->savepoint[i] == checkpoint)
            return true;
    return false;
}

const struct manifest *completed_latest(const struct completed *c)
{
    return c->count ? &c->item[c->count - 1].manifest : NULL;
}

void completed_end(struct completed *c, enum retention r, enum job_end end, struct actions *todo)
{
    for (uint32_t i = 0; i < c->count;) {
        if (!c->item[i].owned || retention_keeps(r, end)) {
            i++;
            continue;
        }
        remove_kept(&c->item[i], todo);
        drop(c, i);
    }
}
