// Names at the points of the scatter plot (散点图): none over another or over a neighbour's point. A name that finds no room above, beside or
// below its point is left out, as on the map; the hover still tells it. Those drawn last (the units picked) are placed first.
(() => {
  "use strict";
  const ABOVE = [0, 0], RIGHT = [1, 1], LEFT = [-1, 1], BELOW = [0, 2]; // shares of the way across, and down to the point's height
  const ORDERS = [[ABOVE, RIGHT, LEFT, BELOW], [ABOVE, BELOW, RIGHT, LEFT]]; // the one that leaves out fewer names is taken
  const GAP = 2, AWAY = 9, MOST = 80; // of more points than that the names mind each other only
  const box = (element) => { const b = element.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const middle = (b) => (b[1] + b[3]) / 2;

  // Every name with its own box and the way across and down to its point.
  const read = (chart) => [...chart.querySelectorAll(".scatterlayer .trace")].flatMap((trace) => {
    const points = trace.querySelectorAll("path.point");
    return [...trace.querySelectorAll(".textpoint text")].map((name, at) => {
      name.removeAttribute("dx"); name.removeAttribute("dy");
      const own = box(name);
      return { name, own, wide: (own[2] - own[0]) / 2 + AWAY, down: points[at] ? middle(box(points[at])) - middle(own) : 0 };
    });
  }).reverse();
  const attempt = (order, names, edge, points) => {
    const taken = [...points];
    return names.map(({ own, wide, down }) => order.map(([x, y]) => [x * wide, y * down]).find(([dx, dy]) => {
      const here = [own[0] + dx - GAP, own[1] + dy, own[2] + dx + GAP, own[3] + dy];
      if (here[0] < edge[0] || here[2] > edge[2] || here[1] < edge[1] - 4 || here[3] > edge[3] || taken.some((one) => meets(one, here))) return false;
      return taken.push(here);
    }));
  };
  const place = (chart) => {
    const names = read(chart), points = [...chart.querySelectorAll(".scatterlayer path.point")];
    const tries = ORDERS.map((order) => attempt(order, names, box(chart), points.length > MOST ? [] : points.map(box)));
    const missing = (one) => one.filter((found) => !found).length;
    const best = tries.reduce((a, b) => (missing(b) < missing(a) ? b : a));
    names.forEach(({ name }, at) => {
      if (best[at]) { name.setAttribute("dx", best[at][0]); name.setAttribute("dy", best[at][1]); }
      name.style.visibility = best[at] ? "" : "hidden";
    });
  };
  const waiting = new Set();
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const chart = target.nodeType === Node.ELEMENT_NODE && target.closest(".st-key-panel-scatter .js-plotly-plot");
      if (!chart || waiting.has(chart)) continue;
      waiting.add(chart);
      requestAnimationFrame(() => { waiting.delete(chart); place(chart); });
    }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["x", "y"] });
})();
