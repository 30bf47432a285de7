// Names on the map: one canvas, greedy placement, no two names overlap.
window.AtlasLabels = (() => {
  "use strict";
  const FONT = '"Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","PingFang SC",sans-serif';
  const ROOM = 62;      // a level is named when its median unit is at least this wide (CSS px)
  const MOST = 400;     // candidates measured per picture
  const LONGEST = 24;   // half-widths: twelve Chinese characters, or twenty-four Latin letters
  const halves = (char) => (char.codePointAt(0) > 0x2e7f ? 2 : 1);

  class Labels {
    constructor(map) {
      this.map = map;
      map.createPane("atlas-labels").style.zIndex = 450;
      map.getPane("atlas-labels").style.pointerEvents = "none";
      this.canvas = L.DomUtil.create("canvas", "atlas-labels", map.getPane("atlas-labels"));
      this.canvas.setAttribute("aria-hidden", "true");
      map.on("moveend zoomend resize viewreset", () => this.draw());
      map.on("zoomstart", () => { this.canvas.style.visibility = "hidden"; });
    }
    set(view, tree, pixelsOf) { this.view = view; this.tree = tree; this.pixelsOf = pixelsOf; this.draw(); }

    rank() {
      const ranks = this.view.levels.filter((level) => level.rank <= this.view.rank && level.rank > 0).sort((a, b) => b.rank - a.rank);
      const fitting = ranks.find((level) => this.pixelsOf(level) >= ROOM);
      return fitting ? fitting.rank : ranks.length ? ranks[ranks.length - 1].rank : this.view.rank;
    }
    text(no) { // a child's name often repeats its parent's
      const { name, parent } = this.tree, own = name[no] || "", above = name[parent[no]] || "";
      const short = above && own.startsWith(above) && own.length > above.length ? own.slice(above.length) : own;
      let room = LONGEST;
      const cut = [...short].findIndex((char) => (room -= halves(char)) < 0);
      return cut < 0 ? short : short.slice(0, cut).trimEnd() + "…";
    }
    candidates(rank) {
      const bounds = this.map.getBounds(), { lon, lat } = this.tree, [first, last] = this.view.range, found = [];
      const w = bounds.getWest(), e = bounds.getEast(), s = bounds.getSouth(), n = bounds.getNorth();
      for (const no of this.tree.ofRank(rank)) {
        if (no >= first && no <= last && lon[no] > w && lon[no] < e && lat[no] > s && lat[no] < n) found.push(no);
        if (found.length >= MOST) break;
      }
      return found;
    }
    draw() {
      if (!this.view || !this.tree || !this.tree.lon) return;
      const size = this.map.getSize(), dpr = window.devicePixelRatio || 1, canvas = this.canvas;
      L.DomUtil.setPosition(canvas, this.map.containerPointToLayerPoint([0, 0]));
      canvas.width = size.x * dpr; canvas.height = size.y * dpr;
      canvas.style.width = size.x + "px"; canvas.style.height = size.y + "px";
      canvas.style.visibility = "visible";
      if (!this.view.labels) return;
      const pen = canvas.getContext("2d");
      pen.scale(dpr, dpr);
      pen.textAlign = "center"; pen.textBaseline = "middle"; pen.lineJoin = "round"; pen.lineWidth = 3.5;
      pen.strokeStyle = this.view.dark ? "rgba(9,16,29,.85)" : "rgba(255,255,255,.88)";
      pen.fillStyle = this.view.dark ? "#e8eef7" : "#1c2430";
      const taken = [], rank = this.rank(), px = rank <= 2 ? 13 : 12;
      pen.font = `${rank <= 2 ? 600 : 400} ${px}px ${FONT}`;
      for (const no of this.candidates(rank)) {
        const text = this.text(no);
        if (!text) continue;
        const p = this.map.latLngToContainerPoint([this.tree.lat[no], this.tree.lon[no]]), half = pen.measureText(text).width / 2 + 3;
        const box = [p.x - half, p.y - px * 0.75, p.x + half, p.y + px * 0.75];
        if (box[0] < 2 || box[1] < 2 || box[2] > size.x - 2 || box[3] > size.y - 2) continue;
        if (taken.some((t) => t[0] < box[2] && t[2] > box[0] && t[1] < box[3] && t[3] > box[1])) continue;
        taken.push(box);
        pen.strokeText(text, p.x, p.y);
        pen.fillText(text, p.x, p.y);
      }
      this.drawn = taken.length;
    }
  }
  return { Labels };
})();
