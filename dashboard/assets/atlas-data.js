// Data from the server: the codes of a view, and once per build the names, parents and label points of all units.
window.AtlasData = (() => {
  "use strict";
  const trees = new Map();
  function bytes(text) { const raw = atob(text), out = new Uint8Array(raw.length); for (let i = 0; i < raw.length; i++) out[i] = raw.charCodeAt(i); return out.buffer; }
  function unzlibbed(text) { return fflate.unzlibSync(new Uint8Array(bytes(text))); } // base64 of zlib bytes
  async function inflated(text) { // the same for megabytes, on another thread
    const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }
  function woven(planes, width, count) { // numbers of `width` bytes from their byte planes, lowest first
    if (width === 1) return planes;
    const out = new ({ 2: Uint16Array, 4: Uint32Array }[width])(count);
    for (let p = 0; p < width; p++) for (let i = 0, at = p * count; i < count; i++, at++) out[i] |= planes[at] << (8 * p);
    return out;
  }
  function codesOf(data) { // unit_no → entry (0 = no entry)
    const count = data.count, codes = woven(unzlibbed(data.codes), data.width, count);
    if (!data.numbers) return codes;
    const steps = woven(unzlibbed(data.numbers), 4, count), all = new codes.constructor(data.size);
    for (let i = 0, n = 0; i < count; i++) { n += steps[i]; all[n] = codes[i]; }
    return all;
  }
  function treeOf(url) { // names, parents and label points of a build: asked for once
    if (!trees.has(url)) trees.set(url, fetch(url).then((answer) => { if (!answer.ok) throw new Error(url + ": " + answer.status); return answer.json(); }).then(plant));
    return trees.get(url);
  }
  function plant(json) {
    if (Array.isArray(json)) return { name: json, parent: null };
    const parent = new Int32Array(bytes(json.parent)), rank = new Uint8Array(bytes(json.rank)), last = new Int32Array(parent.length), groups = new Map();
    for (let n = parent.length - 1; n > 0; n--) { // depth-first numbers: the children of a unit follow it
      if (last[n] < n) last[n] = n;
      if (last[parent[n]] < last[n]) last[parent[n]] = last[n];
    }
    const ofRank = (r) => {
      if (!groups.has(r)) { const found = []; for (let n = 1; n < rank.length; n++) if (rank[n] === r) found.push(n); groups.set(r, found); }
      return groups.get(r);
    };
    return { name: json.name, parent, rank, last, ofRank, lon: new Float32Array(bytes(json.lon)), lat: new Float32Array(bytes(json.lat)) };
  }
  return { bytes, inflated, codesOf, treeOf };
})();
