#include "checkpoint/reason.h"

#include <string.h>

static const struct {
    const char *word;
    int kind;
} reasons[GIVE_UP_REASONS] = {
#define GIVE_UP_ENTRY_(name, word, kind) {word, kind},
    GIVE_UP_LIST(GIVE_UP_ENTRY_)};

const char *give_up_name(int reason)
{
    return reason >= 0 && reason < GIVE_UP_REASONS ? reasons[reason].word : "?";
}

enum give_up_reason give_up_named(const char *word)
{
    for (int r = 0; r < GIVE_UP_REASONS; r++)
        if (strcmp(reasons[r].word, word) == 0)
            return (enum give_up_reason)r;
    return GIVE_UP_ASYNC;
}

bool give_up_is_pre_flight(enum give_up_reason r)
{
    return reasons[r].kind & REASON_PRE_FLIGHT;
}

bool give_up_is_counted(enum give_up_reason r)
{
    return reasons[r].kind & REASON_COUNTED;
}
