#include "connectors/address.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char scheme[] = "socket://";

bool address_is_socket(const char *path)
{
    return strncmp(path, scheme, sizeof scheme - 1) == 0;
}

static bool is_port(const char *text)
{
    size_t n = strspn(text, "0123456789");

    return n && n < sizeof((struct address *)0)->port && text[n] == 0 && atoi(text) >= 1 &&
           atoi(text) <= 65535;
}

int address_parse(struct address *a, const char *text, struct diag *why)
{
    const char *host = text + sizeof scheme - 1;
    const char *colon = address_is_socket(text) ? strrchr(host, ':') : NULL;
    size_t n = colon ? (size_t)(colon - host) : 0;
    bool bracketed = n > 2 && host[0] == '[' && host[n - 1] == ']';

    if (n == 0 || n >= sizeof a->host || !is_port(colon + 1) ||
        (!bracketed && memchr(host, ':', n)))
        return diag_set(why, ERR_USAGE, "'%s' is no socket://host:port with a port of 1 to 65535",
                        text);
    snprintf(a->host, sizeof a->host, "%.*s", (int)(bracketed ? n - 2 : n), host + bracketed);
    snprintf(a->port, sizeof a->port, "%s", colon + 1);
    return ERR_NONE;
}
