/* split.h -- which lines of which files one subtask reads.
 *
 * The input is one file, or all files of a directory in the order of their names (hidden ones,
 * `.x` and `_x`, are passed over; folders inside are not entered).  Behind their headers they are
 * taken for one long text of `size` bytes: subtask i of n reads the lines that begin in bytes
 * [i*size/n, (i+1)*size/n).  So a split is some ranges, each of one file.
 *
 *   P1  every line is in one range of one split
 *   P2  a split that was restored is the one that was saved: files that came since are not read
 *
 * The directory must not change while the subtasks choose; afterwards files may come, but none may
 * go or shrink.
 *
 * Flink    FileSourceSplit; FileSource enumerates folders inside, too.
 */
#ifndef CORE_CONNECTORS_SPLIT_H
#define CORE_CONNECTORS_SPLIT_H

#include "base/fs.h"
#include "data/format.h"

struct range {
    char *path;
    size_t from, to; /* line starts; from < to */
};

struct split { /* zero-initialised: nothing to read */
    struct range *range;
    uint32_t count, room;
};

struct share { /* whose split: subtask i of n */
    uint32_t i, n;
};

/* Every file's header is tried with `reader` (so that a bad one is found
 * before the first row); an err with `why` if there is nothing that can be read. */
int split_choose(struct split *s, struct fs *fs, const char *path, struct line_reader *reader,
                 struct share share, struct diag *why);
void split_done(struct split *s);
/* Ranges from `first` on, the first of them from `from` on. */
void split_write(const struct split *s, uint32_t first, size_t from, struct bytes *out);
/* P2.  False: the bytes are no split. */
bool split_read(struct split *s, struct reader *r);

/* A file and where its lines begin behind the header: reader->format and its header are checked. */
int split_view(struct fs *fs, const char *path, struct line_reader *reader, struct span *file,
               size_t *first, struct diag *why);
struct span line_at(struct span file, size_t offset); /* without its newline */

#endif
