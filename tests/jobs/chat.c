/* The tutorial's word count: type lines into `nc -lk 9999`, see how often each word came. */
#include "weir.h"

#define LINE(C) C(STRING, line)
#define WORD(C) C(STRING, word) C(BIGINT, n)
WEIR_ROW(line, LINE)
WEIR_ROW(word, WORD)

static void split(struct weir_ctx *c, const struct weir_row *row)
{
    struct weir_text t = line_of(row).line;

    for (uint32_t i = 0, from = 0; i <= t.bytes; i++)
        if (i == t.bytes || t.p[i] == ' ') {
            if (i > from)
                word_emit(c, (struct word){.word = {t.p + from, i - from}, .n = 1});
            from = i + 1;
        }
}

int main(int argc, char **argv)
{
    struct weir_job *job = weir_job(argc, argv, "words as they are typed");
    struct weir_stream *words = weir_flat_map(
        weir_lines(job, "socket://localhost:9999", &line_schema), split, &word_schema);

    weir_print(weir_rolled(weir_key_by(words, "word"),
                           &(struct weir_rolling){.kind = WEIR_SUM, .column = "n"}),
               "words");
    weir_option(job, "execution.checkpointing.interval", "1s");
    return weir_run(job);
}
