/* fs_stdin_os.h -- standard input as the file "-", beside the files of another fs.
 *
 * It is read to its end when it is first asked for, and kept: so it has a size, can be cut into
 * splits and read again after a failure, like any file, as long as the process lives.  What never
 * ends is nothing for it.  Any thread may call it.
 */
#ifndef CORE_BASE_FS_STDIN_OS_H
#define CORE_BASE_FS_STDIN_OS_H

#include "base/fs.h"

struct fs *fs_stdin_new(struct fs *below); /* borrowed; must outlive it */
void fs_stdin_free(struct fs *);           /* views of "-" end; NULL is fine */

#endif
