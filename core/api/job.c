#include "api/build.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

struct weir_job *weir_job(int argc, char **argv, const char *name)
{
    struct weir_job *job = mem_alloc(sizeof *job);

    job->arena = arena_new();
    job->dataflow = dataflow_new(job->arena, name);
    job->options = options_new(job->arena);
    job->argc = argc;
    job->argv = argv;
    return job;
}

void job_free(struct weir_job *job)
{
    arena_free(job->arena);
    mem_free(job);
}

void weir_option(struct weir_job *job, const char *key, const char *value)
{
    options_set(job->options, key, value, false, &job->mistake);
}

void job_mistake(struct weir_job *job, struct weir_here here, const char *format, ...)
{
    char text[DIAG_TEXT_MAX - 64];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    diag_set(&job->mistake, ERR_USAGE, "%s:%d: %s", here.file, here.line, text);
}

struct job_graph *job_seal(struct weir_job *job)
{
    if (job->mistake.err)
        return NULL;
    build_dead_letters(job);
    if (job->mistake.err || dataflow_seal(job->dataflow, job->options, &job->mistake))
        return NULL;
    return job_graph_build(job->arena, job->dataflow, job->options, &job->mistake);
}
