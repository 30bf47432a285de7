// The text under the pointer (or under the cross-hair, for the keyboard), answered without the server.
window.AtlasTip = (() => {
  "use strict";
  function number(view, value) {
    const f = view.format;
    return (value * f.scale).toLocaleString(view.lang === "en" ? "en-US" : "zh-CN", { minimumFractionDigits: f.digits, maximumFractionDigits: f.digits }) + f.suffix;
  }
  class Tip {
    constructor(map, unitAt) {
      this.map = map; this.unitAt = unitAt;
      const box = map.getContainer();
      this.box = L.DomUtil.create("div", "atlas-tip", box);
      this.box.setAttribute("role", "status");
      this.name = L.DomUtil.create("strong", "", this.box);
      this.line = L.DomUtil.create("span", "", this.box);
      this.note = L.DomUtil.create("em", "", this.box);
      this.cross = L.DomUtil.create("div", "atlas-cross", box);
      map.on("mousemove", (e) => { this.keyboard(false); this.show(e.latlng, e.containerPoint); });
      map.on("mouseout movestart zoomstart", () => this.hide());
      box.addEventListener("keydown", (e) => { if (e.key.startsWith("Arrow") || e.key === "+" || e.key === "-" || e.key === "=") this.keyboard(true); });
      box.addEventListener("blur", () => { this.keyboard(false); this.hide(); });
      map.on("moveend", () => { if (this.isKeyboard) this.show(map.getCenter(), map.getSize().divideBy(2)); });
    }
    set(view, tree) { this.view = view; this.tree = tree; this.again(); }
    again() { if (this.last) this.show(...this.last); }
    keyboard(on) { this.isKeyboard = on; this.cross.style.display = on ? "block" : "none"; }
    hide() { this.box.style.display = "none"; this.last = null; }
    show(latlng, at) {
      const n = this.unitAt(latlng), v = this.view;
      if (!n || !v || (v.outside === "hidden" && (n < v.range[0] || n > v.range[1]))) {
        this.hide();
        this.map.getContainer().style.cursor = "";
        if (n === null) this.last = [latlng, at]; // told once its tile is there
        return;
      }
      this.last = [latlng, at];
      this.map.getContainer().style.cursor = "pointer";
      this.name.textContent = this.tree ? this.tree.name[n] || "" : "…";
      if (v.months) { // of the months only the class is told: their values stay with the server
        const place = v.months.places[n];
        this.line.textContent = v.indicator + " · " + v.months.labels[v.months.at];
        this.note.textContent = place ? v.months.texts[place - 1] : v.blank_text;
        this.place(at);
        return;
      }
      const code = v.codes[n], value = code ? v.values[code] : NaN;
      const word = v.looks_text[code ? v.data.looks[code] : -1] || (code ? "" : v.blank_text);
      const isKind = v.format.as_word && word;  // a kind is told by its word, never by the number it is drawn with
      this.line.textContent = v.indicator + (v.lang === "en" ? ": " : "：") + (isKind ? word : Number.isNaN(value) ? "—" : number(v, value));
      this.note.textContent = isKind ? "" : word;
      this.place(at);
    }
    place(at) {
      this.box.style.display = "block";
      const size = this.map.getSize(), w = this.box.offsetWidth, h = this.box.offsetHeight;
      this.box.style.left = Math.max(4, at.x + 16 + w > size.x ? at.x - w - 12 : at.x + 16) + "px";
      this.box.style.top = Math.max(4, at.y + 18 + h > size.y ? at.y - h - 12 : at.y + 18) + "px";
    }
  }
  return { Tip, number };
})();
