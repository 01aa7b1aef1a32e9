/* manifest.h -- what a complete checkpoint consists of: the file that is written last.
 *
 * A checkpoint exists if, and only if, its `chk-<n>/_metadata` does.  It names
 * the program it belongs to and each task's part, with length and checksum.
 * It is a snapshot file (state/snapshot.h) with one block, so damage of any
 * byte is found before anything is believed.
 */
#ifndef CORE_CHECKPOINT_MANIFEST_H
#define CORE_CHECKPOINT_MANIFEST_H

#include "base/err.h"
#include "wire/message.h"

enum { MANIFEST_FOLDER_MAX = HANDLE_PATH_MAX - 16 };

struct manifest {
    uint64_t graph_hash;
    uint32_t checkpoint;
    uint32_t attempt; /* that took it: a process that goes on from here begins with the next one */
    uint32_t tasks;
    struct state_handle *handle; /* by task number; owned */
    /* Not written: the folder it lies in if that is not its own one under the checkpoint directory
     * (a savepoint may be moved). */
    char folder[MANIFEST_FOLDER_MAX];
};

void manifest_done(struct manifest *m);
struct manifest manifest_copy(const struct manifest *m);          /* owned by the caller */
void manifest_write(const struct manifest *m, struct bytes *out); /* appended to `out` */
/* Refuses, with what and where, what is damaged or of another program. */
int manifest_read(struct manifest *m, struct span in, const char *path, uint64_t graph_hash,
                  struct diag *why);
void manifest_path(enum snapshot_kind kind, uint32_t checkpoint,
                   char out[HANDLE_PATH_MAX]); /* its folder, and _metadata */

/* The snapshot lies in `folder`, wherever it was written: there its parts are from now on.
 * False: a name does not fit, or would lead out of the folder. */
bool manifest_move(struct manifest *m, const char *folder);

#endif
