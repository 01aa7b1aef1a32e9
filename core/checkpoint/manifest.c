#include "checkpoint/manifest.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "state/snapshot.h"

enum { MANIFEST_VERSION = 2 }; /* 1 had no attempt */

void manifest_done(struct manifest *m)
{
    mem_free(m->handle);
    *m = (struct manifest){0};
}

struct manifest manifest_copy(const struct manifest *m)
{
    struct manifest copy = *m;

    copy.handle = mem_copy(m->handle, m->tasks * sizeof *m->handle);
    return copy;
}

void manifest_path(enum snapshot_kind kind, uint32_t checkpoint, char out[HANDLE_PATH_MAX])
{
    char folder[SNAPSHOT_FOLDER_MAX];

    snapshot_folder(kind, checkpoint, folder);
    snprintf(out, HANDLE_PATH_MAX, "%s/_metadata", folder);
}

void manifest_write(const struct manifest *m, struct bytes *out)
{
    struct snapshot_out s;
    struct bytes *b;

    snapshot_start(&s);
    b = snapshot_block(&s, "manifest", MANIFEST_VERSION);
    bytes_put_u64(b, m->graph_hash);
    bytes_put_u32(b, m->checkpoint);
    bytes_put_u32(b, m->attempt);
    bytes_put_u32(b, m->tasks);
    for (uint32_t i = 0; i < m->tasks; i++) {
        bytes_put_text(b, m->handle[i].path);
        bytes_put_u64(b, m->handle[i].bytes);
        bytes_put_u32(b, m->handle[i].check);
    }
    snapshot_block_end(&s);
    snapshot_finish(&s);
    bytes_put(out, s.bytes.p, s.bytes.bytes);
    snapshot_out_done(&s);
}

static void read_handles(struct manifest *m, struct reader *r)
{
    enum { HANDLE_BYTES_MIN = 16 };

    if ((size_t)(r->end - r->p) / HANDLE_BYTES_MIN < m->tasks) {
        r->failed = true;
        return;
    }
    m->handle = mem_alloc(m->tasks * sizeof *m->handle);
    for (uint32_t i = 0; i < m->tasks; i++) {
        read_text(r, m->handle[i].path, sizeof m->handle[i].path);
        m->handle[i].bytes = read_u64(r);
        m->handle[i].check = read_u32(r);
    }
}

int manifest_read(struct manifest *m, struct span in, const char *path, uint64_t graph_hash,
                  struct diag *why)
{
    struct snapshot_in s;
    struct reader r;
    uint32_t version;
    int err = snapshot_open(&s, in, path, why);

    *m = (struct manifest){0};
    if (err)
        return err;
    if (snapshot_find(&s, "manifest", &version, &r) || version != MANIFEST_VERSION)
        return diag_set(why, ERR_FORMAT, "%s is not the metadata of a checkpoint", path);
    m->graph_hash = read_u64(&r);
    m->checkpoint = read_u32(&r);
    m->attempt = read_u32(&r);
    m->tasks = read_u32(&r);
    read_handles(m, &r);
    if (reader_at_end(&r) && m->graph_hash == graph_hash)
        return ERR_NONE;
    err = reader_at_end(&r)
              ? diag_set(why, ERR_MISMATCH,
                         "%s belongs to another program (graph %016llx, this "
                         "one is %016llx)",
                         path, (unsigned long long)m->graph_hash, (unsigned long long)graph_hash)
              : diag_set(why, ERR_FORMAT, "%s does not end where it should", path);
    manifest_done(m);
    return err;
}

bool manifest_move(struct manifest *m, const char *folder)
{
    int n = snprintf(m->folder, sizeof m->folder, "%s", folder);

    for (uint32_t i = 0; i < m->tasks; i++) {
        char *path = m->handle[i].path, name[HANDLE_PATH_MAX];
        const char *slash = strchr(path, '/');

        if (path[0] == 0)
            continue;
        snprintf(name, sizeof name, "%s", slash ? slash + 1 : path);
        if (strchr(name, '/') || (size_t)n + strlen(name) + 2 > HANDLE_PATH_MAX)
            return false;
        strcpy(path, folder);
        strcat(strcat(path, "/"), name);
    }
    return (size_t)n < sizeof m->folder;
}
