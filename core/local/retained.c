#include "local/retained.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs_os.h"

/* ---- names ---- */

static void put_digits(char *out, size_t digits)
{
    unsigned char byte[16] = {0};

    if (getrandom(byte, sizeof byte, 0) < 0)
        memset(byte, getpid() & 255, sizeof byte); /* a kernel without it */
    for (size_t i = 0; i < digits / 2; i++)
        snprintf(out + 2 * i, 3, "%02x", byte[i]);
}

static void root_of(const struct options *o, enum option option, char out[LAYOUT_PATH_MAX])
{
    const char *root = option_text(o, option), *output = option_text(o, OPTION_OUTPUT_DIR);
    bool relative = root[0] != '/' && strcmp(output, ".") != 0;

    snprintf(out, LAYOUT_PATH_MAX, "%.160s%s%.160s", relative ? output : "", relative ? "/" : "",
             root);
}

static int name_new(struct retained *t, const struct retained_spec *s, struct diag *why)
{
    char root[LAYOUT_PATH_MAX], run[128], stamp[32];
    const struct layout layout = {.checkpoints = root,
                                  .job = run,
                                  .own_directory = option_number(s->options, OPTION_OWN_DIRECTORY)};
    time_t now = time(NULL);

    root_of(s->options, OPTION_CHECKPOINT_DIR, root);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime(&now));
    snprintf(run, sizeof run, "%.64s/%s-%d", s->job, stamp, (int)getpid());
    if (layout_directory(&layout, t->directory))
        return ERR_NONE;
    return diag_set(why, ERR_USAGE, "%s: the path is too long", root);
}

/* ---- finding ---- */

/* The number of a folder chk-<n>, or 0. */
static uint32_t number_of(const char *name)
{
    char *end;
    unsigned long n = strncmp(name, "chk-", 4) == 0 ? strtoul(name + 4, &end, 10) : 0;

    return n && *end == 0 && n < UINT32_MAX ? (uint32_t)n : 0;
}

static bool has_metadata(const char *folder)
{
    char path[LAYOUT_PATH_MAX + 16];

    snprintf(path, sizeof path, "%s/_metadata", folder);
    return access(path, F_OK) == 0;
}

/* The newest complete checkpoint of a run's folder is put behind it; false: there is none. */
static bool find_newest(char folder[LAYOUT_PATH_MAX])
{
    DIR *d = opendir(folder);
    char path[LAYOUT_PATH_MAX];
    uint32_t newest = 0;

    for (struct dirent *e; d && (e = readdir(d)) != NULL;) {
        uint32_t n = number_of(e->d_name);

        snprintf(path, sizeof path, "%.*s/chk-%u", LAYOUT_PATH_MAX - 32, folder, n);
        if (n > newest && has_metadata(path))
            newest = n;
    }
    if (d)
        closedir(d);
    snprintf(path, sizeof path, "%.*s/chk-%u", LAYOUT_PATH_MAX - 32, folder, newest);
    strcpy(folder, path);
    return newest > 0;
}

/* The folder of the snapshot that PATH names; false: there is no such thing. */
static bool find(const char *path, char folder[LAYOUT_PATH_MAX])
{
    size_t n = strlen(path);
    char *slash;

    if (n == 0 || n + 32 >= LAYOUT_PATH_MAX)
        return false;
    memcpy(folder, path, n + 1);
    while (n > 1 && folder[n - 1] == '/')
        folder[--n] = 0;
    slash = strrchr(folder, '/');
    if (slash && strcmp(slash, "/_metadata") == 0)
        *slash = 0;
    return has_metadata(folder) || find_newest(folder);
}

/* ---- reading ---- */

static int read_metadata(struct retained *t, const struct retained_spec *s, const char *folder,
                         struct diag *why)
{
    struct fs *fs = fs_os_new(folder, false);
    char shown[LAYOUT_PATH_MAX + 16];
    struct bytes body = {0};
    int err;

    snprintf(shown, sizeof shown, "%s/_metadata", folder);
    err = fs_read(fs, "_metadata", &body);
    if (err)
        diag_set(why, err, "%s: cannot be read: %s", shown, err_text(err));
    else
        err = manifest_read(&t->from, bytes_span(&body), shown, s->graph->hash, why);
    if (!err && t->from.tasks != s->graph->tasks)
        err = diag_set(why, ERR_MISMATCH, "%s is of %u tasks, this job has %u", shown,
                       t->from.tasks, s->graph->tasks);
    bytes_done(&body);
    fs_os_free(fs);
    return err;
}

/* `folder` is <run>/chk-<n>: the run's folder is this run's now. */
static void take_over(struct retained *t, const char *folder)
{
    char *slash;

    snprintf(t->directory, sizeof t->directory, "%s", folder);
    slash = strrchr(t->directory, '/');
    if (slash)
        *slash = 0;
    else
        strcpy(t->directory, ".");
}

/* What it names lies elsewhere than under the new folder. */
static int read_from_afar(struct retained *t, const struct retained_spec *s, const char *folder,
                          struct diag *why)
{
    char whole[PATH_MAX];

    if (realpath(folder, whole) == NULL || !manifest_move(&t->from, whole))
        return diag_set(why, ERR_USAGE,
                        "%s: names files outside of its folder, or of more than %d bytes: move it "
                        "to a shorter path",
                        folder, HANDLE_PATH_MAX - 1);
    return name_new(t, s, why);
}

int retained_open(struct retained *t, const struct retained_spec *spec, struct diag *why)
{
    char folder[LAYOUT_PATH_MAX];
    const char *slash;
    bool is_checkpoint;
    int err;

    *t = (struct retained){0};
    put_digits(t->job_id, JOB_ID_MAX - 1);
    if (spec->restore == NULL)
        return name_new(t, spec, why);
    if (!find(spec->restore, folder))
        return diag_set(why, ERR_NOT_FOUND,
                        "-s %s: no complete checkpoint there (wanted: a folder chk-<n> with "
                        "_metadata in it, a savepoint, or the folder of a run)",
                        spec->restore);
    slash = strrchr(folder, '/');
    is_checkpoint = number_of(slash ? slash + 1 : folder) > 0;
    t->claims = spec->claim == CLAIM_UNSAID ? is_checkpoint : spec->claim == CLAIM_YES;
    err = read_metadata(t, spec, folder, why);
    if (err)
        return err;
    if (!t->claims || !is_checkpoint)
        return read_from_afar(t, spec, folder, why);
    take_over(t, folder);
    return ERR_NONE;
}

/* The folders that were made for this run go with the last file in them. */
static void remove_if_empty(struct retained *t)
{
    if (t->claims && t->from.folder[0])
        rmdir(t->from.folder);
    for (int i = 0; i < 3 && rmdir(t->directory) == 0; i++) {
        char *slash = strrchr(t->directory, '/');

        if (slash == NULL)
            return;
        *slash = 0;
    }
}

void retained_done(struct retained *t)
{
    remove_if_empty(t);
    manifest_done(&t->from);
}

/* ---- handing over ---- */

static void make_directory(const char *path)
{
    char part[LAYOUT_PATH_MAX];

    snprintf(part, sizeof part, "%s", path);
    for (char *p = strchr(part + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        mkdir(part, 0777);
        *p = '/';
    }
    mkdir(part, 0777);
}

struct copy {
    struct fs *from, *to;
    bool metadata; /* now it alone: last, as it was written */
    int err;
};

static void copy_file(void *arg, const char *name, uint64_t bytes)
{
    struct copy *c = arg;
    struct bytes body = {0};

    (void)bytes;
    if (c->err || (strcmp(name, "_metadata") == 0) != c->metadata)
        return;
    c->err = fs_read(c->from, name, &body);
    if (!c->err)
        c->err = fs_write(c->to, name, bytes_span(&body));
    if (!c->err)
        c->err = fs_remove(c->from, name);
    bytes_done(&body);
}

/* To another file system. */
static int copy_folder(const char *from, const char *to)
{
    struct copy c = {.from = fs_os_new(from, false), .to = fs_os_new(to, false)};

    fs_list(c.from, "", copy_file, &c);
    c.metadata = true;
    fs_list(c.from, "", copy_file, &c);
    fs_os_free(c.from);
    fs_os_free(c.to);
    rmdir(from);
    return c.err;
}

int retained_hand_over(const struct retained *t, uint32_t savepoint, const char *directory,
                       char path[LAYOUT_PATH_MAX], struct diag *why)
{
    const struct layout layout = {.savepoints = directory, .job = t->job_id};
    char from[LAYOUT_PATH_MAX + SNAPSHOT_FOLDER_MAX], name[SNAPSHOT_FOLDER_MAX], unique[13];
    int err = ERR_NONE;

    put_digits(unique, sizeof unique - 1);
    snapshot_folder(SNAPSHOT_SAVEPOINT, savepoint, name);
    snprintf(from, sizeof from, "%s/%s", t->directory, name);
    if (!layout_savepoint(&layout, unique, path))
        return diag_set(why, ERR_USAGE, "%s: the path is too long", directory);
    make_directory(directory);
    if (rename(from, path) < 0)
        err = errno == EXDEV ? copy_folder(from, path) : ERR_IO;
    if (err)
        return diag_set(why, err, "%s: the savepoint cannot be put there (%s); it stays in %s",
                        path, strerror(errno), from);
    return ERR_NONE;
}
