#include "wire/message.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"

static const char *const words[] = {
#define MESSAGE_WORD_(name, word, direction) word,
    MESSAGE_LIST(MESSAGE_WORD_)};
static const char *const states[] = {
#define TASK_STATE_NAME_(name) #name,
    TASK_STATE_LIST(TASK_STATE_NAME_)};
static const char *const snapshots[] = {
#define SNAPSHOT_WORD_(name, word) word,
    SNAPSHOT_LIST(SNAPSHOT_WORD_)};
static const char *const alignments[] = {
#define ALIGNMENT_NAME_(name) #name,
    ALIGNMENT_LIST(ALIGNMENT_NAME_)};
enum { VERSION = 2 };

const char *message_word(enum message_kind k)
{
    return (unsigned)k < MESSAGE_KINDS ? words[k] : "?";
}

const char *task_state_name(enum task_state s)
{
    return (unsigned)s < TASK_STATES ? states[s] : "?";
}

const char *snapshot_word(enum snapshot_kind k)
{
    return (unsigned)k < SNAPSHOT_KINDS ? snapshots[k] : "?";
}

const char *alignment_name(enum alignment a)
{
    return (unsigned)a < ALIGNMENTS ? alignments[a] : "?";
}

static const char *folder_prefix(enum snapshot_kind kind)
{
    return kind == SNAPSHOT_CHECKPOINT ? "chk-" : "savepoint-";
}

void snapshot_folder(enum snapshot_kind kind, uint32_t checkpoint, char out[SNAPSHOT_FOLDER_MAX])
{
    snprintf(out, SNAPSHOT_FOLDER_MAX, "%s%u", folder_prefix(kind), checkpoint);
}

bool snapshot_owns(const char *path)
{
    for (int k = SNAPSHOT_CHECKPOINT; k <= SNAPSHOT_SAVEPOINT; k++) {
        const char *prefix = folder_prefix((enum snapshot_kind)k);

        if (strncmp(path, prefix, strlen(prefix)) == 0)
            return true;
    }
    return false;
}

uint32_t handle_check(struct span bytes)
{
    return (uint32_t)hash_bytes(bytes.p, bytes.bytes);
}

void message_write(const struct message *m, struct bytes *out)
{
    bytes_put_u8(out, VERSION);
    bytes_put_u8(out, (uint8_t)m->kind);
    bytes_put_u8(out, (uint8_t)m->state);
    bytes_put_u8(out, m->is_final);
    bytes_put_u8(out, (uint8_t)m->snapshot);
    bytes_put_u8(out, (uint8_t)m->alignment);
    bytes_put_u32(out, m->worker);
    bytes_put_u32(out, m->task);
    bytes_put_u32(out, m->attempt);
    bytes_put_u32(out, m->checkpoint);
    bytes_put_u32(out, m->subsumed);
    bytes_put_u32(out, m->latest);
    bytes_put_i64(out, m->created_us);
    bytes_put_u64(out, m->graph_hash);
    bytes_put_u32(out, (uint32_t)m->err);
    bytes_put_text(out, m->handle.path);
    bytes_put_u64(out, m->handle.bytes);
    bytes_put_u32(out, m->handle.check);
    bytes_put_text(out, m->text);
}

int message_read(struct message *m, struct span in, struct diag *why)
{
    struct reader r = reader_of(in);
    uint8_t version = read_u8(&r), kind = read_u8(&r), state = read_u8(&r), is_final = read_u8(&r);
    uint8_t snapshot = read_u8(&r), alignment = read_u8(&r);

    *m = (struct message){.kind = kind,
                          .state = state,
                          .is_final = is_final,
                          .snapshot = snapshot,
                          .alignment = alignment};
    if (reader_ok(&r) && version != VERSION)
        return diag_set(why, ERR_VERSION, "a message of version %u; this weir speaks %d", version,
                        VERSION);
    m->worker = read_u32(&r);
    m->task = read_u32(&r);
    m->attempt = read_u32(&r);
    m->checkpoint = read_u32(&r);
    m->subsumed = read_u32(&r);
    m->latest = read_u32(&r);
    m->created_us = read_i64(&r);
    m->graph_hash = read_u64(&r);
    m->err = (int32_t)read_u32(&r);
    read_text(&r, m->handle.path, sizeof m->handle.path);
    m->handle.bytes = read_u64(&r);
    m->handle.check = read_u32(&r);
    read_text(&r, m->text, sizeof m->text);
    if (!reader_at_end(&r) || kind >= MESSAGE_KINDS || state >= TASK_STATES || is_final > 1 ||
        snapshot >= SNAPSHOT_KINDS || alignment >= ALIGNMENTS)
        return diag_set(why, ERR_FORMAT, "a message of %zu bytes is malformed at byte %zu",
                        in.bytes, (size_t)(r.p - in.p));
    return ERR_NONE;
}
