#include "base/fs.h"

int fs_write(struct fs *fs, const char *path, struct span body)
{
    return fs->class->write(fs, path, body);
}

int fs_read(struct fs *fs, const char *path, struct bytes *out)
{
    return fs->class->read(fs, path, out);
}

int fs_view(struct fs *fs, const char *path, struct span *out)
{
    return fs->class->view(fs, path, out);
}

int fs_rename(struct fs *fs, const char *from, const char *to)
{
    return fs->class->rename(fs, from, to);
}

int fs_remove(struct fs *fs, const char *path)
{
    return fs->class->remove(fs, path);
}

int fs_list(struct fs *fs, const char *dir, fs_each *each, void *arg)
{
    return fs->class->list(fs, dir, each, arg);
}
