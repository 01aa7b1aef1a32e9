/* socket_os.h -- lines from a TCP connection: the seam base/lines.h over sockets.
 *
 * An address is `socket://host:port`, an IPv6 host in brackets.  Connecting waits, for
 * SOCKET_CONNECT_MS at most; reading never does.  The last line needs no newline.  Any thread may
 * open; an input belongs to who opened it.
 */
#ifndef CORE_CONNECTORS_SOCKET_OS_H
#define CORE_CONNECTORS_SOCKET_OS_H

#include "base/lines.h"

enum { SOCKET_CONNECT_MS = 5000 };

extern const struct lines socket_lines; /* it has no state */

#endif
