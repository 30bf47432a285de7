// The map of one page. Python mounts it once and then only calls update(view); nothing here ever remounts.
window.AtlasMap = (() => {
  "use strict";
  const { MARGIN } = AtlasTiles, { bytes, inflated, codesOf, treeOf } = AtlasData, P = AtlasPaint;
  const sources = new Map();
  const state = window.atlas = { ready: false, build_id: null, level: null, unit_no_count: 0, recoloured_at: null, recolour_ms: null };
  let map = null, view = null, layer = null, coming = null, tree = null, labels = null, tip = null, fitted = null, programmatic = false, moved = false, fittedSize = null, picture = null;
  let told = null, clicks = 0, awaited = []; // places chosen where the tile was not painted yet
  const mounted = Math.random().toString(36).slice(2);
  const dpr = () => Math.min(2, Math.max(1, window.devicePixelRatio || 1));
  const now = () => performance.timeOrigin + performance.now();

  // ---- looks
  function lookOf(v, old) { return AtlasLook.lookOf(v, v.months ? monthPlaces(v) : v.places, linesOf(v), old); }
  function placesOf(v) { // place in the list of looks per unit number, from 1; 0 = no figure
    const places = new Uint8Array(v.size), entry = v.data.looks, codes = v.codes;
    for (let n = 1; n < v.size; n++) if (codes[n] !== 0) places[n] = entry[codes[n]] + 1;
    return places;
  }
  function monthPlaces(v) { // the same in the month shown: one array, filled again for each
    const { at, drawn, frames, places } = v.months, from = at * drawn.length;
    for (let i = 0; i < drawn.length; i++) places[drawn[i]] = frames[from + i];
    return places;
  }
  function unpacked(v, months) { // everything packed in a message, as arrays
    v.codes = codesOf(v.data);
    v.months = months;
    v.values = new Float64Array(bytes(v.data.values));
    v.data.looks = new Uint8Array(bytes(v.data.looks));
    v.places = placesOf(v);
    delete v.data.codes; delete v.data.numbers; delete v.data.values;
    if (v.months && !v.months.drawn) v.months.drawn = Int32Array.from(v.codes.keys()).filter((n) => v.codes[n] !== 0);
    return v;
  }
  function knownMonths(v) { // null: none asked for; undefined: still packed
    const known = AtlasMonths.current;
    return !v.months ? null : known && known.id === v.months.id ? known : undefined;
  }
  async function monthsOf(v) {
    const frames = await inflated(v.months.frames);
    return { id: v.months.id, labels: v.months.labels, texts: v.months.texts, frames, drawn: null, places: new Uint8Array(v.size), at: 0 };
  }
  function pixelsOf(level) { // side of the level's median unit in CSS pixels
    const centre = map.getCenter(), metres = 40075016.7 * Math.cos(centre.lat * Math.PI / 180) / 256 / 2 ** map.getZoom();
    return Math.sqrt(level.area) / metres;
  }
  function linesOf(v) { // index = boundary rank + 1; only boundaries with room between them
    const lines = new Uint8Array(8);
    for (const level of v.levels) {
      if (level.rank > v.rank || (level.rank < v.rank && !v.outlines.includes(level.rank))) continue;
      const px = pixelsOf(level), own = level.rank === v.rank;
      lines[level.rank + 1] = own ? (px >= 7 ? P.LINE.light : P.LINE.none) : px < 14 ? P.LINE.none : px < 60 ? P.LINE.dark : P.LINE.solid;
    }
    const solid = [...lines].findIndex((kind, i) => i > 1 && kind === P.LINE.solid);
    for (let i = solid + 1; solid > 0 && i < 7; i++) if (lines[i] === P.LINE.solid) lines[i] = P.LINE.dark;
    lines[7] = P.LINE.dark;
    return lines;
  }

  // ---- the layer of tiles
  const Units = L.GridLayer.extend({
    options: { updateWhenZooming: false, updateWhenIdle: false, keepBuffer: 1, maxZoom: 20, minZoom: 2 },
    initialize(v) { L.GridLayer.prototype.initialize.call(this, {}); this.view = v; this.live = new Map(); this.key = keyOf(v); this.dpr = dpr(); },
    createTile(coords, done) {
      const canvas = L.DomUtil.create("canvas", "leaflet-tile"), size = Math.round(256 * this.dpr), tile = { size, ids: null, edges: null, outline: null, canvas, coords };
      canvas.width = canvas.height = size;
      canvas.style.width = canvas.style.height = "256px";
      tile.context = canvas.getContext("2d", { alpha: true });
      sourceOf(this.view).rasterised(coords, size).then((ids) => {
        tile.ids = ids;
        tile.isEmpty = ids.every((n) => n === 0);
        this.live.set(this._tileCoordsToKey(coords), tile);
        this.look = this.look || lookOf(this.view);
        if (!tile.isEmpty) { dress(this, tile); P.paint(tile, this.look, this.dpr); }
        done(null, canvas);
      }, (error) => done(error, canvas));
      return canvas;
    },
    // Leaflet draws tiles of whole zooms and stretches them; ours are made for the exact zoom, so edges stay sharp.
    _clampZoom(zoom) { return zoom; },
    _setView(centre, zoom, noPrune, noUpdate) {
      if (!noUpdate) {
        this._tileZoom = zoom;
        if (this._abortLoading) this._abortLoading();
        this._updateLevels();
        this._resetGrid();
        this._update(centre);
        if (!noPrune) this._pruneTiles();
        this._noPrune = Boolean(noPrune);
      }
      this._setZoomTransforms(centre, zoom);
    },
    _pruneTiles() { // the old zoom's tiles stay until every new one is painted
      if (!this._map || Object.values(this._tiles).some((tile) => tile.current && !tile.active)) return;
      L.GridLayer.prototype._pruneTiles.call(this);
    },
    at(latlng) { // unit number under a position, 0 = none, null = not known yet: its tile is still on the way
      const zoom = this._tileZoom, point = map.project(latlng, zoom), x = Math.floor(point.x / 256), y = Math.floor(point.y / 256);
      const tile = this.live.get(x + ":" + y + ":" + zoom);
      if (!tile) return this.isLoading() ? null : 0;
      const part = tile.size / 256, px = Math.floor((point.x - x * 256) * part), py = Math.floor((point.y - y * 256) * part);
      return tile.ids[(py + MARGIN) * (tile.size + 2 * MARGIN) + px + MARGIN];
    },
    repaint() { for (const tile of this.live.values()) if (!tile.isEmpty) P.paint(tile, this.look, this.dpr); },
  });
  const keyOf = (v) => v.build_id + "/" + v.level + "/" + v.tiles;
  function sourceOf(v) { if (!sources.has(v.tiles)) sources.set(v.tiles, new AtlasTiles.Source(v.tiles)); return sources.get(v.tiles); }
  function dress(on, tile) {
    if (tile.isEmpty) return;
    // Lines and selection depend on the raster only, so they are worked out once.
    if (tree && tree.parent && !tile.edges) tile.edges = P.boundaries(tile.ids, tile.size, tree, on.view.rank, on.dpr);
    const parts = selections().map(([first, last]) => P.outline(tile.ids, tile.size, first, last, on.dpr)).filter(Boolean);
    tile.outline = parts.length ? [0, 1].map((at) => Uint32Array.from(parts.flatMap((part) => [...part[at]]))) : null;
  }
  function selections() { // units outlined: the one looked at and those picked beside it, each with what lies below
    return [...(view.also || []), ...(view.selected ? [view.selected] : [])].map((n) => [n, tree && tree.last ? tree.last[n] : n]);
  }
  function show(v) {
    if (coming) { map.removeLayer(coming); coming = null; }
    const next = new Units(v);
    next.on("tileunload", (e) => next.live.delete(next._tileCoordsToKey(e.coords)));
    next.on("loading", () => { state.ready = false; });
    next.on("tileload", () => { if (layer === next && !coming) again(); });
    next.on("load", () => {
      if (coming === next) { if (layer) map.removeLayer(layer); layer = next; coming = null; }
      if (layer === next) { again(); awaited = []; dropPicture(); painted(next.view); }
    });
    coming = next;
    next.addTo(map);
  }
  function painted(v) {
    if (coming) return;
    Object.assign(state, { ready: true, build_id: v.build_id, level: v.level, unit_no_count: v.count, recoloured_at: now() });
    if (v.mark && told !== v) { told = v; fetch(`/painted/${v.mark}`, { cache: "no-store" }).catch(() => {}); } // the rest of the page waits for it
    learn();
  }

  // ---- what Python calls
  function mount(on) {
    map = on;
    const box = map.getContainer();
    box.setAttribute("role", "application");
    map.setMinZoom(3).setMaxZoom(20);
    labels = new AtlasLabels.Labels(map);
    tip = new AtlasTip.Tip(map, (at) => layer ? layer.at(at) : 0);
    AtlasMonths.mount(map, turned, (event) => send({ ...event, level: view.level }));
    map.on("click", (e) => choose(e.latlng));
    let pressed = 0; // the ring is for those who came by keyboard
    box.addEventListener("pointerdown", () => { pressed = performance.now(); box.classList.remove("atlas-focus"); }, true);
    box.addEventListener("focus", () => { if (performance.now() - pressed > 400) box.classList.add("atlas-focus"); });
    box.addEventListener("keydown", () => box.classList.add("atlas-focus"));
    box.addEventListener("blur", () => box.classList.remove("atlas-focus"));
    box.addEventListener("keydown", (e) => { if (e.key === "Enter" && e.target === box) choose(map.getCenter()); });
    map.on("zoomend", () => {
      for (const on of [layer, coming]) if (on) { on.look = lookOf(on.view, on.look); on.repaint(); }
      if (!programmatic) followZoom();
    });
    map.on("movestart zoomstart", () => { if (!programmatic) moved = true; });
    // Streamlit gives the frame its height after the first picture may have been fitted; a window may change, too.
    new ResizeObserver(() => {
      map.invalidateSize({ pan: false });
      if (fittedSize && !moved && !fittedSize.equals(map.getSize())) refit();
    }).observe(box);
  }
  let asked = 0;
  function update(next) { // unpacking months takes a moment; of two messages that meet in it the newer one counts
    const mine = ++asked, started = performance.now(), months = knownMonths(next);
    state.ready = false;
    if (months !== undefined) take(unpacked(next, months), started);
    else monthsOf(next).then((found) => { if (mine === asked) take(unpacked(next, found), started); });
  }
  function take(next, started) {
    const before = view;
    view = next;
    state.ready = false;
    document.documentElement.lang = view.lang === "en" ? "en" : "zh-CN";
    AtlasControls.dress(map, view, before, refit);
    AtlasDraw.update(map, view, (event) => send({ ...event, level: view.level }));
    AtlasMonths.update(view.months, view.offers_months, view.lang);
    tip.set(view, tree);
    const stays = layer && layer.key === keyOf(view) && layer.dpr === dpr();
    if (!stays) awaited = []; // meant units of the picture before
    fit(stays);
    if (stays) {
      if (coming) { map.removeLayer(coming); coming = null; }
      layer.view = view;
      layer.look = lookOf(view, layer.look);
      if (!before || before.selected !== view.selected || String(before.also) !== String(view.also)) for (const tile of layer.live.values()) dress(layer, tile);
      layer.repaint();
      state.recolour_ms = performance.now() - started;
      if (!layer.isLoading()) painted(view);
    } else {
      show(view);
      state.recolour_ms = performance.now() - started;
    }
    labels.set(view, tree, pixelsOf);
  }
  function turned() { // to another month
    const started = performance.now();
    for (const on of [layer, coming]) if (on && on.look) { on.look = lookOf(view, on.look); on.repaint(); }
    tip.set(view, tree);
    Object.assign(state, { month: view.months.at, turn_ms: performance.now() - started, turned_at: now() });
  }
  function learn() { // names and parents come after the first picture, so that they do not delay it
    const wanted = view.names;
    treeOf(wanted).then((found) => { if (view.names === wanted) grown(found); });
    const finer = view.levels.filter((level) => level.tiles && level.rank > view.rank).sort((a, b) => a.rank - b.rank).slice(0, 2);
    for (const level of finer) { // where a click leads: their beginnings are there before it comes
      const tiles = view.tiles.replace(view.level + ".pmtiles", level.id + ".pmtiles");
      if (tiles !== view.tiles) sourceOf({ tiles }).archive.getHeader().catch(() => {}); // asked again, and told, when it is needed
    }
  }
  function grown(found) {
    if (tree === found) return;
    tree = found;
    for (const on of [layer, coming]) if (on) { for (const tile of on.live.values()) { tile.edges = null; dress(on, tile); } if (on.look) on.repaint(); }
    tip.set(view, tree);
    labels.set(view, tree, pixelsOf);
  }
  function fit(stays) {
    const wish = JSON.stringify([view.bounds, view.fit]);
    if (wish === fitted) return;
    fitted = wish;
    keepPicture();
    if (!stays && layer) { map.removeLayer(layer); layer = null; } // it would ask for tiles of the new place
    refit();
  }
  function refit() { // a jump, not a flight: tiles of the new place are asked for at once, the old picture stays meanwhile
    const [west, south, east, north] = view.bounds, box = L.latLngBounds([south, west], [north, east]);
    programmatic = true;
    if (!picture) keepPicture();
    const aside = map.getSize().x < 480 ? 50 : 14; // a phone has no room left beside the buttons
    map.fitBounds(box, { paddingTopLeft: [aside > 14 ? 4 : 14, 14], paddingBottomRight: [aside, view.offers_months ? 60 : 14], maxZoom: 18, animate: false }); // room for the months
    programmatic = moved = false;
    fittedSize = map.getSize();
  }
  function keepPicture() {
    if (!layer || !layer.live.size) return;
    dropPicture();
    const size = map.getSize(), canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), at = layer.dpr;
    canvas.width = size.x * at; canvas.height = size.y * at;
    const zoom = layer._tileZoom, scale = map.getZoomScale(map.getZoom(), zoom), corner = map.project(map.getBounds().getNorthWest(), zoom);
    for (const { canvas: tile, coords } of layer.live.values()) {
      if (coords.z === zoom) pen.drawImage(tile, (coords.x * 256 - corner.x) * scale * at, (coords.y * 256 - corner.y) * scale * at, 256 * scale * at, 256 * scale * at);
    }
    picture = L.svgOverlay(canvas, map.getBounds(), { pane: "tilePane", zIndex: 0 }).addTo(map);
  }
  function dropPicture() { if (picture) { map.removeLayer(picture); picture = null; } }

  // ---- what goes back to Python
  function send(event) {
    clicks += 1;
    window.Streamlit.setComponentValue({ ...event, mounted, seq: clicks });
  }
  function choose(at) {
    const n = layer ? layer.at(at) : 0;
    if (AtlasDraw.takes(n, at)) return;
    if (n === null) { awaited.push(at); return; } // after a zoom, a resize: answered once the tile is there, not lost
    if (!n || (view.outside === "hidden" && (n < view.range[0] || n > view.range[1]))) return;
    view.selected = n; // shown at once; the server's answer confirms it
    if (layer) { for (const tile of layer.live.values()) dress(layer, tile); layer.repaint(); }
    send({ kind: "click", unit_no: n, level: view.level, lat: at.lat, lng: at.lng });
  }
  function again() { // what was chosen, and pointed at, before its tile came
    const known = awaited.filter((at) => layer.at(at) !== null);
    awaited = awaited.filter((at) => !known.includes(at));
    known.forEach(choose);
    tip.again();
  }
  function followZoom() {
    if (!view || !view.follow) return;
    const ranks = view.levels.filter((level) => level.tiles && level.rank > 0).sort((a, b) => b.rank - a.rank);
    const best = ranks.find((level) => pixelsOf(level) >= view.follow_px) || ranks[ranks.length - 1];
    if (best && best.id !== view.level) send({ kind: "level", level: best.id });
  }
  return { mount, update, get map() { return map; }, get layer() { return layer; }, get view() { return view; }, get labels() { return labels; }, get tree() { return tree; } };
})();
