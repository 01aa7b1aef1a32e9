/* outlet_fs.h -- where a job under `local` writes: files to the disk, print() to the terminal, rows
 * of tables to their database.
 *
 * print and table sinks are file sinks under `.print/` and `.sqlite/`.  Their pending parts lie
 * beside the checkpoints; a commit (the rename of the part) consumes the part: it is written to
 * standard output, or applied to its database, and forgotten.  So a killed process may print a part
 * twice when it goes on, never not at all; a database takes it once (connectors/table_sink.h).
 * Everything else goes to `files` unchanged.
 */
#ifndef CORE_LOCAL_OUTLET_FS_H
#define CORE_LOCAL_OUTLET_FS_H

#include "base/fs.h"

struct outlet_fs {
    struct fs fs;
    struct fs *files, *pending; /* borrowed */
    const char *directory;      /* where paths of databases start */
};

void outlet_fs_init(struct outlet_fs *o, struct fs *files, struct fs *pending,
                    const char *directory);

#endif
