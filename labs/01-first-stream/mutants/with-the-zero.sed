# the text is one byte too long
# kills: data-1
s/(uint32_t)strlen(class)/(uint32_t)strlen(class) + 1/
