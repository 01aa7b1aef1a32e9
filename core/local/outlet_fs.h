/* outlet_fs.h -- where a job under `local` writes: files to the disk, print() to the terminal.
 *
 * A print sink is a file sink under `.print/`.  Its pending parts lie beside the
 * checkpoints; a commit writes the part to standard output and forgets it.
 * So a killed process may print a part twice when it goes on, never not at all.
 * Everything else goes to `files` unchanged.
 */
#ifndef CORE_LOCAL_OUTLET_FS_H
#define CORE_LOCAL_OUTLET_FS_H

#include "base/fs.h"

struct outlet_fs {
    struct fs fs;
    struct fs *files, *pending; /* borrowed */
};

void outlet_fs_init(struct outlet_fs *p, struct fs *files, struct fs *pending);

#endif
