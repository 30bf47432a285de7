// The lobby screen: turns through the screens, asks for new ones every minute, and keeps the last good picture whatever happens.
// The page never loads itself anew. For a browser that does (started again, F5) while the server is away, a worker keeps the page where
// browsers allow one (https, localhost); elsewhere the browser's own cache holds it for a day, and the page freshens that every few hours.
(function (root) {
  "use strict";
  const ASK_S = 60, RETRY_S = 5, MOST_RETRY_S = 60, TIMEOUT_S = 20, PAGE_S = 6 * 3600, STORE = "atlas-kiosk";

  // `world` is what the screen stands on (document, fetch, timers, clock, storage); tests give their own.
  function Kiosk(world) {
    const doc = world.document, body = doc.body;
    const state = { etag: "", data: null, at: -1, failures: 0, turning: null, asking: null, ticking: null, shown: 0, asked: 0, kept_at: 0, remembered: false };
    const el = (id) => doc.getElementById(id);

    function take(data, etag) {
      const first = !state.data || state.data.build_id !== data.build_id || state.data.version !== data.version;
      if (state.data && state.data.version !== data.version) restyle(data.version);
      state.data = data; state.etag = etag;
      el("gk-city").textContent = data.city;
      el("gk-bands").replaceChildren(...data.bands.map((band) => { const span = doc.createElement("span"); span.textContent = band; return span; }));
      el("gk-qr").innerHTML = data.qr;
      el("gk-dots").replaceChildren(...data.screens.map(() => doc.createElement("li")));
      if (state.at >= data.screens.length) state.at = -1;
      date();
      if (state.at < 0) turn(); else if (first) show(state.at);
    }

    // The server was upgraded under the open page: its styles follow, the new one in place before the old one goes.
    function restyle(version) {
      for (const old of doc.querySelectorAll('link[rel="stylesheet"]')) {
        const fresh = old.cloneNode();
        fresh.href = old.getAttribute("href").split("?")[0] + "?" + version;
        fresh.onload = () => old.remove();
        fresh.onerror = () => fresh.remove();
        old.after(fresh);
      }
    }

    function show(at) {
      const screen = state.data.screens[at];
      if (!screen) return;
      state.at = at; state.shown += 1;
      const stage = el("gk-stage");
      stage.innerHTML = screen.html;
      stage.dataset.screen = screen.id;
      el("gk-title").textContent = screen.title;
      Array.from(el("gk-dots").children).forEach((dot, i) => dot.toggleAttribute("data-on", i === at));
    }

    function turn() {
      world.clearTimeout(state.turning);
      state.turning = null;
      const all = state.data ? state.data.screens : [];
      if (!all.length) return;
      const next = (state.at + 1) % all.length;
      if (next !== state.at) show(next); else if (state.at < 0) show(0);
      state.turning = world.setTimeout(turn, Math.max(3, all[next].seconds) * 1000);
    }

    function date() {
      if (!state.data) return;
      const days = Math.floor((world.now() - Date.parse(state.data.data_date + "T00:00:00")) / 86400000);
      const stale = days > state.data.stale_days, mark = el("gk-date");
      mark.textContent = state.data.date + (stale ? " · " + body.dataset.stale.replace("{n}", String(days)) : "");
      mark.toggleAttribute("data-amber", stale);
    }

    function note() {
      const lost = state.failures >= (state.remembered ? 1 : 3); // one lost question is no news, unless the picture is from an earlier day
      el("gk-note").textContent = lost ? body.dataset.offline : "";
      body.toggleAttribute("data-offline-now", lost);
    }

    function ask() {
      world.clearTimeout(state.asking);
      state.asked += 1;
      const stop = new world.AbortController();
      const late = world.setTimeout(() => stop.abort(), TIMEOUT_S * 1000);
      return world.fetch(body.dataset.screens, { headers: state.etag ? { "If-None-Match": state.etag } : {}, cache: "no-store", signal: stop.signal })
        .then((answer) => {
          if (answer.status === 304) return null;
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json().then((data) => ({ data, etag: answer.headers.get("ETag") || "" }));
        })
        .then((found) => {
          if (found) {
            if (!Array.isArray(found.data.screens) || !found.data.screens.length) throw new Error("empty");
            take(found.data, found.etag);
            keep(found);
          }
          state.failures = 0; state.remembered = false;
          keepPage();
        })
        .catch(() => { state.failures += 1; })
        .then(() => {
          world.clearTimeout(late);
          note();
          const wait = state.failures ? Math.min(MOST_RETRY_S, RETRY_S * 2 ** Math.min(4, state.failures - 1)) : ASK_S;
          state.asking = world.setTimeout(ask, wait * 1000);
        });
    }

    // The page itself, fresh in the browser's cache, so that it opens while the server is away.
    function keepPage() {
      if (state.kept_at && world.now() - state.kept_at < PAGE_S * 1000) return;
      state.kept_at = world.now();
      if (world.page) world.fetch(world.page, { cache: "reload" }).catch(() => { state.kept_at = 0; });
    }

    // A browser that is started anew while the server is down shows what it saw last.
    function keep(found) {
      try { world.storage && world.storage.setItem(STORE + body.dataset.screens, JSON.stringify(found)); } catch { /* storage is full or forbidden: the picture in memory stays */ }
    }

    function remembered() {
      try {
        const found = world.storage && JSON.parse(world.storage.getItem(STORE + body.dataset.screens) || "null");
        if (found && found.data && Array.isArray(found.data.screens) && found.data.screens.length) { state.remembered = true; take(found.data, ""); }
      } catch { /* written by another version: asked for anew */ }
    }

    function tick() { date(); state.ticking = world.setTimeout(tick, 60000); }

    return { state, start() { remembered(); tick(); return ask(); }, ask, turn };
  }

  root.AtlasKiosk = Kiosk;
  if (root.document && root.document.body && root.document.body.dataset.screens) {
    let storage = null;
    try { storage = root.localStorage; } catch { /* forbidden in this browser */ }
    root.kiosk = Kiosk({ document: root.document, fetch: root.fetch.bind(root), setTimeout: root.setTimeout.bind(root), clearTimeout: root.clearTimeout.bind(root), AbortController: root.AbortController, now: () => Date.now(), storage, page: root.location.href });
    root.kiosk.start();
    const workers = root.navigator.serviceWorker;
    const parts = Array.from(root.document.querySelectorAll('link[href^="/assets/"], script[src^="/assets/"]'), (part) => part.href || part.src);
    if (workers) workers.register("/kiosk-worker.js", { scope: "/kiosk" }).then(() => workers.ready)
      .then((found) => found.active.postMessage({ keep: [root.location.href, ...parts] })).catch(() => { /* forbidden here: the browser's cache has to do */ });
  }
})(globalThis);
