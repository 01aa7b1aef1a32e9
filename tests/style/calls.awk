# What the objects of core call and keep.  Input: `nm -A` and `objdump -t` of them, concatenated.
#
# Pure rooms call no clock, file, socket, thread or rand (mem.c writes its last words); the engine
# allocates through mem_* only, though an edge may free what libc gave it; outside cli nothing is
# kept in a writable global or a function-local static.
BEGIN {
    edge = "^core/(cli|connectors|local|cluster)/|_(os|file|sqlite)\\.c$|^core/base/mem\\.c$"
    banned = "^(time|clock|clock_.*|gettimeofday|timespec_get|nanosleep|usleep|sleep|alarm|setitimer|timer_(create|settime|gettime|delete)" \
             "|rand|random|srand|srandom|rand_r|[dlm]rand48|getrandom|getentropy|getenv|setenv|setlocale" \
             "|localtime.*|gmtime.*|mktime|strftime|getpid|getcwd|open|open64|openat|creat|read|write|pread.*|pwrite.*" \
             "|close|f?stat|lseek|unlink|rename|mkdir|opendir|readdir|fsync|mmap|munmap|fopen|fdopen|fclose|fread|fwrite" \
             "|fgets|fgetc|getline|fflush|printf|fprintf|vprintf|vfprintf|puts|putchar|putc|fputs|fputc|perror|scanf" \
             "|fscanf|stdin|stdout|stderr|fork|exec[lv].*|system|popen|wait|waitpid|kill|signal|sigaction|socket" \
             "|connect|bind|listen|accept|send|recv|select|poll|epoll_.*|pthread_.*|thrd_.*|mtx_.*|exit|_exit|_Exit" \
             "|quick_exit|atexit|dlopen|dlsym|strtok|uv_.*|sqlite3_.*)$"
    allocator = "^(malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf|posix_memalign|aligned_alloc)$"
}
function source(object) { sub(/^.*core\//, "core/", object); sub(/\.o$/, ".c", object); return object }
function finding(file, text) { if (!seen[file, text]++) print file ":1: " text; bad = 1 }

/:[ ]+file format / { sub(/:[ ]+file format.*/, ""); object = source($0); next }     # objdump's heading
/\.o:[ ]+U / {                                                                        # nm: undefined
    split($0, part, ":"); file = source(part[1]); name = $NF; sub(/@.*/, "", name)
    if (name ~ allocator && file !~ "^core/(cli/|base/mem\\.c$)" && !(name == "free" && file ~ edge))
        finding(file, "calls " name "(), which only base/mem.c may: mem_*")
    else if (name ~ banned && file !~ edge)
        finding(file, "calls " name "(), which a pure room may not")
    next
}
object != "" && object !~ /^core\/cli\// {   # objdump: VALUE FLAGS SECTION SIZE NAME
    for (i = 2; i < NF - 1; i++)             # (tables of pointers that only the loader writes are .data.rel.ro)
        if ($i == "*COM*" || ($(i - 1) ~ /O$/ && $i ~ /^\.(data|bss|tdata|tbss)/ && $i !~ /^\.data\.rel\.ro/))
            finding(object, $NF " is a writable global, none allowed")
}
END { exit bad }
