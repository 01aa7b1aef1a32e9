#include "labs/grader/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "labs/grader/kept.h"
#include "labs/grader/program.h"

struct served {
    const struct lab *lab;
    const char *id;
    struct script *s;
};

/* Of a script without channels everything comes in on one. */
static unsigned channels_of(const struct script *s)
{
    return script_channels(s) ? script_channels(s) : 1;
}

/* The channel of step i; -1: it concerns none. */
static int channel_of(const struct script *s, int i)
{
    char verb[16];
    unsigned c;

    if (script_channels(s) == 0) /* a probe comes from the clock */
        return strncmp(s->step[i], "probe", 5) == 0 ? -1 : 0;
    if (sscanf(s->step[i], "%15s %u", verb, &c) != 2 || strcmp(verb, "time") == 0 ||
        c >= script_channels(s))
        return -1;
    return (int)c;
}

/* A step as a cell of its channel. */
static void put_cell(const char *step, bool first)
{
    char verb[16] = "";
    long long n = 0;
    unsigned c;

    sscanf(step, "%15s %u %lld", verb, &c, &n);
    printf("%s\"", first ? "" : ",");
    if (strcmp(verb, "w") == 0)
        printf("w%lld", n);
    else if (strcmp(verb, "barrier") == 0)
        printf("b%lld", n);
    else if (strcmp(verb, "cancel") == 0)
        printf("c%lld", n);
    else if (strcmp(verb, "row") == 0 || strcmp(verb, "t") == 0)
        printf("r");
    else
        printf("%s", strcmp(verb, "idle") == 0 ? "i" : strcmp(verb, "active") == 0 ? "a" : "E");
    printf("\"");
}

static void put_channel(const struct script *s, unsigned c, int step)
{
    long long wm = 0;
    bool has_wm = false, idle = false, shut = false, first = true;
    char word[8];
    unsigned n;

    for (int i = 0; i < step; i++) {
        char shut_text[16], open_text[16];

        if (channel_of(s, i) == (int)c) {
            if (sscanf(s->step[i], "w %*u %lld", &wm) == 1)
                has_wm = true;
            idle = sscanf(s->step[i], "%7s", word) == 1 && strcmp(word, "idle") == 0;
        }
        snprintf(shut_text, sizeof shut_text, "shut %u", c);
        snprintf(open_text, sizeof open_text, "open %u", c);
        shut = (shut || strstr(s->expected[i], shut_text)) && !strstr(s->expected[i], open_text);
    }
    n = 0;
    printf("%s{\"index\":%u,\"from\":%u,\"queue\":[", c ? "," : "", c, c);
    for (int i = step; i < s->steps; i++)
        if (channel_of(s, i) == (int)c) {
            put_cell(s->step[i], first);
            first = false;
            n++;
        }
    printf("],\"sent\":[],\"used\":%u,\"capacity\":%d,\"credit\":%d,\"shut\":%s,\"wm\":", n,
           STEPS_MAX, STEPS_MAX - (int)n, shut ? "true" : "false");
    if (has_wm)
        printf("%lld", wm);
    else
        printf("null");
    printf(",\"idle\":%s}", idle ? "true" : "false");
}

static void put_source(unsigned c)
{
    printf(
        "{\"id\":%u,\"vertex\":0,\"subtask\":%u,\"name\":\"script[%u]\",\"worker\":\"tm-1\","
        "\"attempt\":1,\"state\":\"RUNNING\",\"doing\":\"run\",\"busy\":0,\"bkpr\":0,\"idle\":1000,"
        "\"in\":0,\"out\":0,\"wm\":null,\"detail\":[],\"slow\":null,\"why\":\"gives the steps of "
        "channel %u\",\"channels\":[]},",
        c, c, c, c);
}

static void put_why(const struct script *s, int step)
{
    int i = step - 1;

    if (step == 0) {
        printf("before the first step; the script has %d", s->steps);
    } else if (i < s->answered && strcmp(s->expected[i], s->got[i]) == 0) {
        printf("step %d, %s: gives %s, as it must", i, s->step[i],
               s->expected[i][0] ? s->expected[i] : "nothing");
    } else {
        printf("step %d, %s: must give %s; yours gives %s", i, s->step[i],
               s->expected[i][0] ? s->expected[i] : "nothing",
               i >= s->answered ? "no answer"
               : s->got[i][0]   ? s->got[i]
                                : "nothing");
    }
}

static void put_events(const struct script *s, int from, int to)
{
    for (int i = from; i < to && i < s->steps; i++)
        printf("%s{\"step\":%d,\"us\":%d,\"actor\":\"organ[0]\",\"text\":\"%s -> %s\"}",
               i > from ? "," : "", i + 1, i + 1, s->step[i],
               i < s->answered ? s->got[i] : "(no answer)");
}

/* The last watermark that your organ let out, as JSON. */
static void put_clock(const struct script *s, int step)
{
    long long ms;
    bool is_set = false;

    for (int i = 0; i < step && i < s->answered; i++)
        is_set = sscanf(s->got[i], "w %lld", &ms) == 1 || is_set;
    if (is_set)
        printf("%lld", ms);
    else
        printf("null");
}

static void put_frame(const struct served *v, int step)
{
    const struct script *s = v->s;

    printf("{\"frame\":{\"step\":%d,\"steps\":%d,\"us\":%d,\"attempt\":1,\"job\":\"RUNNING\","
           "\"tasks\":[",
           step, s->steps, step);
    for (unsigned c = 0; c < channels_of(s); c++)
        put_source(c);
    printf("{\"id\":%u,\"vertex\":1,\"subtask\":0,\"name\":\"%s[0]\",\"worker\":\"tm-1\","
           "\"attempt\":1,"
           "\"state\":\"RUNNING\",\"doing\":\"run\",\"busy\":1000,\"bkpr\":0,\"idle\":0,\"in\":%d,"
           "\"out\":0,\"detail\":[\"%s\"],\"slow\":null,\"wm\":",
           channels_of(s), v->lab->organ, step, s->setup);
    put_clock(s, step);
    printf(",\"why\":\"");
    put_why(s, step);
    printf("\",\"channels\":[");
    for (unsigned c = 0; c < channels_of(s); c++)
        put_channel(s, c, step);
    printf(
        "]}],\"checkpoint\":{\"id\":0,\"state\":\"none\",\"type\":\"aligned\",\"triggered_us\":0,"
        "\"acks\":[]},\"last_completed\":null,\"workers\":[{\"name\":\"tm-1\",\"state\":\"up\","
        "\"tasks\":[]}],\"events\":[");
    put_events(s, step > 20 ? step - 20 : 0, step);
    printf("],\"next\":[");
    put_events(s, step, step + 3);
    printf("],\"why\":\"");
    put_why(s, step);
    printf("\"}}\n");
}

static void greet(const struct served *v)
{
    const struct script *s = v->s;

    printf(
        "{\"weir\":1,\"job\":\"lab %s: %s\",\"program\":\"%s\",\"data\":\"script\",\"seed\":0,"
        "\"plan\":[],\"steps\":%d,\"hash\":\"%016llx\",\"graph\":{\"vertices\":["
        "{\"id\":0,\"name\":\"script\",\"short\":\"script\",\"parallelism\":%u,\"kind\":\"source\"}"
        ","
        "{\"id\":1,\"name\":\"%s\",\"short\":\"%s\",\"parallelism\":1,\"kind\":\"sink\"}],"
        "\"edges\":[{\"from\":0,\"to\":1,\"ship\":\"REBALANCE\"}]},\"end\":{\"state\":\"FINISHED\","
        "\"failure\":\"\",\"rows_in\":%d,\"restarts\":0},\"marks\":[",
        v->lab->id, v->id, v->lab->file, s->steps, (unsigned long long)script_hash(s),
        channels_of(s), v->lab->organ, v->lab->organ, s->steps);
    if (s->first_wrong >= 0)
        printf("{\"step\":%d,\"kind\":\"fault\",\"text\":\"the first difference\"}",
               s->first_wrong + 1);
    printf("],\"open_at\":%d}\n", s->first_wrong >= 0 ? s->first_wrong + 1 : 0);
    fflush(stdout);
}

static void answer_all(const struct served *v)
{
    char line[4096];

    while (fgets(line, sizeof line, stdin)) {
        const char *step = strstr(line, "\"step\":");
        long n = step ? strtol(step + 7, NULL, 10) : 0;

        if (strstr(line, "\"quit\""))
            return;
        if (strstr(line, "\"frame\""))
            put_frame(v, n < 0 ? 0 : n > v->s->steps ? v->s->steps : (int)n);
        else if (strstr(line, "\"faults\""))
            printf("{\"faults\":[]}\n");
        else
            printf("{\"error\":\"a script has no faults: it is what it is\"}\n");
        fflush(stdout);
    }
}

/* Kept rows: the learner's program is the engine, and reads them. */
static int serve_rows(const struct lab *labs, int count, const char *id)
{
    struct kept_rows k;
    char at[16];

    if (!rows_kept(labs, count, id, &k))
        return -1;
    if (k.mine[0] == 0) {
        printf("{\"error\":\"%s does not build any more\"}\n", k.file);
        return verdict_exit(VERDICT_BUILD);
    }
    snprintf(at, sizeof at, "%d", atoi(k.parallelism) + 2); /* all have started: the first row */
    execl(k.mine, k.mine, "serve", "-D", k.data, "-p", k.parallelism, "--at", at, (char *)NULL);
    return verdict_exit(VERDICT_INTERNAL);
}

/* A kept plan: the job program on the learner's organ is the engine. */
static int serve_plan(const char *program, const char *plan)
{
    if (program[0] == 0) {
        printf("{\"error\":\"the file this was found on does not build any more\"}\n");
        return verdict_exit(VERDICT_BUILD);
    }
    execl(program, program, "serve", "--plan", plan, (char *)NULL);
    return verdict_exit(VERDICT_INTERNAL);
}

int serve_kept(const struct lab *labs, int count, const char *id)
{
    struct served v = {.id = id, .s = calloc(1, sizeof *v.s)};
    struct organ_run run = {0};
    struct built b = {0};
    char lab_id[8], file[PATH_BYTES], intent[200], program[PATH_BYTES], plan[160];
    int code;

    code = serve_rows(labs, count, id);
    if (code >= 0)
        return code;
    if (plan_kept(labs, count, id, program, plan))
        return serve_plan(program, plan);
    if (!script_kept(id, lab_id, file, v.s, intent) ||
        (v.lab = lab_find(labs, count, lab_id)) == NULL) {
        printf("{\"error\":\"no counterexample of that ID; make check makes them\"}\n");
        return EXIT_USAGE;
    }
    if (build_learner(v.lab, file, &b) != VERDICT_PASS) {
        printf("{\"error\":\"%s does not build any more\"}\n", file);
        return verdict_exit(VERDICT_BUILD);
    }
    scripts_run(b.organ, v.s, 1, false, 1, &run);
    script_compare(v.s);
    greet(&v);
    answer_all(&v);
    text_done(&run.printed);
    built_done(&b);
    free(v.s);
    return 0;
}
