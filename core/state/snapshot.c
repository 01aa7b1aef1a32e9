#include "state/snapshot.h"

#include <assert.h>
#include <string.h>

#include "base/hash.h"

static const char magic[8] = {'w', 'e', 'i', 'r', 's', 'n', 'a', 'p'};
enum { VERSION = 1, HEAD_BYTES = 12, NAME_MAX_BYTES = 256 };

void snapshot_start(struct snapshot_out *s)
{
    *s = (struct snapshot_out){0};
    bytes_put(&s->bytes, magic, sizeof magic);
    bytes_put_u32(&s->bytes, VERSION);
}

struct bytes *snapshot_block(struct snapshot_out *s, const char *name, uint32_t version)
{
    assert(!s->in_block && name[0]);
    s->in_block = true;
    s->blocks++;
    s->block_start = s->bytes.bytes;
    bytes_put_text(&s->bytes, name);
    bytes_put_u32(&s->bytes, version);
    bytes_put_u64(&s->bytes, 0); /* the body's length, filled in at the end */
    return &s->bytes;
}

/* Where the body of the open block begins. */
static size_t body_start(const struct snapshot_out *s)
{
    struct reader r = reader_of((struct span){s->bytes.p + s->block_start, 4});

    return s->block_start + 4 + read_u32(&r) + 4 + 8;
}

void snapshot_block_end(struct snapshot_out *s)
{
    size_t body = body_start(s), length = s->bytes.bytes - body;

    assert(s->in_block);
    s->in_block = false;
    for (int i = 0; i < 8; i++)
        s->bytes.p[body - 8 + (size_t)i] = (uint8_t)((uint64_t)length >> (8 * i));
    bytes_put_u32(&s->bytes,
                  crc32c(0, s->bytes.p + s->block_start, s->bytes.bytes - s->block_start));
}

void snapshot_finish(struct snapshot_out *s)
{
    assert(!s->in_block);
    bytes_put_text(&s->bytes, "");
    bytes_put_u32(&s->bytes, s->blocks);
    bytes_put_u32(&s->bytes, crc32c(0, s->bytes.p, s->bytes.bytes));
}

void snapshot_out_done(struct snapshot_out *s)
{
    bytes_done(&s->bytes);
}

struct block {
    char name[NAME_MAX_BYTES];
    uint32_t version;
    struct span body;
};

/* Read the block at the reader.  False: the end block, or damage (reader_ok() says which). */
static bool next_block(struct reader *r, struct block *b)
{
    const uint8_t *start = r->p;
    uint32_t crc;

    read_text(r, b->name, sizeof b->name);
    if (!reader_ok(r) || b->name[0] == 0)
        return false;
    b->version = read_u32(r);
    b->body = read_span(r, read_u64(r));
    if (!reader_ok(r))
        return false;
    crc = crc32c(0, start, (size_t)(r->p - start));
    if (read_u32(r) != crc)
        r->failed = true;
    return reader_ok(r);
}

static int damaged(const char *what, const char *block, struct diag *why)
{
    return diag_set(why, ERR_DAMAGED,
                    "%s is damaged at block '%s': restore from another checkpoint or copy; "
                    "weir does not fall back to an older one by itself",
                    what, block[0] ? block : "(start or end)");
}

int snapshot_open(struct snapshot_in *s, struct span all, const char *what, struct diag *why)
{
    struct reader r = reader_of(all);
    struct block b = {.name = ""};
    uint32_t version, count = 0, crc;

    *s = (struct snapshot_in){.all = all};
    if (all.bytes < HEAD_BYTES || memcmp(all.p, magic, sizeof magic) != 0)
        return diag_set(why, ERR_FORMAT, "%s is not a weir snapshot", what);
    read_span(&r, sizeof magic);
    version = read_u32(&r);
    if (version != VERSION)
        return diag_set(why, ERR_VERSION, "%s has format version %u; this weir reads %d", what,
                        version, VERSION);
    while (next_block(&r, &b))
        count++;
    if (!reader_ok(&r))
        return damaged(what, b.name, why);
    s->blocks = read_u32(&r);
    crc = crc32c(0, all.p, (size_t)(r.p - all.p));
    if (s->blocks != count || read_u32(&r) != crc || !reader_at_end(&r))
        return damaged(what, "", why);
    return ERR_NONE;
}

int snapshot_find(const struct snapshot_in *s, const char *name, uint32_t *version,
                  struct reader *body)
{
    struct reader r = reader_of(s->all);
    struct block b;

    read_span(&r, HEAD_BYTES);
    while (next_block(&r, &b))
        if (strcmp(b.name, name) == 0) {
            *version = b.version;
            *body = reader_of(b.body);
            return ERR_NONE;
        }
    return ERR_NOT_FOUND;
}
