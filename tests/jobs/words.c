/* Word count: the running total of every word in the airports' names, one update a word. */
#include "weir.h"

#define AIRPORT(C) C(STRING, iata) C(STRING, name)
#define WORD(C) C(STRING, word)
#define TOTAL(C) C(STRING, word) C(BIGINT, n)
WEIR_ROW(airport, AIRPORT)
WEIR_ROW(word, WORD)
WEIR_ROW(total, TOTAL)

enum { TOTAL_STATE };

static void split(struct weir_ctx *c, const struct weir_row *row)
{
    struct weir_text t = airport_of(row).name;

    for (uint32_t i = 0, from = 0; i <= t.bytes; i++)
        if (i == t.bytes || t.p[i] == ' ') {
            if (i > from)
                word_emit(c, (struct word){.word = {t.p + from, i - from}});
            from = i + 1;
        }
}

static void count(struct weir_ctx *c, const struct weir_row *row)
{
    struct total t = {0};

    total_get(c, TOTAL_STATE, &t);
    t.word = word_of(row).word;
    t.n++;
    total_put(c, TOTAL_STATE, &t);
    total_emit(c, t);
}

static const struct weir_process counting = {
    .state = {[TOTAL_STATE] = {.name = "total", .type = &total_schema}},
    .on_row = count,
};

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "word count");
    struct weir_stream *words = weir_flat_map(
        weir_csv(job, "datasets/airports.csv", &airport_schema), split, &word_schema);

    weir_file_sink(weir_processed(weir_key_by(words, "word"), &counting, &total_schema),
                   "results/totals");
    weir_option(job, "parallelism.default", "2");
    weir_option(job, "execution.checkpointing.interval", "500us");
    weir_option(job, "restart-strategy.exponential-delay.initial-backoff", "1ms");
    return weir_run(job);
}
