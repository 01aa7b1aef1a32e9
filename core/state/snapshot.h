/* snapshot.h -- state as bytes that refuse to be misread.
 *
 *     "weirsnap" version | block* | end block
 *     block = name (text) | version u32 | length u64 | body | CRC32C of all of it
 *     end   = "" | count of blocks | CRC32C of the whole file before it
 *
 * snapshot_open() checks every length and every checksum before anything is
 * read, so a flipped, missing or added byte anywhere is an error that names
 * the block, and never half a restore.  Nobody falls back to an older
 * checkpoint silently.
 *
 * A block's body is its writer's own business; its version is the writer's.
 */
#ifndef CORE_STATE_SNAPSHOT_H
#define CORE_STATE_SNAPSHOT_H

#include "base/bytes.h"
#include "base/err.h"

struct snapshot_out {
    struct bytes bytes;
    size_t block_start;
    uint32_t blocks;
    bool in_block;
};
void snapshot_start(struct snapshot_out *s);
/* Begin a block; write its body into the returned bytes; snapshot_block_end() closes it. */
struct bytes *snapshot_block(struct snapshot_out *s, const char *name, uint32_t version);
void snapshot_block_end(struct snapshot_out *s);
void snapshot_finish(struct snapshot_out *s); /* s->bytes is the whole snapshot; caller owns */
void snapshot_out_done(struct snapshot_out *s);

struct snapshot_in {
    struct span all;
    uint32_t blocks;
};
/* `what` names the snapshot in messages.  The bytes are borrowed while it is used. */
int snapshot_open(struct snapshot_in *s, struct span all, const char *what, struct diag *why);
/* The block `name`, if there: ERR_NOT_FOUND otherwise (not an error by itself). */
int snapshot_find(const struct snapshot_in *s, const char *name, uint32_t *version,
                  struct reader *body);

#endif
