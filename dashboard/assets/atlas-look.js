// What a unit number is painted with: two colours per unit, worked out from its place in the list of looks.
window.AtlasLook = (() => {
  "use strict";
  const P = AtlasPaint, PLAIN = 0xff000000;
  const white = P.colour("#ffffff"), black = P.colour("#000000");

  /** Colours by place (0 = no figure, then the looks): within the range looked at and outside of it, each with its pattern's second colour. */
  function colours(v) {
    const ground = P.colour(v.dark ? "#0b1524" : "#ffffff"), blank = P.colour(v.dark ? "#16233a" : "#f1f3f6");
    const dim = (c) => P.mixed((c | PLAIN) >>> 0, ground, v.dark ? 0.28 : 0.3);
    const ink = (c) => { // states, bands, few cases
      const alpha = c >>> 24;
      return (alpha === 249 ? P.mixed(c, ground, 0.35) : alpha > 251 ? P.mixed(c, v.dark ? white : black, 0.62) : P.mixed(c, black, 0.62)) | PLAIN;
    };
    const inner = [blank, ...v.looks.map(([hex, pattern]) => P.colour(hex, pattern))];
    return { inner, inks: inner.map(ink), outer: inner.map((c) => (v.outside === "hidden" ? 0 : dim(c))) };
  }

  /** `places`: place per unit number. `old` is a look no longer needed, whose arrays are used again. */
  function lookOf(v, places, lines, old) {
    const { inner, inks, outer } = colours(v), isSame = old && old.lut.length === v.size;
    const lut = isSame ? old.lut : new Uint32Array(v.size), second = isSame ? old.inks : new Uint32Array(v.size), [first, last] = v.range;
    for (let n = 1; n < v.size; n++) {
      const place = places[n], within = n >= first && n <= last;
      lut[n] = within ? inner[place] : outer[place];
      second[n] = inks[place];
    }
    lut[0] = 0;
    return {
      lut, inks: second, lines, lightHalf: v.dark ? 0x120a05 : 0x7f7f7f, darkHalf: v.dark ? 0x5f5750 : 0x382f29, solid: v.dark ? 0xffc9b8a5 : 0xff5a4a3d,
      casing: v.dark ? 0xff24150b : 0xffffffff, core: v.dark ? 0xff4dd2ff : 0xff24150b,
    };
  }
  return { lookOf };
})();
