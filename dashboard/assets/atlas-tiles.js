// Unit-number tiles: a vector tile is read once into compact arrays and rasterised once into unit numbers.
// No antialiasing on purpose: a pixel belongs to exactly one unit, so colour, hover and click cannot disagree.
window.AtlasTiles = (() => {
  "use strict";
  const MARGIN = 3; // device pixels around a tile, so that lines at a tile's edge know their neighbours
  const BUFFER = 80 / 4096; // of a tile's side, as GDAL writes it
  const CACHE_BYTES = 24e6; // decoded tiles of all levels together
  const HEAD_BYTES = 512 * 1024;

  // ---- reading a Mapbox vector tile (protobuf) without an object per point
  function varint(r) {
    let value = 0, factor = 1, byte;
    do { byte = r.bytes[r.at++]; value += (byte & 127) * factor; factor *= 128; } while (byte > 127);
    return value;
  }
  function skipField(r, wire) {
    if (wire === 0) varint(r);
    else if (wire === 1) r.at += 8;
    else if (wire === 5) r.at += 4;
    else { const size = varint(r); r.at += size; }
  }
  function each(r, end, visit) {
    while (r.at < end) { const tag = varint(r); if (!visit(tag >> 3, tag & 7)) skipField(r, tag & 7); }
  }

  /** Bytes of a tile → {count, n, rings, points, box}: per feature its unit number, ring range and bounding box. */
  function read(bytes) {
    const r = { bytes, at: 0 };
    const features = [], values = [];
    let extent = 4096;
    each(r, bytes.length, (field) => {
      if (field !== 3) return false;
      const end = varint(r) + r.at;
      each(r, end, (inner) => {
        if (inner === 2) { const stop = varint(r) + r.at; features.push(readFeature(r, stop)); return true; }
        if (inner === 4) { const stop = varint(r) + r.at; values.push(readNumber(r, stop)); return true; }
        if (inner === 5) { extent = varint(r); return true; }
        return false;
      });
      r.at = end;
      return true;
    });
    return decode(bytes, features, values, extent);
  }
  function readNumber(r, stop) { // unit numbers are never negative, but a writer may choose the signed form (field 6)
    let number = 0;
    each(r, stop, (field, wire) => { if (wire !== 0) return false; number = varint(r); if (field === 6) number /= 2; return true; });
    return number;
  }
  function readFeature(r, stop) {
    const feature = { value: 0, from: 0, to: 0 };
    each(r, stop, (field) => {
      if (field === 2) { const end = varint(r) + r.at; varint(r); feature.value = varint(r); r.at = end; return true; }
      if (field === 4) { feature.to = varint(r) + r.at; feature.from = r.at; r.at = feature.to; return true; }
      return false;
    });
    return feature;
  }
  function decode(bytes, features, values, extent) {
    const count = features.length;
    const n = new Uint32Array(count), first = new Uint32Array(count + 1), box = new Int16Array(count * 4);
    let points = new Int16Array(1 << 14), rings = new Uint32Array(1 << 10), p = 0, q = 0;
    const r = { bytes, at: 0 };
    for (let i = 0; i < count; i++) {
      n[i] = values[features[i].value];
      first[i] = q;
      let x = 0, y = 0, x0 = 32767, y0 = 32767, x1 = -32768, y1 = -32768;
      r.at = features[i].from;
      while (r.at < features[i].to) {
        const command = varint(r);
        let steps = command >> 3;
        if ((command & 7) === 7) continue; // rings close themselves
        if ((command & 7) === 1) { if (q + 2 > rings.length) rings = grown(rings); rings[q++] = p / 2; }
        while (steps-- > 0) {
          const dx = varint(r), dy = varint(r);
          x += (dx >>> 1) ^ -(dx & 1); y += (dy >>> 1) ^ -(dy & 1);
          if (p + 2 > points.length) points = grown(points);
          points[p++] = x; points[p++] = y;
          if (x < x0) x0 = x; if (x > x1) x1 = x; if (y < y0) y0 = y; if (y > y1) y1 = y;
        }
      }
      box.set([x0, y0, x1, y1], i * 4);
    }
    first[count] = q;
    if (q + 1 > rings.length) rings = grown(rings);
    rings[q] = p / 2;
    return { count, n, first, rings: rings.slice(0, q + 1), points: points.slice(0, p), box, extent };
  }
  function grown(array) { const more = new array.constructor(array.length * 2); more.set(array); return more; }

  // ---- rasterising: crossings of each edge are threaded into a list per pixel row
  let heads = new Int32Array(0), nexts = new Int32Array(1 << 12), crossings = new Float32Array(1 << 12);
  const row = [];

  /** Fills `ids` (width × width device pixels) with unit numbers; a tile coordinate c lies at c * scale + offset. */
  function rasterise(ids, width, tile, scale, offsetX, offsetY) {
    if (heads.length < width) heads = new Int32Array(width);
    heads.fill(-1);
    const { box, points, rings, first } = tile;
    for (let f = 0; f < tile.count; f++) {
      const b = f * 4;
      if (box[b + 2] * scale + offsetX < 0 || box[b] * scale + offsetX > width) continue;
      const top = Math.max(0, Math.ceil(box[b + 1] * scale + offsetY - 0.5));
      const bottom = Math.min(width - 1, Math.floor(box[b + 3] * scale + offsetY - 0.5));
      if (top > bottom) continue;
      let k = 0;
      for (let ring = first[f]; ring < first[f + 1]; ring++) {
        const start = rings[ring], end = rings[ring + 1];
        let ax = points[end * 2 - 2] * scale + offsetX, ay = points[end * 2 - 1] * scale + offsetY;
        for (let i = start; i < end; i++) {
          const bx = points[i * 2] * scale + offsetX, by = points[i * 2 + 1] * scale + offsetY;
          const low = ay < by ? ay : by, high = ay < by ? by : ay;
          const y0 = Math.max(top, Math.ceil(low - 0.5)), y1 = Math.min(bottom, Math.ceil(high - 0.5) - 1);
          if (y0 <= y1) {
            const slope = (bx - ax) / (by - ay);
            for (let y = y0; y <= y1; y++) {
              if (k === nexts.length) { nexts = grown(nexts); crossings = grown(crossings); }
              crossings[k] = ax + (y + 0.5 - ay) * slope; nexts[k] = heads[y]; heads[y] = k++;
            }
          }
          ax = bx; ay = by;
        }
      }
      const n = tile.n[f];
      for (let y = top; y <= bottom; y++) {
        let size = 0;
        for (let at = heads[y]; at >= 0; at = nexts[at]) { // insertion sort: nearly always two crossings
          const x = crossings[at]; let j = size++;
          while (j > 0 && row[j - 1] > x) { row[j] = row[j - 1]; j--; }
          row[j] = x;
        }
        heads[y] = -1;
        for (let j = 0; j + 1 < size; j += 2) {
          const from = Math.max(0, Math.ceil(row[j] - 0.5)), to = Math.min(width - 1, Math.ceil(row[j + 1] - 0.5) - 1);
          if (from <= to) ids.fill(n, y * width + from, y * width + to + 1);
        }
      }
    }
  }

  /** One level's archive. `rasterised(coords, size)` → Promise of unit numbers, (size + 2 MARGIN)² device pixels. */
  /** A file over HTTP whose beginning comes in one request: most levels are smaller than that, and their tiles then need no request of their own.
   *  (Many ranges of one address are answered one after the other: the browser's cache locks the address.) */
  class File {
    constructor(url) { this.url = url; this.beginning = null; }
    getKey() { return this.url; }
    head() {
      if (!this.beginning) {
        this.beginning = this.ask(0, HEAD_BYTES);
        this.beginning.catch(() => { this.beginning = null; });
      }
      return this.beginning;
    }
    async ask(offset, length) {
      const answer = await fetch(this.url, { headers: { range: `bytes=${offset}-${offset + length - 1}` } });
      if (!answer.ok) throw new Error(this.url + ": " + answer.status);
      const data = await answer.arrayBuffer();
      return answer.status === 200 && offset ? data.slice(offset, offset + length) : data; // a proxy may not know ranges
    }
    async getBytes(offset, length) {
      const head = await this.head();
      return { data: offset + length <= head.byteLength || head.byteLength < HEAD_BYTES ? head.slice(offset, offset + length) : await this.ask(offset, length) };
    }
  }

  const decoded = new Map(); // tiles of all levels, the one used last at the end
  let decodedBytes = 0;
  function trim() {
    for (const [key, entry] of decoded) {
      if (decodedBytes < CACHE_BYTES) break;
      decoded.delete(key);
      decodedBytes -= entry.bytes;
    }
  }

  class Source {
    constructor(url) {
      this.file = new File(url);
      this.archive = new pmtiles.PMTiles(this.file);
    }
    tile(z, x, y) { // the promise is kept, so that two neighbours asking at once cause one request
      const key = this.file.url + "/" + z + "/" + x + "/" + y;
      let entry = decoded.get(key);
      if (!entry) {
        entry = { bytes: 0, ready: null };
        entry.ready = this.archive.getZxy(z, x, y).then((answer) => {
          const tile = answer ? read(new Uint8Array(answer.data)) : null;
          entry.bytes = tile ? tile.points.byteLength + tile.count * 16 : 0;
          if (decoded.get(key) === entry) { decodedBytes += entry.bytes; trim(); }
          return tile;
        });
        entry.ready.catch(() => decoded.delete(key)); // the next request tries again
      }
      decoded.delete(key);
      decoded.set(key, entry);
      return entry.ready;
    }
    /** `coords.z` may be a fraction: the picture is made for exactly that zoom from the archive's nearest one. */
    async rasterised(coords, size) {
      const header = await this.archive.getHeader();
      const width = size + 2 * MARGIN, ids = new Uint32Array(width * width);
      const z = Math.max(header.minZoom, Math.min(header.maxZoom, Math.round(coords.z)));
      const side = size * 2 ** (coords.z - z); // device pixels of one archive tile
      const reach = side * BUFFER < MARGIN ? MARGIN : 0; // an archive tile knows a little of its neighbours
      const left = coords.x * size, top = coords.y * size, most = 2 ** z - 1, parts = [];
      for (let y = Math.max(0, Math.floor((top - reach) / side)); y <= Math.min(most, Math.ceil((top + size + reach) / side - 1e-9) - 1); y++) {
        for (let x = Math.max(0, Math.floor((left - reach) / side)); x <= Math.min(most, Math.ceil((left + size + reach) / side - 1e-9) - 1); x++) parts.push([x, y]);
      }
      const tiles = await Promise.all(parts.map(([x, y]) => this.tile(z, x, y)));
      tiles.forEach((tile, i) => {
        if (tile) rasterise(ids, width, tile, side / tile.extent, parts[i][0] * side - left + MARGIN, parts[i][1] * side - top + MARGIN);
      });
      return ids;
    }
  }
  return { Source, MARGIN };
})();
