/* Forty thousand numbers, slowly, through a keyed edge into files: something to interrupt and kill. */
#include "weir.h"

#define NUMBER(C) C(BIGINT, n) C(BIGINT, key)
WEIR_ROW(number, NUMBER)

enum { NUMBERS = 40000, WORK = 4000 };

/* As much work as a row of some real function. */
static void work(struct weir_ctx *c, const struct weir_row *row)
{
    struct number v = number_of(row);
    volatile uint64_t x = (uint64_t)v.n;

    for (int i = 0; i < WORK; i++)
        x = x * 31 + (uint64_t)i;
    number_emit(c, v);
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "numbers");
    static struct number rows[NUMBERS];
    struct weir_stream *numbers;

    for (int64_t i = 0; i < NUMBERS; i++)
        rows[i] = (struct number){0, i, i % 97};
    weir_option(job, "execution.checkpointing.interval", "10ms");
    numbers = weir_map(weir_rows(job, rows, NUMBERS, &number_schema), work, &number_schema);
    weir_file_sink(weir_key_by(numbers, "key"), "numbers");
    return weir_run(job);
}
