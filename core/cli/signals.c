#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t interrupts, terminations;

static void on_signal(int number)
{
    if (number == SIGINT)
        interrupts++;
    else
        terminations++;
}

void signals_listen(void)
{
    struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    sigemptyset(&a.sa_mask);
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
}

enum wish signals_wish(void)
{
    if (terminations || interrupts > 1)
        return WISH_CANCEL;
    return interrupts ? WISH_STOP : WISH_NONE;
}
