#include "cli/exit_code.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int exit_code_of_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "weir: the output could not be written: %s\n", strerror(errno));
    return code == EXIT_CODE_OK ? EXIT_CODE_FAILED : code;
}
