#include "connectors/split.h"

#include <string.h>

#include "base/mem.h"

/* ---- lines ---- */

struct span line_at(struct span file, size_t offset)
{
    const uint8_t *start = file.p + offset;
    const uint8_t *newline = memchr(start, '\n', file.bytes - offset);

    return (struct span){start, newline ? (size_t)(newline - start) : file.bytes - offset};
}

/* The first line start at or behind `at`. */
static size_t line_start(struct span file, size_t first, size_t at)
{
    const uint8_t *newline;

    if (at <= first)
        return first;
    newline = at > file.bytes ? NULL : memchr(file.p + at - 1, '\n', file.bytes - at + 1);
    return newline ? (size_t)(newline - file.p) + 1 : file.bytes;
}

/* ---- files ---- */

static int check_header(const char *path, struct span file, struct line_reader *reader,
                        size_t *first, struct diag *why)
{
    struct diag header = {0};
    struct span line;
    int err;

    *first = 0;
    if (!reader->format->has_header)
        return ERR_NONE;
    if (file.bytes == 0)
        return diag_set(why, ERR_FORMAT, "%s: is empty; a header line was expected", path);
    line = line_at(file, 0);
    *first = line.bytes < file.bytes ? line.bytes + 1 : file.bytes;
    err = reader->format->start(reader, line, &header);
    return err ? diag_set(why, err, "%s:1: %s", path, header.text) : ERR_NONE;
}

int split_view(struct fs *fs, const char *path, struct line_reader *reader, struct span *file,
               size_t *first, struct diag *why)
{
    int err = fs_view(fs, path, file);

    if (err)
        return diag_set(why, err, "%s: cannot be read: %s", path, err_text(err));
    return check_header(path, *file, reader, first, why);
}

struct names { /* of the files of a directory */
    const char *directory;
    struct bytes text; /* each path ends with a zero */
    uint32_t count;
};

static void add_name(void *arg, const char *name, uint64_t bytes)
{
    struct names *n = arg;

    (void)bytes;
    if (name[0] == '.' || name[0] == '_')
        return;
    bytes_format(&n->text, "%s/%s", n->directory, name);
    bytes_put_u8(&n->text, 0);
    n->count++;
}

/* The path itself if it is a file, else those of the directory's files. */
static int list_paths(struct fs *fs, const char *path, struct names *n, struct diag *why)
{
    struct span file;
    int err = fs_view(fs, path, &file), listed;

    n->directory = path;
    if (err == ERR_NONE) {
        bytes_put(&n->text, path, strlen(path) + 1);
        n->count = 1;
        return ERR_NONE;
    }
    listed = fs_list(fs, path, add_name, n);
    if (listed == ERR_NONE && n->count)
        return ERR_NONE;
    return diag_set(why, err, "%s: cannot be read: %s", path,
                    err != ERR_MISMATCH ? err_text(err)
                    : listed            ? "it is neither a file nor a directory"
                                        : "it is a directory without files");
}

/* ---- ranges ---- */

static void add_range(struct split *s, struct range r)
{
    MEM_GROW(s->range, s->count, s->room);
    s->range[s->count++] = r;
}

struct text { /* one file as a piece of the long text */
    const char *path;
    struct span file;
    size_t first;
    uint64_t before; /* bytes of the files before it, behind their headers */
};

/* Where the cut at `at` of the long text falls in a file. */
static size_t cut(const struct text *t, uint64_t at)
{
    uint64_t bytes = t->file.bytes - t->first, in = at < t->before ? 0 : at - t->before;

    return line_start(t->file, t->first, t->first + (size_t)(in < bytes ? in : bytes));
}

static void add_piece(struct split *s, const struct text *t, uint64_t from, uint64_t to)
{
    struct range r = {NULL, cut(t, from), cut(t, to)};

    if (r.from >= r.to)
        return;
    r.path = mem_text(t->path);
    add_range(s, r);
}

int split_choose(struct split *s, struct fs *fs, const char *path, struct line_reader *reader,
                 struct share share, struct diag *why)
{
    struct names names = {0};
    int err = list_paths(fs, path, &names, why);
    struct text *text = mem_alloc((names.count + 1) * sizeof *text);
    const char *name = (const char *)names.text.p;
    uint64_t size = 0;

    for (uint32_t k = 0; k < names.count && !err; k++, name += strlen(name) + 1) {
        text[k].path = name;
        text[k].before = size;
        err = split_view(fs, name, reader, &text[k].file, &text[k].first, why);
        size += text[k].file.bytes - text[k].first;
    }
    for (uint32_t k = 0; k < names.count && !err; k++)
        add_piece(s, &text[k], share.i * size / share.n, (share.i + (uint64_t)1) * size / share.n);
    mem_free(text);
    bytes_done(&names.text);
    return err;
}

void split_done(struct split *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        mem_free(s->range[i].path);
    mem_free(s->range);
    *s = (struct split){0};
}

/* ---- as state ---- */

void split_write(const struct split *s, uint32_t first, size_t from, struct bytes *out)
{
    bytes_put_u32(out, s->count - first);
    for (uint32_t i = first; i < s->count; i++) {
        bytes_put_text(out, s->range[i].path);
        bytes_put_u64(out, i == first ? from : s->range[i].from);
        bytes_put_u64(out, s->range[i].to);
    }
}

bool split_read(struct split *s, struct reader *r)
{
    uint32_t count = read_u32(r);
    char path[4096];

    split_done(s);
    for (uint32_t i = 0; i < count && reader_ok(r); i++) {
        read_text(r, path, sizeof path);
        add_range(s, (struct range){mem_text(path), read_u64(r), 0});
        s->range[i].to = read_u64(r);
    }
    return reader_ok(r);
}
