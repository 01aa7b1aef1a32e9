/* Each subtask numbers its flights and adds up their miles, in operator state: its page in a list of
 * its own, and all pages in one that unites.  After a restore it finds the pages of all subtasks,
 * keeps its own, and says how many there were; if its two pages differ, it fails. */
#include "tests/jobs/flight.h"

#define PAGE(C) C(BIGINT, subtask) C(BIGINT, flights) C(BIGINT, miles)
#define FOUND(C) C(BIGINT, subtask) C(BIGINT, pages)
WEIR_ROW(page, PAGE)
WEIR_ROW(found, FOUND)

enum { OWN, ALL, RESTORED };
enum { SIDE };

static bool own_page(struct weir_ctx *c, int state, struct page *own)
{
    struct page p;
    bool is_there = false;

    for (uint32_t i = 0, n = weir_list_count(c, state); i < n; i++) {
        weir_list_get(c, state, i, &p);
        if (p.subtask == weir_subtask(c)) {
            *own = p;
            is_there = true;
        }
    }
    return is_there;
}

static void set_page(struct weir_ctx *c, int state, const struct page *p)
{
    weir_clear(c, state);
    weir_list_add(c, state, p);
}

static void on_flight(struct weir_ctx *c, const struct weir_row *row)
{
    struct page p = {.subtask = weir_subtask(c)};
    struct found f;

    if (weir_list_count(c, RESTORED)) {
        weir_list_get(c, RESTORED, 0, &f);
        found_emit_to(c, SIDE, f);
        weir_clear(c, RESTORED);
    }
    own_page(c, OWN, &p);
    p.flights++;
    p.miles += flight_of(row).distance_mi;
    set_page(c, OWN, &p);
    set_page(c, ALL, &p);
    page_emit(c, p);
}

static void on_restore(struct weir_ctx *c)
{
    struct page own = {0}, united = {0};
    struct found f = {.subtask = weir_subtask(c), .pages = weir_list_count(c, ALL)};
    bool has_page = own_page(c, OWN, &own);

    if (own_page(c, ALL, &united) != has_page || own.flights != united.flights ||
        own.miles != united.miles)
        weir_fail(c, "%lld flights of its own, %lld among all", (long long)own.flights,
                  (long long)united.flights);
    weir_clear(c, RESTORED);
    weir_list_add(c, RESTORED, &f);
    if (has_page)
        set_page(c, ALL, &own);
}

static const struct weir_process ledger = {
    .state = {[OWN] = {.name = "own", .kind = WEIR_OPERATOR_LIST, .type = &page_schema},
              [ALL] = {.name = "all", .kind = WEIR_OPERATOR_UNION, .type = &page_schema},
              [RESTORED] = {.name = "restored", .kind = WEIR_OPERATOR_LIST, .type = &found_schema}},
    .on_row = on_flight,
    .on_restore = on_restore,
};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "ledger");
    struct weir_stream *flights = weir_csv(job, "datasets/flights.csv", &flight_schema);
    struct weir_stream *s = weir_processed(flights, &ledger, &page_schema);

    weir_uid(weir_file_sink(s, "results/pages"), "pages");
    weir_uid(weir_file_sink(weir_side(s, SIDE, &found_schema), "results/found"), "found");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "3ms");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
