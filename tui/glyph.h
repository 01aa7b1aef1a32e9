/* glyph.h -- the characters of the screens, by meaning.  grid.c has their ASCII. */
#ifndef TUI_GLYPH_H
#define TUI_GLYPH_H

enum glyph {
    GLYPH_ROW = 0x25aa,     /* ▪ */
    GLYPH_LATE = 0x25c7,    /* ◇ */
    GLYPH_BARRIER = 0x2503, /* ┃ */
    GLYPH_DONE = 0x2713,    /* ✓ */
    GLYPH_AGAIN = 0x21ba,   /* ↺ */
    GLYPH_HERE = 0x25b4,    /* ▴ */
    GLYPH_CANCEL = 0x2717,  /* ✗ */
    GLYPH_WATERMARK = '~',
    GLYPH_FREE = 0xb7,    /* · */
    GLYPH_OPEN = 0x25b8,  /* ▸ */
    GLYPH_SHUT = 0x22a3,  /* ⊣ */
    GLYPH_FULL = 0x2588,  /* █ */
    GLYPH_HELD = 0x2593,  /* ▓ */
    GLYPH_EMPTY = 0x2591, /* ░ */
    GLYPH_MORE = 0x2026,  /* … */
    GLYPH_LINE = 0x2500,  /* ─ */
    GLYPH_SIDE = 0x2502,  /* │ */
    GLYPH_TOP_LEFT = 0x250c,
    GLYPH_TOP_RIGHT = 0x2510,
    GLYPH_BOTTOM_LEFT = 0x2514,
    GLYPH_BOTTOM_RIGHT = 0x2518,
};

#endif
