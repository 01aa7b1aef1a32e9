/* The coordinator decides, the adapter is the disk: a folder is there as long as a file is in it.
 * Flink's tasks write no parts here; ours always do, so each checkpoint has one, which is not
 * shown.  It is written when the checkpoint begins, and acknowledged in time or too late. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "checkpoint/coordinator.h"
#include "checkpoint/layout.h"
#include "tests/conformance/topic.h"

enum { FILES = 256, PATH = LAYOUT_PATH_MAX + HANDLE_PATH_MAX, IDS = 64, NAME = 64 };
#define PART "part" /* not shown */

struct disk {
    char file[FILES][PATH];
    uint32_t checkpoint[FILES]; /* whose metadata it is */
    uint32_t files;
};

struct life { /* of several jobs, one after the other */
    struct coordinator *c;
    struct coordinator_spec spec;
    struct layout layout;
    enum retention retention;
    bool is_source;
    uint32_t attempt, jobs, savepoints, begun;
    enum snapshot_kind kind[IDS];         /* by number */
    char job[NAME], savepoint[IDS][PATH]; /* of this job, by number */
    struct disk disk;
    struct actions todo;
    const char *error;
};

/* ---- the disk ---- */

static int find(const struct disk *d, const char *path)
{
    for (uint32_t i = 0; i < d->files; i++)
        if (strcmp(d->file[i], path) == 0)
            return (int)i;
    return -1;
}

static void put_file(struct disk *d, const char *path, uint32_t checkpoint)
{
    if (find(d, path) >= 0 || d->files == FILES)
        return;
    d->checkpoint[d->files] = checkpoint;
    snprintf(d->file[d->files++], PATH, "%s", path);
}

static void remove_path(struct disk *d, const char *path)
{
    int i = find(d, path);

    if (i < 0)
        return;
    d->files--;
    memmove(d->file[i], d->file[d->files], PATH);
    d->checkpoint[i] = d->checkpoint[d->files];
}

/* What stands in a directory that stays though nothing is in it. */
static void keep(struct life *x, bool (*name)(const struct layout *, char *))
{
    char dir[LAYOUT_PATH_MAX], file[PATH];

    name(&x->layout, dir);
    snprintf(file, sizeof file, "%s/" PART, dir);
    put_file(&x->disk, file, 0);
}

/* Each path once: the files, and every folder above them. */
static uint32_t list(const struct disk *d, char (*path)[PATH])
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < d->files; i++) {
        const char *file = d->file[i];

        for (const char *p = file; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL) {
            const char *slash = strchr(p, '/');
            size_t bytes = slash ? (size_t)(slash - file) + 1 : strlen(file);
            bool seen = !slash && strcmp(p, PART) == 0;

            for (uint32_t k = 0; k < n && !seen; k++)
                seen = strlen(path[k]) == bytes && memcmp(path[k], file, bytes) == 0;
            if (!seen && n < 2 * FILES)
                snprintf(path[n++], PATH, "%.*s", (int)bytes, file);
        }
    }
    qsort(path, n, PATH, (int (*)(const void *, const void *))strcmp);
    return n;
}

static void put_missing(struct json_writer *out, const char *name, char (*these)[PATH],
                        uint32_t count, char (*others)[PATH], uint32_t other_count)
{
    json_array(out, name);
    for (uint32_t i = 0; i < count; i++) {
        bool is_there = false;

        for (uint32_t k = 0; k < other_count && !is_there; k++)
            is_there = strcmp(these[i], others[k]) == 0;
        if (!is_there)
            json_put_text(out, NULL, these[i]);
    }
    json_end(out);
}

/* ---- a job's paths ---- */

static void place(struct life *x, const char *path, char out[PATH])
{
    char dir[LAYOUT_PATH_MAX];
    uint32_t n;
    int at;

    layout_directory(&x->layout, dir);
    if (path[0] == '/')
        snprintf(out, PATH, "%s", path + 1); /* of an earlier job, claimed */
    else if (sscanf(path, "savepoint-%u%n", &n, &at) == 1 && n < IDS)
        snprintf(out, PATH, "%s%s", x->savepoint[n], path + at);
    else
        snprintf(out, PATH, "%s/%s", dir, path);
}

static void carry_out(struct life *x)
{
    char path[PATH];

    for (uint32_t i = 0; i < x->todo.count; i++) {
        struct action *a = &x->todo.item[i];
        int result = ERR_NONE;

        place(x, a->path, path);
        if (a->kind == ACTION_REMOVE)
            remove_path(&x->disk, path);
        if (a->kind != ACTION_WRITE)
            continue;
        if (find(&x->disk, path) >= 0)
            result = ERR_EXISTS;
        else
            put_file(&x->disk, path, (uint32_t)a->request);
        coordinator_on_done(x->c, 0, a->request, result, &x->todo);
    }
    actions_clear(&x->todo);
}

/* ---- steps ---- */

static void submit(struct life *x)
{
    snprintf(x->job, sizeof x->job, "job%u", ++x->jobs);
    x->layout.job = x->job;
    x->c = coordinator_new(&x->spec);
    x->begun = 0;
    keep(x, layout_shared);
    keep(x, layout_task_owned);
}

static void part_of(enum snapshot_kind kind, uint32_t checkpoint, char out[HANDLE_PATH_MAX])
{
    char folder[SNAPSHOT_FOLDER_MAX];

    snapshot_folder(kind, checkpoint, folder);
    snprintf(out, HANDLE_PATH_MAX, "%s/" PART, folder);
}

/* Checkpoints that have begun get their part, and savepoints their folder. */
static void begin_parts(struct life *x)
{
    char path[PATH], part[HANDLE_PATH_MAX], unique[NAME];
    struct pending_view p;

    for (uint32_t i = 0; (p = coordinator_pending_at(x->c, i)).checkpoint; i++) {
        if (p.checkpoint <= x->begun || p.checkpoint >= IDS)
            continue;
        x->begun = p.checkpoint;
        x->kind[p.checkpoint] = p.kind;
        if (p.kind == SNAPSHOT_SAVEPOINT) {
            snprintf(unique, sizeof unique, "r%u", ++x->savepoints);
            layout_savepoint(&x->layout, unique, x->savepoint[p.checkpoint]);
            put_file(&x->disk, "savepoints/" PART, 0); /* the directory is the user's, and stays */
        }
        part_of(p.kind, p.checkpoint, part);
        place(x, part, path);
        put_file(&x->disk, path, 0);
    }
}

static void acknowledge(struct life *x, uint32_t id)
{
    struct state_handle part = {.bytes = 1};

    part_of(x->kind[id], id, part.path);
    coordinator_on_ack(x->c, 0, 0, id, &part, &x->todo);
    carry_out(x);
}

/* The part of one that is given up comes too late. */
static void settle(struct life *x)
{
    struct coordinator_note n;

    carry_out(x);
    while (coordinator_next_note(x->c, &n)) {
        if (n.kind != NOTE_FAILED || n.checkpoint >= IDS)
            continue;
        if (n.reason == GIVE_UP_FINALIZE)
            x->error = give_up_name(n.reason);
        acknowledge(x, n.checkpoint);
    }
    begin_parts(x);
}

static void end(struct life *x, enum job_end how)
{
    coordinator_pause(x->c, 0, &x->todo);
    settle(x);
    coordinator_end(x->c, x->retention, how, &x->todo);
    carry_out(x);
    coordinator_free(x->c);
    x->c = NULL;
}

static void restore(struct life *x, const char *path, bool claims)
{
    struct state_handle part = {.bytes = 1};
    struct manifest m = {.tasks = 1, .handle = &part};
    char metadata[PATH];
    int at;

    submit(x);
    snprintf(metadata, sizeof metadata, "%s/_metadata", path);
    at = find(&x->disk, metadata);
    if (at < 0) {
        x->error = "no-such-snapshot";
        return;
    }
    snprintf(m.folder, sizeof m.folder, "/%.100s", path);
    snprintf(part.path, sizeof part.path, "%.120s/" PART, m.folder);
    m.checkpoint = x->disk.checkpoint[at];
    coordinator_restore(x->c, &m, claims);
}

static int word_of(const char *word, const char *const *words, int count)
{
    int i = 0;

    while (i < count && strcmp(words[i], word) != 0)
        i++;
    return i;
}

static const char *const ends[] = {
#define JOB_END_NAME_(name) #name,
    JOB_END_LIST(JOB_END_NAME_)};
static const char *const retentions[] = {
#define RETENTION_WORD_(name, word, option) word,
    RETENTION_LIST(RETENTION_WORD_)};

static bool act(struct life *x, const char *verb, const struct json *step)
{
    const char *word = json_text(json_at(step, 1));
    uint32_t id = (uint32_t)json_int(json_at(step, 1));
    int how = word_of(word, ends, JOB_ENDS);

    if (x->c == NULL && strcmp(verb, "submit") == 0)
        submit(x);
    else if (x->c == NULL && strcmp(verb, "restore") == 0)
        restore(x, word, strcmp(json_text(json_at(step, 2)), "CLAIM") == 0);
    else if (x->c == NULL)
        return false;
    else if (strcmp(verb, "checkpoint") == 0)
        coordinator_request(x->c, 0, SNAPSHOT_CHECKPOINT, &x->todo);
    else if (strcmp(verb, "savepoint") == 0)
        coordinator_request(x->c, 0, SNAPSHOT_SAVEPOINT, &x->todo);
    else if (strcmp(verb, "complete") == 0 && id < IDS)
        acknowledge(x, id);
    else if (strcmp(verb, "decline") == 0)
        coordinator_on_decline(x->c, 0, 0, id, GIVE_UP_DECLINED, &x->todo);
    else if (strcmp(verb, "end") == 0 && how < JOB_ENDS)
        end(x, (enum job_end)how);
    else
        return false;
    return true;
}

static void put_standing(const struct life *x, struct json_writer *out)
{
    const struct completed *store = x->c ? coordinator_store(x->c) : NULL;
    uint32_t id;

    json_array(out, "pending");
    for (uint32_t i = 0; x->c && (id = coordinator_pending_at(x->c, i).checkpoint) != 0; i++)
        json_put_int(out, NULL, id);
    json_end(out);
    json_array(out, "retained");
    for (uint32_t i = 0; store && i < store->count; i++)
        json_put_int(out, NULL, store->item[i].manifest.checkpoint);
    json_end(out);
    if (x->error)
        json_put_text(out, "error", x->error);
}

static bool layout_step(void *self, const struct json *step, struct json_writer *out)
{
    struct life *x = self;
    char(*before)[PATH] = mem_alloc(2 * FILES * PATH), (*after)[PATH] = mem_alloc(2 * FILES * PATH);
    uint32_t befores = list(&x->disk, before), afters;
    bool known;

    x->error = NULL;
    known = act(x, json_text(json_at(step, 0)), step);
    if (x->c)
        settle(x);
    afters = list(&x->disk, after);
    put_missing(out, "made", after, afters, before, befores);
    put_missing(out, "gone", before, befores, after, afters);
    put_standing(x, out);
    mem_free(before);
    mem_free(after);
    return known;
}

static void *layout_begin(const struct json *op, struct refusal *why)
{
    struct life *x;
    uint32_t retained;
    int r = word_of(json_get_text(op, "retention"), retentions, RETENTIONS);

    if (!only_fields(op, "retained retention createSubdir", why) ||
        !number_between(op, "retained", 1, FILES, &retained, why))
        return NULL;
    if (r == RETENTIONS || json_kind(json_get(op, "createSubdir")) != JSON_BOOL) {
        refuse(why, CASE_FAIL, "malformed: 'retention' or 'createSubdir'");
        return NULL;
    }
    x = mem_alloc(sizeof *x);
    x->retention = (enum retention)r;
    x->layout = (struct layout){.checkpoints = "checkpoints",
                                .savepoints = "savepoints",
                                .own_directory = json_bool(json_get(op, "createSubdir"))};
    x->is_source = true;
    x->spec = (struct coordinator_spec){.tasks = 1,
                                        .is_source = &x->is_source,
                                        .attempt = &x->attempt,
                                        .timeout_us = 1,
                                        .max_concurrent = 3,
                                        .tolerable = INT32_MAX,
                                        .retained = retained};
    return x;
}

static void layout_end(void *self)
{
    struct life *x = self;

    coordinator_free(x->c);
    actions_done(&x->todo);
    mem_free(x);
}

const struct topic layout_topic = {.name = "cp-layout",
                                   .objects = true,
                                   .begin = layout_begin,
                                   .step = layout_step,
                                   .end = layout_end};
