// Choosing grids on the map: drag a rectangle, set the corners of an area, or pick unit by unit. What is chosen goes to the server as
// an event; the server's next view brings the area back to be shown. By keyboard: Enter sets a corner (or picks) at the cross.
window.AtlasDraw = (() => {
  "use strict";
  const MOST = 60, NEAR = 12, SCALE = 1e5;
  const WORDS = {
    zh: { bar: "选择网格", box: "框选区域", ring: "多边形选区", pick: "逐个点选", clear: "清除选区", boxHint: "按住拖出矩形，松开完成；Esc 取消",
      ringHint: "依次点击顶点，双击或点回起点完成；键盘：回车加点，F 完成，退格删点，Esc 取消", pickHint: "点击单元加入或移出选择；再点“逐个点选”结束" },
    en: { bar: "Choose grids", box: "Choose by rectangle", ring: "Choose by outline", pick: "Pick one by one", clear: "Clear the area", boxHint: "Drag a rectangle; Esc cancels",
      ringHint: "Click the corners; double-click or click the first one to finish. Keys: Enter adds, F finishes, Backspace removes, Esc cancels", pickHint: "Click units to add or remove them; press the button again to end" },
  };
  const ICONS = {
    box: '<rect x="3.5" y="5.5" width="13" height="9" stroke-dasharray="3 2"/>', ring: '<path d="M4 13 7 4l9 2 1 8-7 3z"/>',
    pick: '<path d="M4 4h5v5H4zM11 11h5v5h-5z"/><path d="m12 6 2 2 3-4"/>', clear: '<path d="m5 5 10 10M15 5 5 15"/>',
  };
  const LOOK = { color: "#1f5fa8", weight: 2.5, dashArray: "7 4", fillColor: "#1f5fa8", fillOpacity: .05, interactive: false, className: "atlas-area" };
  let map = null, send = null, words = WORDS.zh, bar = null, hint = null, mode = "", corners = [], sketch = null, shown = null, start = null, shownKey = "", ended = 0;

  const Bar = L.Control.extend({
    onAdd() {
      const box = L.DomUtil.create("div", "leaflet-bar leaflet-control atlas-draw");
      box.setAttribute("role", "group"); box.setAttribute("aria-label", words.bar);
      for (const kind of ["box", "ring", "pick", "clear"]) {
        const link = L.DomUtil.create("a", "atlas-draw-" + kind, box);
        link.href = "#"; link.title = words[kind]; link.setAttribute("role", "button"); link.setAttribute("aria-label", words[kind]);
        if (kind !== "clear") link.setAttribute("aria-pressed", "false");
        link.innerHTML = `<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round">${ICONS[kind]}</svg>`;
        L.DomEvent.on(link, "click", (e) => { L.DomEvent.stop(e); kind === "clear" ? clear() : enter(mode === kind ? "" : kind); });
        L.DomEvent.on(link, "keydown", (e) => { if (e.key === " ") { L.DomEvent.stop(e); link.click(); } else if (e.key === "Enter") e.stopPropagation(); });
      }
      L.DomEvent.disableClickPropagation(box);
      return box;
    },
  });
  const round = (latlng) => [Math.round(latlng.lng * SCALE) / SCALE, Math.round(latlng.lat * SCALE) / SCALE];
  const latlngs = (ring) => ring.map(([lon, lat]) => [lat, lon]);

  // ---- modes
  function enter(next) {
    const box = map.getContainer();
    drop();
    mode = next;
    map.dragging[mode === "box" ? "disable" : "enable"]();
    map.doubleClickZoom[mode === "ring" ? "disable" : "enable"]();
    box.classList.toggle("atlas-drawing", mode === "box" || mode === "ring");
    box.style.touchAction = mode === "box" ? "none" : "";
    for (const kind of ["box", "ring", "pick"]) bar.getContainer().querySelector(".atlas-draw-" + kind).setAttribute("aria-pressed", String(mode === kind));
    hint.textContent = mode ? words[mode + "Hint"] : "";
    hint.style.display = mode ? "block" : "none";
    if (mode === "ring" || mode === "pick") box.focus({ preventScroll: true });
  }
  function drop() { corners = []; start = null; if (sketch) { map.removeLayer(sketch); sketch = null; } }
  function draw(ring, loose) {
    const points = latlngs(loose ? [...ring, loose] : ring);
    if (!sketch) sketch = L.polygon(points, LOOK).addTo(map); else sketch.setLatLngs(points);
  }
  function finish(ring) {
    const distinct = new Set(ring.map(String)).size;
    ended = performance.now(); // the click that ends a rectangle is no click on a unit
    enter("");
    if (distinct >= 3) send({ kind: "area", ring });
  }
  function clear() { enter(""); if (shown) { map.removeLayer(shown); shown = null; shownKey = ""; dress(); } send({ kind: "area", ring: [] }); }

  // ---- corners one after another
  function corner(latlng) {
    if (corners.length >= 3 && map.latLngToContainerPoint(latlng).distanceTo(map.latLngToContainerPoint(L.latLng(corners[0][1], corners[0][0]))) < NEAR) return finish(corners);
    const next = round(latlng), last = corners[corners.length - 1];
    if (!last || String(last) !== String(next)) corners.push(next);
    if (corners.length >= MOST) return finish(corners);
    draw(corners);
  }
  function keys(e) {
    if (!mode) return;
    if (e.key === "Escape") { L.DomEvent.stop(e); enter(""); }
    else if (mode === "ring" && e.key === "Enter") { L.DomEvent.stop(e); corner(map.getCenter()); }
    else if (mode === "ring" && (e.key === "f" || e.key === "F")) { L.DomEvent.stop(e); finish(corners); }
    else if (mode === "ring" && e.key === "Backspace") { L.DomEvent.stop(e); corners.pop(); draw(corners); }
  }

  // ---- a rectangle by pointer
  function down(e) {
    if (mode !== "box" || e.button || e.target.closest(".leaflet-control")) return;
    start = map.mouseEventToLatLng(e);
    map.getContainer().setPointerCapture(e.pointerId);
  }
  function across(e) { const end = map.mouseEventToLatLng(e), [a, b] = [round(start), round(end)]; return [a, [b[0], a[1]], b, [a[0], b[1]]]; }
  function move(e) {
    if (mode === "box" && start) draw(across(e));
    else if (mode === "ring" && corners.length && e.pointerType === "mouse") draw(corners, round(map.mouseEventToLatLng(e)));
  }
  function up(e) {
    if (mode !== "box" || !start) return;
    const far = map.latLngToContainerPoint(start).distanceTo(map.mouseEventToContainerPoint(e)), ring = across(e);
    if (far < 6) drop(); else finish(ring);
  }

  // ---- what atlas-map.js calls
  function mount(on, view, tell) {
    map = on; send = tell;
    const box = map.getContainer();
    hint = L.DomUtil.create("div", "atlas-hint", box);
    hint.setAttribute("role", "status");
    map.on("dblclick", () => { if (mode === "ring") finish(corners); });
    box.addEventListener("pointerdown", down); box.addEventListener("pointermove", move); box.addEventListener("pointerup", up);
    box.addEventListener("keydown", keys, true); // before the map's own keys
  }
  function dress() { if (bar) bar.getContainer().querySelector(".atlas-draw-clear").style.display = shown ? "" : "none"; }
  function update(on, view, tell) { // after every view: the buttons in the reader's language, and the area in force
    if (!view.can_choose) { if (bar) { enter(""); map.removeControl(bar); bar = null; } return; }
    if (!map) mount(on, view, tell);
    const next = WORDS[view.lang] || WORDS.zh;
    if (!bar || next !== words) {
      words = next;
      if (bar) map.removeControl(bar);
      bar = new Bar({ position: "topright" }).addTo(map);
      enter("");
    }
    const key = JSON.stringify(view.area);
    if (key !== shownKey) {
      if (shown) map.removeLayer(shown);
      shown = view.area.length ? L.polygon(latlngs(view.area), LOOK).addTo(map) : null;
      shownKey = key;
    }
    dress();
  }
  // Whether a click or Enter on the map belongs to the drawing; a picked unit is told here.
  function takes(n, at) {
    if (mode === "ring") { corner(at); return true; }
    if (mode === "box" || performance.now() - ended < 350) return true;
    if (mode !== "pick" || n === null) return false;
    if (n) send({ kind: "pick", unit_no: n });
    return true;
  }
  return { update, takes, get mode() { return mode; } };
})();
