// Months one after the other (月度播放): all of them come in one message; from then on the server is not asked.
window.AtlasMonths = (() => {
  "use strict";
  const STEP_MS = 600;
  const WORDS = {
    zh: { offer: "按月播放", wait: "正在准备各月数据……", play: "播放", pause: "暂停", month: "月份", close: "结束播放", bar: "按月播放：空格播放或暂停，左右键换月" },
    en: { offer: "Play months", wait: "Preparing the months…", play: "Play", pause: "Pause", month: "Month", close: "Stop playing months", bar: "Months: space plays or pauses, left and right change the month" },
  };
  const PLAY = "M6 4l10 6-10 6z", PAUSE = "M5 4h3.5v12H5zM11.5 4H15v12h-3.5z", CLOSE = "M5 5l10 10M15 5L5 15";
  const icon = (path, stroke) => `<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="${path}" ${stroke ? 'fill="none" stroke="currentColor" stroke-width="2"' : 'fill="currentColor"'}/></svg>`;
  let box = null, parts = null, months = null, offered = null, words = WORDS.zh, show = null, tell = null, timer = 0;

  function element(name, kind, inside) { const made = L.DomUtil.create(name, kind, inside); if (name === "button") made.type = "button"; return made; }
  function mount(map, onShow, onTell) {
    show = onShow; tell = onTell;
    box = element("div", "atlas-months", map.getContainer());
    box.setAttribute("role", "group");
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    for (const kind of ["keydown", "keyup", "keypress", "dblclick"]) box.addEventListener(kind, (e) => e.stopPropagation()); // the map moves by the same keys
    const offer = element("button", "atlas-months-offer", box), play = element("button", "atlas-months-play", box), range = element("input", "", box);
    const name = element("output", "", box), close = element("button", "atlas-months-close", box);
    range.type = "range"; range.min = 0;
    parts = { offer, play, range, name, close };
    offer.addEventListener("click", () => { offer.disabled = true; offer.querySelector("span").textContent = words.wait; tell({ kind: "frames" }); });
    play.addEventListener("click", () => (timer ? pause() : start()));
    range.addEventListener("input", () => { pause(); go(+range.value); });
    close.addEventListener("click", () => { pause(); tell({ kind: "still" }); });
    box.addEventListener("keydown", (e) => { if (e.key === " " && e.target === range) { e.preventDefault(); play.click(); } });
  }

  /** `next`: {id, labels, texts, places(i)} or null; `isOffered`: whether months may be asked for. */
  function update(next, isOffered, lang) {
    words = WORDS[lang] || WORDS.zh;
    box.setAttribute("aria-label", words.bar);
    const isNew = Boolean(next) && (!months || months.id !== next.id), at = next && !isNew ? months.at : next ? next.labels.length - 1 : 0;
    months = next;
    offered = isOffered && !next;
    if (!next) pause();
    box.style.display = next || offered ? "flex" : "none";
    box.classList.toggle("is-offer", Boolean(offered));
    parts.offer.disabled = false;
    parts.offer.innerHTML = icon(PLAY) + "<span></span>";
    parts.offer.querySelector("span").textContent = words.offer;
    parts.range.setAttribute("aria-label", words.month);
    parts.close.title = words.close;
    parts.close.setAttribute("aria-label", words.close);
    parts.close.innerHTML = icon(CLOSE, true);
    if (!next) return;
    parts.range.max = next.labels.length - 1;
    months.at = at;
    label();
    button();
    if (isNew && !matchMedia("(prefers-reduced-motion: reduce)").matches) start();
  }
  function label() { parts.range.value = months.at; parts.name.textContent = months.labels[months.at]; parts.range.setAttribute("aria-valuetext", months.labels[months.at]); }
  function button() {
    parts.play.innerHTML = icon(timer ? PAUSE : PLAY);
    parts.play.title = timer ? words.pause : words.play;
    parts.play.setAttribute("aria-label", parts.play.title);
  }
  function go(at) { months.at = at; label(); show(); }
  function start() {
    if (!months) return;
    if (months.at >= months.labels.length - 1) go(0);
    clearInterval(timer);
    timer = setInterval(() => { if (months.at >= months.labels.length - 1) pause(); else go(months.at + 1); }, STEP_MS);
    button();
  }
  function pause() { clearInterval(timer); timer = 0; if (parts && months) button(); }
  return { mount, update, go, pause, get current() { return months; }, get isPlaying() { return timer !== 0; } };
})();
