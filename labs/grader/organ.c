/* The main of every organ program.  Nothing here trusts the organ to come back: observations leave
 * by write(2) after each step, and a timer ends the program; so the step that did it is known. */
#include "labs/grader/organ.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { PIPE = 3, LOOP = 98, SECONDS = 2, LINE = 256, OUT = 1 << 20 };

bool organ_is_model;
static char out[OUT];
static size_t out_bytes;
static int things; /* came out of this step */

static void flush_out(void)
{
    for (size_t done = 0; done < out_bytes;) {
        ssize_t n = write(PIPE, out + done, out_bytes - done);

        if (n <= 0)
            _exit(70);
        done += (size_t)n;
    }
    out_bytes = 0;
}

static void put(const char *text, size_t bytes)
{
    if (out_bytes + bytes > OUT)
        flush_out();
    if (bytes > OUT)
        return;
    memcpy(out + out_bytes, text, bytes);
    out_bytes += bytes;
}

void organ_out(const char *format, ...)
{
    char line[LINE];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (things++)
        put(", ", 2);
    put(line, (size_t)(n < LINE ? n : LINE - 1));
}

int64_t organ_number(const struct organ_step *line, const char *name)
{
    for (int i = 0; i + 1 < line->words; i++)
        if (strcmp(line->word[i], name) == 0)
            return strtoll(line->word[i + 1], NULL, 10);
    return 0;
}

void organ_unwritten(void)
{
    flush_out();
    _exit(0);
}

static void on_alarm(int signal)
{
    static const char text[] = "LOOP\n";

    (void)signal;
    if (write(PIPE, text, sizeof text - 1) < 0)
        _exit(70);
    _exit(LOOP);
}

static void watch_step(void)
{
    struct itimerval t = {{0, 0}, {SECONDS, 0}};

    setitimer(ITIMER_REAL, &t, NULL);
}

static void parse(struct organ_step *s, char *line)
{
    char *save, *word;

    s->words = 0;
    for (word = strtok_r(line, " \n", &save); word && s->words < ORGAN_WORDS;
         word = strtok_r(NULL, " \n", &save))
        snprintf(s->word[s->words++], sizeof s->word[0], "%s", word);
}

static void run_step(const struct organ_step *s)
{
    things = 0;
    organ_step(s);
    put("\n", 1);
    flush_out();
}

static void take_line(const struct organ_step *s, bool *is_open)
{
    if (strcmp(s->word[0], "---") == 0) {
        organ_end();
        put("---\n", 4);
        *is_open = false;
    } else if (*is_open) {
        run_step(s);
    } else {
        organ_begin(s);
        *is_open = true;
    }
}

/* organ NONCE [model]: the nonce of this run is said first and last. */
int main(int argc, char **argv)
{
    struct organ_step s;
    char line[LINE];
    bool is_open = false;

    signal(SIGALRM, on_alarm);
    organ_is_model = argc > 2 && strcmp(argv[2], "model") == 0;
    if (argc > 1) {
        put(argv[1], strlen(argv[1]));
        put("\n", 1);
    }
    while (fgets(line, sizeof line, stdin)) {
        parse(&s, line);
        if (s.words == 0)
            continue;
        watch_step();
        take_line(&s, &is_open);
    }
    if (argc > 1)
        put(argv[1], strlen(argv[1]));
    put("\n", 1);
    flush_out();
    return 0;
}
