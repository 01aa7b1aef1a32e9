#include "trace/counters.h"

static const char *const names[] = {
#define COUNTER_NAME_(name, word) word,
    COUNTER_LIST(COUNTER_NAME_)};

const char *counter_name(int counter)
{
    return counter >= 0 && counter < COUNTERS ? names[counter] : "?";
}
