/* fs_os.h -- the real file system behind the seam fs.h.
 *
 * Rooted: "" or "." is the current directory.  Where a job writes, paths stay
 * below the root: a leading "/" or a ".." is ERR_USAGE.  Where it reads, the
 * paths are the user's own (`absolute_allowed`): both are taken as they are.
 *
 * Names that end in ".tmp" are its own: files being written, or left half
 * written by a crash.  They are never listed.
 *
 * Any thread may call it.  A viewed file must not be cut short by others.
 */
#ifndef CORE_BASE_FS_OS_H
#define CORE_BASE_FS_OS_H

#include "base/fs.h"

struct fs *fs_os_new(const char *root, bool absolute_allowed);
void fs_os_free(struct fs *); /* views end; NULL is fine */

#endif
