/* signals.h -- what the person at the terminal wants: SIGINT and SIGTERM, as a question to ask. */
#ifndef CORE_CLI_SIGNALS_H
#define CORE_CLI_SIGNALS_H

enum wish {
    WISH_NONE,
    WISH_STOP,  /* SIGINT once: with a checkpoint */
    WISH_CANCEL /* SIGINT again, or SIGTERM: at once */
};

void signals_listen(void); /* from now on they no longer end the process */
enum wish signals_wish(void);

#endif
