/* serve: the engine of the workbench.  JSON lines on standard input and output, format 1: a
 * greeting, then one answer a request.  See tui/README.md for the whole of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/engine.h"
#include "cli/exit_code.h"
#include "cli/run.h"

enum { FORMAT = 1, LINE_BYTES = 4096 };

struct server {
    struct run *run;
    struct engine engine;
    struct bytes out;
};

static void send_line(struct server *s)
{
    bytes_put_u8(&s->out, '\n');
    fwrite(s->out.p, 1, s->out.bytes, stdout);
    fflush(stdout);
    bytes_clear(&s->out);
}

static void send_error(struct server *s, const char *text)
{
    struct json_writer w = {.out = &s->out};

    bytes_clear(&s->out);
    json_object(&w, NULL);
    json_put_text(&w, "error", text);
    json_end(&w);
    send_line(s);
}

/* ---- greeting ---- */

static void put_plan(const struct plan *p, struct json_writer *w)
{
    struct bytes line = {0};

    json_array(w, "plan");
    for (uint32_t i = 0; i < p->faults; i++) {
        bytes_clear(&line);
        fault_print(&p->fault[i], &line);
        json_put_span(w, NULL, bytes_span(&line));
    }
    json_end(w);
    bytes_done(&line);
}

static bool is_sink(const struct vertex *v)
{
    return v->out_edges == 0 && !v->is_source;
}

static void put_graph(const struct job_graph *g, struct json_writer *w)
{
    char name[64];

    json_object(w, "graph");
    json_array(w, "vertices");
    for (uint32_t i = 0; i < g->vertices; i++) {
        const struct vertex *v = &g->vertex[i];

        job_graph_task_name(g, v->first_task, name);
        *strrchr(name, '[') = 0;
        json_object(w, NULL);
        json_put_int(w, "id", v->id);
        json_put_text(w, "name", v->name);
        json_put_text(w, "short", name);
        json_put_int(w, "parallelism", v->parallelism);
        json_put_text(w, "kind", v->is_source ? "source" : is_sink(v) ? "sink" : "operator");
        json_end(w);
    }
    json_end(w);
    json_array(w, "edges");
    for (uint32_t i = 0; i < g->edges; i++) {
        const struct job_edge *e = &g->edge[i];

        json_object(w, NULL);
        json_put_int(w, "from", e->from);
        json_put_int(w, "to", e->to);
        json_put_text(w, "ship", ship_name(e->ship));
        if (e->key_column >= 0)
            json_put_text(w, "key", e->type->column[e->key_column].name);
        json_end(w);
    }
    json_end(w);
    json_end(w);
}

static const char *mark_kind(const struct event *e)
{
    switch (e->kind) {
    case EVENT_TRIGGER:
        return "trigger";
    case EVENT_COMPLETE:
        return "complete";
    case EVENT_GIVE_UP:
        return "abort";
    case EVENT_KILL:
    case EVENT_FAULT:
        return "fault";
    case EVENT_RESTART:
        return "restart";
    case EVENT_DEPLOY:
        return "restore";
    case EVENT_FINISH:
        return "finish";
    case EVENT_WINDOW:
        return "window";
    default:
        return NULL;
    }
}

/* Interesting steps.  Of windows that fire one after the other only the first is marked. */
static void put_marks(const struct engine *e, struct json_writer *w)
{
    struct bytes text = {0};
    char name[64];
    uint32_t last_window = 0;

    json_array(w, "marks");
    for (uint64_t i = 0; i < e->events; i++) {
        const struct event *event = &e->event[i];
        bool burst = event->kind == EVENT_WINDOW && last_window && event->step - last_window < 50;

        if (event->kind == EVENT_WINDOW)
            last_window = event->step;
        if (mark_kind(event) == NULL || burst)
            continue;
        bytes_clear(&text);
        actor_name(e->spec.graph, event->actor, name);
        bytes_format(&text, "%s: ", name);
        event_text(event, &text);
        json_object(w, NULL);
        json_put_int(w, "step", event->step);
        json_put_text(w, "kind", mark_kind(event));
        json_put_span(w, "text", bytes_span(&text));
        if (event->checkpoint)
            json_put_int(w, "cp", event->checkpoint);
        json_end(w);
    }
    json_end(w);
    bytes_done(&text);
}

static void greet(struct server *s)
{
    const struct engine *e = &s->engine;
    struct json_writer w = {.out = &s->out};
    char hash[20];

    snprintf(hash, sizeof hash, "%016" PRIx64, e->hash);
    json_object(&w, NULL);
    json_put_int(&w, "weir", FORMAT);
    json_put_text(&w, "job", s->run->job->dataflow->name);
    json_put_text(&w, "program", s->run->args.program);
    json_put_text(&w, "data", option_text(s->run->job->options, OPTION_DATA_DIR));
    json_put_int(&w, "seed", (int64_t)s->run->args.seed);
    put_plan(&e->plan, &w);
    json_put_int(&w, "steps", (int64_t)e->steps);
    json_put_text(&w, "hash", hash);
    put_graph(s->run->graph, &w);
    json_object(&w, "end");
    json_put_text(&w, "state", job_state_name(e->state));
    json_put_text(&w, "failure", e->end.text);
    json_put_int(&w, "rows_in", (int64_t)e->rows_in);
    json_put_int(&w, "restarts", e->restarts);
    json_end(&w);
    put_marks(e, &w);
    if (s->run->args.at_step >= 0)
        json_put_int(&w, "open_at", s->run->args.at_step);
    json_end(&w);
    send_line(s);
}

/* ---- requests: flat objects of texts and numbers, written by our own client ---- */

/* The text of member `name`, unescaped, into `out`; false: not there. */
static bool member_text(const char *line, const char *name, char *out, size_t room)
{
    char quoted[32];
    const char *p;
    size_t n = 0;

    snprintf(quoted, sizeof quoted, "\"%s\":\"", name);
    p = strstr(line, quoted);
    if (p == NULL)
        return false;
    for (p += strlen(quoted); *p && *p != '"' && n + 1 < room; p++) {
        if (*p == '\\' && p[1])
            p++;
        out[n++] = *p;
    }
    out[n] = 0;
    return *p == '"';
}

static int64_t member_int(const char *line, const char *name, int64_t fallback)
{
    char quoted[32];
    const char *p;

    snprintf(quoted, sizeof quoted, "\"%s\":", name);
    p = strstr(line, quoted);
    return p ? strtoll(p + strlen(quoted), NULL, 10) : fallback;
}

static void on_frame(struct server *s, const char *line)
{
    struct json_writer w = {.out = &s->out};
    int64_t step = member_int(line, "step", -1);

    if (step < 0) {
        send_error(s, "frame: which step? {\"cmd\":\"frame\",\"step\":12}");
        return;
    }
    json_object(&w, NULL);
    json_object(&w, "frame");
    engine_frame(&s->engine, (uint64_t)step, &w);
    json_end(&w);
    json_end(&w);
    send_line(s);
}

static void put_fault(struct json_writer *w, const char *name, const char *target, const char *line)
{
    json_object(w, NULL);
    json_put_text(w, "name", name);
    json_put_text(w, "target", target);
    json_put_text(w, "line", line);
    json_end(w);
}

static void on_faults(struct server *s)
{
    struct json_writer w = {.out = &s->out};
    char target[80], line[160];

    json_object(&w, NULL);
    json_array(&w, "faults");
    for (uint32_t i = 0; i < world_workers(s->engine.world); i++) {
        snprintf(target, sizeof target, "tm-%u", i + 1);
        snprintf(line, sizeof line, "kill %s", target);
        put_fault(&w, "kill worker", target, line);
        snprintf(line, sizeof line, "pause %s for 2ms", target);
        put_fault(&w, "pause worker", target, line);
    }
    for (uint32_t t = 0; t < s->run->graph->tasks; t++) {
        job_graph_task_name(s->run->graph, t, target);
        snprintf(line, sizeof line, "slow %s 20us/rec", target);
        put_fault(&w, "slow task", target, line);
        snprintf(line, sizeof line, "drop notify %s", target);
        put_fault(&w, "lose the next notification", target, line);
    }
    json_end(&w);
    json_end(&w);
    send_line(s);
}

/* Take the plan with the change, or keep the old one and say why. */
static void change_plan(struct server *s, const struct plan *changed)
{
    struct plan before = s->engine.plan;
    struct diag why = {0};

    s->engine.plan = *changed;
    if (plan_bind(changed, s->run->graph, UINT32_MAX, &why) ||
        engine_run(&s->engine, &why) != ERR_NONE) {
        s->engine.plan = before;
        engine_run(&s->engine, &(struct diag){0});
        send_error(s, why.text);
        return;
    }
    greet(s);
}

static void on_fault(struct server *s, const char *line)
{
    struct plan *changed = mem_copy(&s->engine.plan, sizeof *changed);
    struct plan *one = mem_alloc(sizeof *one);
    struct diag why = {0};
    char action[160], full[256];

    if (!member_text(line, "line", action, sizeof action)) {
        diag_set(&why, ERR_USAGE,
                 "fault: which? {\"cmd\":\"fault\",\"line\":\"kill tm-1\",\"step\":12}");
    } else if (strncmp(action, "at ", 3) == 0) {
        snprintf(full, sizeof full, "%s", action);
    } else {
        engine_fault_line(&s->engine, action, (uint64_t)member_int(line, "step", 0), full, &why);
    }
    if (why.err == ERR_NONE)
        plan_parse(one, span_text(full), "fault", &why);
    if (why.err == ERR_NONE && changed->faults == PLAN_LINES_MAX)
        diag_set(&why, ERR_LIMIT, "a plan has at most %d lines", PLAN_LINES_MAX);
    if (why.err) {
        send_error(s, why.text);
    } else {
        changed->fault[changed->faults] = one->fault[0];
        changed->fault[changed->faults].line = changed->faults + 1;
        changed->faults++;
        change_plan(s, changed);
    }
    mem_free(changed);
    mem_free(one);
}

static void on_drop(struct server *s, const char *line)
{
    struct plan *changed = mem_copy(&s->engine.plan, sizeof *changed);
    int64_t i = member_int(line, "index", -1);

    if (i < 0) {
        changed->faults = 0;
    } else if (i < changed->faults) {
        changed->faults--;
        memmove(&changed->fault[i], &changed->fault[i + 1],
                (changed->faults - (uint32_t)i) * sizeof changed->fault[0]);
    }
    change_plan(s, changed);
    mem_free(changed);
}

static bool answer(struct server *s, const char *line)
{
    char cmd[32];

    if (!member_text(line, "cmd", cmd, sizeof cmd))
        send_error(s, "a request is a JSON object with \"cmd\"");
    else if (strcmp(cmd, "quit") == 0)
        return false;
    else if (strcmp(cmd, "frame") == 0)
        on_frame(s, line);
    else if (strcmp(cmd, "faults") == 0)
        on_faults(s);
    else if (strcmp(cmd, "fault") == 0)
        on_fault(s, line);
    else if (strcmp(cmd, "drop") == 0)
        on_drop(s, line);
    else
        send_error(s, "unknown cmd: frame, faults, fault, drop and quit are there");
    return true;
}

int run_serve(struct run *r)
{
    struct server *s = mem_alloc(sizeof *s);
    struct diag why = {0};
    char line[LINE_BYTES];
    int code = EXIT_CODE_OK;

    s->run = r;
    s->engine.plan = r->plan;
    s->engine.spec = (struct world_spec){.graph = r->graph,
                                         .options = r->job->options,
                                         .data = r->data,
                                         .find = classes_find,
                                         .seed = r->args.seed,
                                         .jitter = r->args.jitter};
    if (engine_run(&s->engine, &why)) {
        send_error(s, why.text);
        code = run_complain(&why);
    } else {
        greet(s);
        while (fgets(line, sizeof line, stdin) && answer(s, line))
            ;
    }
    engine_done(&s->engine);
    bytes_done(&s->out);
    mem_free(s);
    return code;
}
