/* address.h -- `socket://host:port` taken apart. */
#ifndef CORE_CONNECTORS_ADDRESS_H
#define CORE_CONNECTORS_ADDRESS_H

#include <stdbool.h>

#include "base/err.h"

struct address {
    char host[256], port[6]; /* port: 1 to 65535, in digits */
};

bool address_is_socket(const char *path); /* begins with socket:// */
/* ERR_USAGE with `why` unless it is of this form; an IPv6 host stands in brackets. */
int address_parse(struct address *a, const char *text, struct diag *why);

#endif
