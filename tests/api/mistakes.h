/* mistakes.h -- tables of wrong programs: what is said of each, and that the first mistake stays. */
#ifndef TESTS_API_MISTAKES_H
#define TESTS_API_MISTAKES_H

#include <string.h>

#include "api/job.h"
#include "tests/check.h"

typedef void wrong_program(struct weir_job *);
struct mistake {
    wrong_program *program;
    const char *words; /* that the message holds */
};

/* Of parallelism 2. */
static inline struct weir_job *mistakes_new_job(void)
{
    struct weir_job *job = weir_job(0, NULL, "t");

    weir_option(job, "parallelism.default", "2");
    return job;
}

/* Each program fails to seal, with its words, at a line of `file`. */
static inline void mistakes_are_said(const struct mistake *m, size_t count, const char *file)
{
    size_t bytes = strlen(file);

    for (size_t i = 0; i < count; i++) {
        struct weir_job *job = mistakes_new_job();

        m[i].program(job);
        assert_null(job_seal(job));
        if (!strstr(job->mistake.text, m[i].words) ||
            strncmp(job->mistake.text, file, bytes) != 0 || job->mistake.text[bytes] != ':')
            fail_msg("mistake %zu says '%s', not '%s'", i, job->mistake.text, m[i].words);
        job_free(job);
    }
}

static inline bool mistakes_is_in(wrong_program *program, wrong_program *const *list)
{
    while (*list && *list != program)
        list++;
    return *list != NULL;
}

/* Any two, one after the other in one program: the first is said, nothing crashes.  `sealed` (ended
 * by NULL): those that are seen when the graph is sealed, so a later one may be said before them. */
static inline void mistakes_stick(const struct mistake *m, size_t count, wrong_program *const *sealed)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++) {
            struct weir_job *job = mistakes_new_job();

            m[i].program(job);
            m[j].program(job);
            assert_null(job_seal(job));
            if (!mistakes_is_in(m[i].program, sealed) && !strstr(job->mistake.text, m[i].words))
                fail_msg("%zu then %zu says '%s'", i, j, job->mistake.text);
            job_free(job);
        }
}

#endif
