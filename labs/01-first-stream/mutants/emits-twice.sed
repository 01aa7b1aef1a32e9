# map emits each row twice
# kills: data-1
s/^    delay_emit(c, /    delay_emit(c, (struct delay){.origin = f.origin, .destination = f.destination, .delay = {class, (uint32_t)strlen(class)}});\n    delay_emit(c, /
