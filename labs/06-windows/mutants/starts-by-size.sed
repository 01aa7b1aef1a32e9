# sliding windows begin every size
# kills: newest-first
s/a->kind == ASSIGNER_SLIDING ? a->step_ms : a->size_ms;/a->size_ms;/
