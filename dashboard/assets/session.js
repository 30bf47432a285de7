// Pages of signed-in readers: when the session has ended, leave the screen for the sign-in page. The server refuses by itself; this only says so.
(() => {
  "use strict";
  const EVERY_MS = 20000;
  const look = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch("/session", { cache: "no-store", credentials: "same-origin" });
      if (answer.status === 401) {
        const lang = document.documentElement.lang === "en" ? "en" : "zh";
        location.replace(`/sign-in?why=ended&lang=${lang}&next=${encodeURIComponent(location.pathname + location.search)}`);
      }
    } catch (error) { /* the network is away: the page says so itself */ }
  };
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pageshow", (event) => { if (event.persisted) look(); });
})();
