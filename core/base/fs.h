/* fs.h -- the seam to files: whole files, named by path.
 *
 * Sources read a whole file once; snapshots, manifests and sink parts are
 * written whole.  So the seam needs no handles, and a simulator can hold the
 * same files in memory and tear, lose or flip them.
 *
 * fs_write() is the durable write: on ERR_NONE the file is whole and survives
 * a crash; on error it may or may not exist under its name, never in part
 * (temp name, fsync, rename, fsync of the directory).  Directories are made as
 * needed and go with the last file that is removed from them.  Paths are
 * relative to the fs's root; what may leave it is the business of the
 * implementation (fs_os.h).  A view is borrowed until the fs
 * ends and stays as it was when the file is replaced, renamed or removed.
 * `each` of fs_list() may write, rename and remove.
 */
#ifndef CORE_BASE_FS_H
#define CORE_BASE_FS_H

#include "base/bytes.h"
#include "base/err.h"

struct fs;
typedef void fs_each(void *arg, const char *name, uint64_t bytes);

struct fs_class {
    int (*write)(struct fs *, const char *path, struct span body);
    int (*read)(struct fs *, const char *path, struct bytes *out); /* appended to `out` */
    int (*view)(struct fs *, const char *path, struct span *out);  /* borrowed until the fs ends */
    int (*rename)(struct fs *, const char *from, const char *to);  /* replaces `to`; durable */
    int (*remove)(struct fs *, const char *path);                  /* ERR_NOT_FOUND if absent */
    int (*list)(struct fs *, const char *dir, fs_each *each, void *arg); /* sorted by name */
};

struct fs { /* first member of every implementation */
    const struct fs_class *class;
};

int fs_write(struct fs *, const char *path, struct span body);
int fs_read(struct fs *, const char *path, struct bytes *out);
int fs_view(struct fs *, const char *path, struct span *out);
int fs_rename(struct fs *, const char *from, const char *to);
int fs_remove(struct fs *, const char *path);
int fs_list(struct fs *, const char *dir, fs_each *each, void *arg); /* no such dir: no entries */
/* "" is the root; only files that stand directly in `dir` are listed, without its path. */

/* Files in memory, sorted by path; what is not found is looked up in `below` (may be NULL), which
 * is only ever read, and never listed: what an earlier run left on disk is not part of this one.
 * Used by the simulator and by tests. */
struct fs *fs_memory_new(struct fs *below);
void fs_memory_free(struct fs *);

#endif
