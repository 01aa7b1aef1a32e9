/* own_trigger.h -- built-in triggers, written again as a program would write its own.
 *
 * With WEIR_OWN_TRIGGERS=1 in the environment the window vectors run on these; with
 * WEIR_OWN_TRIGGERS=wrong on ones that count one too far, which must be seen.
 */
#ifndef TESTS_CONFORMANCE_OWN_TRIGGER_H
#define TESTS_CONFORMANCE_OWN_TRIGGER_H

#include "weir.h"

/* `*t` becomes a trigger of `*own`, if there is one for its kind and the environment asks for it. */
void own_trigger_instead(struct weir_trigger *t, struct weir_own_trigger *own);

#endif
