/* fs_os.h -- the real file system behind the seam fs.h.
 *
 * Rooted: "" or "." is the current directory.  A relative path may not leave
 * the root by ".."; absolute paths are taken as they are only where the root
 * allows them (inputs), never for what is written by a job.
 */
#ifndef CORE_BASE_FS_OS_H
#define CORE_BASE_FS_OS_H

#include "base/fs.h"

struct fs *fs_os_new(const char *root, bool absolute_allowed);
void fs_os_free(struct fs *); /* views end; NULL is fine */

#endif
