#include "cli/retained.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs_os.h"

static void name_new(struct retained *t, const struct run *r)
{
    const char *root = option_text(r->job->options, OPTION_CHECKPOINT_DIR);
    const char *output = option_text(r->job->options, OPTION_OUTPUT_DIR);
    bool relative = root[0] != '/' && strcmp(output, ".") != 0;
    time_t now = time(NULL);
    char stamp[32];

    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", localtime(&now));
    snprintf(t->directory, sizeof t->directory, "%.160s%s%.160s/%.64s/%s-%d",
             relative ? output : "", relative ? "/" : "", root, r->job->dataflow->name, stamp,
             (int)getpid());
}

/* The number of a folder chk-<n>, or 0. */
static uint32_t number_of(const char *name)
{
    char *end;
    unsigned long n = strncmp(name, "chk-", 4) == 0 ? strtoul(name + 4, &end, 10) : 0;

    return n && *end == 0 && n < UINT32_MAX ? (uint32_t)n : 0;
}

static bool has_metadata(const char *directory, uint32_t checkpoint)
{
    char path[RETAINED_PATH_MAX + HANDLE_PATH_MAX], name[HANDLE_PATH_MAX];

    manifest_path(SNAPSHOT_CHECKPOINT, checkpoint, name);
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return access(path, F_OK) == 0;
}

static uint32_t newest_in(const char *directory)
{
    DIR *d = opendir(directory);
    uint32_t newest = 0;

    for (struct dirent *e; d && (e = readdir(d)) != NULL;)
        if (number_of(e->d_name) > newest && has_metadata(directory, number_of(e->d_name)))
            newest = number_of(e->d_name);
    if (d)
        closedir(d);
    return newest;
}

/* PATH into the folder of its run and a number; 0 if there is no such thing. */
static uint32_t find(struct retained *t, const char *path)
{
    size_t n = strlen(path);
    char *slash;

    if (n >= sizeof t->directory)
        return 0;
    memcpy(t->directory, path, n + 1);
    while (n > 1 && t->directory[n - 1] == '/')
        t->directory[--n] = 0;
    slash = strrchr(t->directory, '/');
    if (slash && strcmp(slash, "/_metadata") == 0) {
        *slash = 0;
        slash = strrchr(t->directory, '/');
    }
    if (number_of(slash ? slash + 1 : t->directory) == 0)
        return newest_in(t->directory);
    n = number_of(slash ? slash + 1 : t->directory);
    if (slash)
        *slash = 0;
    else
        strcpy(t->directory, ".");
    return has_metadata(t->directory, (uint32_t)n) ? (uint32_t)n : 0;
}

static int read_metadata(struct retained *t, const struct run *r, uint32_t checkpoint,
                         struct diag *why)
{
    struct fs *fs = fs_os_new(t->directory, false);
    char name[HANDLE_PATH_MAX], shown[RETAINED_PATH_MAX + HANDLE_PATH_MAX];
    struct bytes body = {0};
    int err;

    manifest_path(SNAPSHOT_CHECKPOINT, checkpoint, name);
    snprintf(shown, sizeof shown, "%s/%s", t->directory, name);
    err = fs_read(fs, name, &body);
    if (err)
        diag_set(why, err, "%s: cannot be read: %s", shown, err_text(err));
    else
        err = manifest_read(&t->from, bytes_span(&body), shown, r->graph->hash, why);
    if (!err && t->from.tasks != r->graph->tasks)
        err = diag_set(why, ERR_MISMATCH, "%s is of %u tasks, this job has %u", shown,
                       t->from.tasks, r->graph->tasks);
    bytes_done(&body);
    fs_os_free(fs);
    return err;
}

int retained_open(struct retained *t, const struct run *r, struct diag *why)
{
    uint32_t checkpoint;

    *t = (struct retained){0};
    if (r->args.restore == NULL) {
        name_new(t, r);
        return ERR_NONE;
    }
    checkpoint = find(t, r->args.restore);
    if (checkpoint == 0)
        return diag_set(why, ERR_NOT_FOUND,
                        "-s %s: no complete checkpoint there (wanted: a folder chk-<n> with "
                        "_metadata in it, or the folder of a run)",
                        r->args.restore);
    return read_metadata(t, r, checkpoint, why);
}

/* The folders that were made for this run go with the last file in them. */
static void remove_if_empty(struct retained *t)
{
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
