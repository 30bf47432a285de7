// Buttons, scale bar, basemap and notice of the map, in the reader's language.
window.AtlasControls = (() => {
  "use strict";
  const WORDS = {
    zh: { in: "放大", out: "缩小", home: "回到当前范围", label: "地图：方向键移动，加减号缩放，回车选中中心单元", km: " 公里", m: " 米" },
    en: { in: "Zoom in", out: "Zoom out", home: "Back to the current area", label: "Map: arrow keys move, plus and minus zoom, Enter selects the unit in the centre", km: " km", m: " m" },
  };
  const Scale = L.Control.Scale.extend({
    _updateMetric(most) {
      const metres = this._getRoundNum(most), w = this.options.words;
      this._updateScale(this._mScale, metres < 1000 ? metres + w.m : metres / 1000 + w.km, metres / most);
    },
  });
  const Home = L.Control.extend({
    onAdd() {
      const bar = L.DomUtil.create("div", "leaflet-bar leaflet-control"), link = L.DomUtil.create("a", "atlas-home", bar);
      link.href = "#"; link.title = this.options.title; link.setAttribute("role", "button"); link.setAttribute("aria-label", this.options.title);
      link.textContent = "⌂";
      L.DomEvent.disableClickPropagation(bar);
      L.DomEvent.on(link, "click", (e) => { L.DomEvent.preventDefault(e); this.options.home(); });
      return bar;
    },
  });
  let controls = [], ground = null, notice = null;

  function dress(map, view, before, home) {
    const words = WORDS[view.lang] || WORDS.zh, box = map.getContainer();
    box.classList.toggle("atlas-dark", view.dark);
    if (!before || before.lang !== view.lang) {
      box.setAttribute("aria-label", words.label);
      controls.forEach((control) => map.removeControl(control));
      controls = [
        L.control.zoom({ position: "topright", zoomInTitle: words.in, zoomOutTitle: words.out }),
        new Home({ position: "topright", title: words.home, home: () => home() }),
        new Scale({ position: "bottomright", imperial: false, maxWidth: 90, words }),
      ];
      controls.forEach((control) => control.addTo(map));
    }
    if (!before || before.basemap.url !== view.basemap.url) {
      if (ground) map.removeLayer(ground);
      ground = view.basemap.url ? L.tileLayer(view.basemap.url, { maxNativeZoom: view.basemap.max_zoom, maxZoom: 20, zIndex: 0 }) : null;
      if (ground) ground.addTo(map);
      box.classList.toggle("atlas-ground", Boolean(ground));
    }
    const text = [view.note, view.basemap.attribution].filter(Boolean).join(" · ");
    if (!notice) notice = L.DomUtil.create("div", "atlas-note", box);
    notice.textContent = text;
    notice.style.display = text ? "block" : "none";
  }
  return { dress };
})();
