#include "labs/grader/verdict.h"

static const struct {
    const char *name;
    int code;
    const char *text;
} verdicts[] = {
#define VERDICT_ROW_(name, code, text) {#name, code, text},
    VERDICT_LIST(VERDICT_ROW_)
};

const char *verdict_name(enum verdict v)
{
    return verdicts[v].name;
}

const char *verdict_text(enum verdict v)
{
    return verdicts[v].text;
}

int verdict_exit(enum verdict v)
{
    return verdicts[v].code;
}

enum verdict verdict_worse(enum verdict a, enum verdict b)
{
    return a < b ? a : b;
}
