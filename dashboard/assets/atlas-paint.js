// Painting: unit number → colour by look-up, then patterns, lines and the selection. Colours are 0xAABBGGRR (little-endian RGBA).
window.AtlasPaint = (() => {
  "use strict";
  const MARGIN = AtlasTiles.MARGIN;
  // A colour's alpha byte names its pattern; what reaches the screen is opaque (or fully transparent).
  const PATTERNS = { plain: 255, none: 0, no_data: 254, suppressed: 253, no_feed: 252, stripes: 251, dots: 250, unstable: 249 };
  const NO_BOUNDARY = 0;
  // How a boundary's rank is drawn: nothing, a lightened pixel, a darkened pixel, a solid line.
  const LINE = { none: 0, light: 1, dark: 2, solid: 3 };

  function colour(hex, pattern = "plain") {
    const v = parseInt(hex.slice(1), 16);
    return ((PATTERNS[pattern] << 24) | ((v & 255) << 16) | (v & 0xff00) | (v >> 16)) >>> 0;
  }
  /** `part` of colour `a` mixed into `b`; the pattern of `a` is kept. */
  function mixed(a, b, part) {
    let out = a & 0xff000000;
    for (let s = 0; s < 24; s += 8) out |= Math.round(((a >>> s) & 255) * part + ((b >>> s) & 255) * (1 - part)) << s;
    return out >>> 0;
  }
  function isInk(alpha, x, y, dpr) { // second colour of a pattern at a device pixel of the tile; periods divide the tile
    const u = (x / dpr) | 0, v = (y / dpr) | 0;
    switch (alpha) {
      case 254: return ((u + v) & 7) === 0;                            // no data: fine "/" hatch
      case 253: return ((u - v) & 7) < 2 || ((u + v) & 7) < 2;          // suppressed: cross hatch
      case 252: return (u & 7) < 2 && (v & 7) < 2;                      // not connected: coarse dots
      case 251: return ((u - v) & 3) === 0;                             // band "bad": dense "\" stripes
      case 250: return (u & 3) === 0 && (v & 3) === 0;                  // band "middle": dots
      default: return ((u & 7) === 0 && (v & 7) === 0) || ((u & 7) === 4 && (v & 7) === 4); // unstable: sparse dots
    }
  }

  /** Rank of the boundary between two units: that of the coarsest units that differ, plus one; 7 against the outside. */
  function boundary(tree, a, b) {
    if (a === 0 || b === 0) return 7;
    let from = a, child = a;
    while (from > 0 && (b < from || b > tree.last[from])) { child = from; from = tree.parent[from]; }
    if (child === a && from === a) { // b lies below a: the boundary is b's
      while (b !== a && tree.parent[b] !== a && b > 0) b = tree.parent[b];
      return tree.rank[b] + 1;
    }
    return tree.rank[child] + 1;
  }

  /** Boundary rank per pixel (size × size), 0 = inside a unit. Lines of the drawn level are 1 px wide, of parents 2 px. */
  function boundaries(ids, size, tree, ownRank, dpr) {
    const width = size + 2 * MARGIN, out = new Uint8Array(size * size);
    const one = Math.max(1, Math.round(dpr)), two = Math.round(2 * dpr);
    const put = (x, y, kind) => {
      if (x < MARGIN || y < MARGIN || x >= size + MARGIN || y >= size + MARGIN) return;
      const at = (y - MARGIN) * size + x - MARGIN;
      if (out[at] === 0 || kind < out[at]) out[at] = kind;
    };
    let lastA = 0, lastB = 0, lastKind = 0;
    for (let y = 0; y < width - 1; y++) {
      for (let x = 0, at = y * width; x < width - 1; x++, at++) {
        const a = ids[at];
        for (let side = 0; side < 2; side++) {
          const b = ids[side ? at + width : at + 1];
          if (a === b) continue;
          if (a !== lastA || b !== lastB) { lastA = a; lastB = b; lastKind = boundary(tree, a, b); }
          const wide = lastKind <= ownRank || lastKind === 7 ? two : one;
          for (let k = -((wide - 1) >> 1); k <= wide >> 1; k++) side ? put(x, y + k, lastKind) : put(x + k, y, lastKind);
        }
      }
    }
    return out;
  }

  /** Pixels of the outline of units first..last: [casing indexes, core indexes], null where none of them is; a white casing keeps it visible on any colour. */
  function outline(ids, size, first, last, dpr) {
    const width = size + 2 * MARGIN, core = [], casing = [];
    const inside = (at) => ids[at] >= first && ids[at] <= last;
    let found = false;
    for (let at = 0; at < ids.length && !found; at++) found = ids[at] >= first && ids[at] <= last;
    if (!found) return null;
    const thick = Math.max(1, Math.round(dpr)), reach = Math.min(MARGIN, 1 + thick);
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
      const at = (y + MARGIN) * width + x + MARGIN, is = inside(at);
      let near = 9;
      for (let k = 1; k <= reach && near === 9; k++) {
        if (inside(at + k) !== is || inside(at - k) !== is || inside(at + k * width) !== is || inside(at - k * width) !== is) near = k;
      }
      if (near === 9) continue;
      if (near <= thick) core.push(y * size + x); else casing.push(y * size + x);
    }
    return [Uint32Array.from(casing), Uint32Array.from(core)];
  }

  /** Per pixel of a tile the patterns whose second colour falls on it, one bit each; worked out once per tile size. */
  const BITS = { 254: 1, 253: 2, 252: 4, 251: 8, 250: 16, 249: 32 };
  const BITS_OF = new Uint8Array(256);
  for (const alpha of Object.keys(BITS)) BITS_OF[alpha] = BITS[alpha];
  const masks = new Map();
  function maskOf(size, dpr) {
    let mask = masks.get(size);
    if (!mask) {
      mask = new Uint8Array(size * size);
      for (const alpha of Object.keys(BITS)) for (let y = 0, i = 0; y < size; y++) for (let x = 0; x < size; x++, i++) if (isInk(+alpha, x, y, dpr)) mask[i] |= BITS[alpha];
      masks.set(size, mask);
    }
    return mask;
  }

  const scratch = new Map();
  /** Paints one tile {ids, edges, outline, context, size} with a look {lut, inks, lines}: `inks` is the second colour of a unit's pattern. */
  function paint(tile, look, dpr) {
    const { ids, edges, size } = tile, { lut, inks, lines } = look, width = size + 2 * MARGIN, mask = maskOf(size, dpr);
    let image = scratch.get(size);
    if (!image) { image = new ImageData(size, size); scratch.set(size, image); }
    const out = new Uint32Array(image.data.buffer);
    for (let y = 0, i = 0; y < size; y++) {
      for (let x = 0, at = (y + MARGIN) * width + MARGIN; x < size; x++, i++, at++) {
        let c = lut[ids[at]];
        const alpha = c >>> 24;
        if (alpha !== 255 && alpha !== 0) c = (mask[i] & BITS_OF[alpha]) !== 0 ? inks[ids[at]] : c | 0xff000000;
        if (edges !== null && edges[i] !== NO_BOUNDARY) {
          const kind = lines[edges[i]];
          if (kind === LINE.light) c = ((c & 0xfefefe) >>> 1) + look.lightHalf | 0xff000000;
          else if (kind === LINE.dark) c = ((c & 0xfefefe) >>> 1) + look.darkHalf | 0xff000000;
          else if (kind === LINE.solid) c = look.solid;
        }
        out[i] = c;
      }
    }
    if (tile.outline) {
      for (const i of tile.outline[0]) out[i] = look.casing;
      for (const i of tile.outline[1]) out[i] = look.core;
    }
    tile.context.putImageData(image, 0, 0);
  }
  return { PATTERNS, LINE, colour, mixed, boundaries, outline, paint };
})();
