// The page around the app: links that change the view without reloading, downloads, language, Streamlit's own words.
// Streamlit would first try /<page>/_stcore/health, then /_stcore/health, before it opens its socket: told at once where the server is.
window.__streamlit = { BACKEND_BASE_URL: location.origin + "/", HOST_CONFIG: { allowedOrigins: [location.origin], useExternalAuthToken: false,
  enableCustomParentMessages: false, enforceDownloadInNewTab: false, blockErrorDialogs: false } };
(() => {
  "use strict";
  const lang = () => (new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh-CN");
  // Streamlit's calendar names months and days in the browser's language: on this page that is the one chosen here.
  Object.defineProperty(navigator, "language", { get: lang, configurable: true });

  // While a page is being drawn anew some of its links are still those of the view before. What such a link changes is changed in the
  // address of now, so that a choice just made is not undone by it.
  const drawnFor = new WeakMap();
  let drawn = "";
  const remember = (root) => {
    const nav = root.matches(".ga-nav") ? root : root.querySelector(".ga-nav");
    if (nav) drawn = nav.dataset.view;
    for (const link of root.matches("a[data-go]") ? [root] : root.querySelectorAll("a[data-go]")) drawnFor.set(link, drawn);
  };
  const upToDate = (link, target) => {
    const before = new URLSearchParams(drawnFor.get(link)), after = new URLSearchParams(target.search), now = new URLSearchParams(location.search);
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) === after.get(name)) continue;
      if (after.has(name)) now.set(name, after.get(name)); else now.delete(name);
    }
    if (now.size) now.set("v", "1");
    if (now.size === 1) now.delete("v");
    target.search = now.toString();
  };
  const isDrawing = () => Boolean(document.querySelector('[data-testid="stApp"][data-test-script-state="running"]'));

  // A link marked data-go changes the address and lets Streamlit answer as to the browser's own Back button.
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[data-go]");
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const target = new URL(link.href, location.href);
    if (target.origin !== location.origin) return;
    event.preventDefault();
    if (isDrawing() && drawnFor.has(link)) upToDate(link, target);
    if (target.href === location.href) return;
    const samePage = target.pathname === location.pathname;
    history.pushState(null, "", target.href);
    window.dispatchEvent(new PopStateEvent("popstate", { state: null }));
    if (!samePage) scrollTo({ top: 0 });
  });

  // A bar, cell or flow of a chart filters by what travels with it (customdata: text, pick); picked again it is taken back.
  const go = (params) => {
    history.pushState(null, "", params.size ? "?" + params : location.pathname);
    window.dispatchEvent(new PopStateEvent("popstate", { state: null }));
  };
  const pick = (event) => {
    const chosen = (event.points || []).map((point) => Array.isArray(point.customdata) && point.customdata[1]).find(Boolean); // of several lines under the pointer the one that filters
    if (!chosen) return;
    const [own, turned] = chosen.split("#"); // behind the # what turns with it: the indicator on the map
    const params = new URLSearchParams(location.search), wanted = [...new URLSearchParams(own)];
    const isOn = wanted.every(([name, value]) => params.get(name) === value);
    if (!isOn && wanted.some(([name]) => name === "from")) params.delete("period");
    for (const [name, value] of wanted) if (isOn) params.delete(name); else params.set(name, value);
    if (!isOn) for (const [name, value] of new URLSearchParams(turned || "")) params.set(name, value);
    params.set("v", "1");
    if (params.size === 1) params.delete("v");
    go(params);
  };
  document.addEventListener("pointerover", (event) => {
    const chart = event.target.closest && event.target.closest(".js-plotly-plot");
    if (!chart || !chart.on) return;
    chart.removeListener("plotly_click", pick); // a chart drawn anew has forgotten its listeners
    chart.on("plotly_click", pick);
  });

  // The way past header and navigation, first of all that the keyboard reaches.
  document.addEventListener("click", (event) => {
    if (!event.target.closest || !event.target.closest("a.ga-skip")) return;
    event.preventDefault();
    const page = document.querySelector(".st-key-page");
    if (page) { page.tabIndex = -1; page.focus(); page.scrollIntoView(); }
  });

  // The public page lies in a frame that moves by itself: the address around it follows, and the frame is as tall as what it shows.
  const fit = (frame) => {
    const page = frame.contentDocument.querySelector("main > .gp").getBoundingClientRect();
    frame.style.height = `${Math.ceil(Math.max(400, page.bottom + frame.contentWindow.scrollY + 40))}px`;
  };
  const PLACE = [["tab", "tab"], ["unit", "place"], ["p", "p"], ["lang", "lang"]];
  document.addEventListener("load", (event) => {
    const frame = event.target;
    if (!(frame instanceof HTMLIFrameElement) || !frame.closest(".st-key-public-content")) return;
    const inner = frame.contentDocument && frame.contentWindow.location;
    if (!inner || inner.pathname !== "/public/plain" || !frame.contentDocument.querySelector("main")) return;
    fit(frame);
    new ResizeObserver(() => frame.contentDocument && fit(frame)).observe(frame.contentDocument.querySelector("main > .gp"));
    const shown = new URLSearchParams(inner.search), params = new URLSearchParams(location.search);
    params.delete("unit");
    for (const [from, to] of PLACE) if (shown.get(from)) params.set(to, shown.get(from)); else params.delete(to);
    if (params.toString() === new URLSearchParams(location.search).toString()) return;
    history.replaceState(history.state, "", params.size ? `?${params}` : location.pathname);
    window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
    if (frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  }, true);

  // Definitions open one at a time and close on a click elsewhere or Escape.
  const closeNotes = (except) => {
    for (const note of document.querySelectorAll("details.ga-def[open]")) if (note !== except) note.open = false;
  };
  document.addEventListener("click", (event) => closeNotes(event.target.closest && event.target.closest("details.ga-def")));
  // Enter in the search box goes to the first unit found
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.closest || !event.target.closest(".st-key-unit-search")) return;
    const first = document.querySelector(".ga-found a[data-go]");
    if (first) { event.preventDefault(); first.click(); }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeNotes(null); });
  // A typed date counts once the focus is elsewhere: Enter takes it to the next date, after the last one to the page.
  document.addEventListener("keydown", (event) => {
    const box = event.key === "Enter" && event.target.closest && event.target.closest('[role="spinbutton"]') && event.target.closest('[data-testid="stDateInput"]');
    if (!box) return;
    event.preventDefault();
    const boxes = [...document.querySelectorAll('[data-testid="stDateInput"]')];
    const next = boxes[boxes.indexOf(box) + 1], page = document.querySelector(".st-key-page");
    if (page) page.tabIndex = -1;
    const aim = next ? next.querySelector('[role="spinbutton"]') : page;
    if (aim) aim.focus({ preventScroll: true });
  }, true); // before the box itself, which keeps the key to itself

  // A prepared export starts by itself, once.
  const started = new Set();
  const startDownloads = (root) => {
    for (const link of root.querySelectorAll("a[data-download]")) {
      if (started.has(link.href)) continue;
      started.add(link.href);
      link.click();
    }
  };

  // Heads of our tables sort; numbers by their unrounded value, empty cells last.
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("table.ga-sort th button");
    if (!button) return;
    const head = button.parentElement, table = head.closest("table"), body = table.tBodies[0], at = head.cellIndex;
    const up = head.getAttribute("aria-sort") === "descending" || !head.hasAttribute("aria-sort") && !head.classList.contains("n");
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = (row) => { const cell = row.cells[at]; return "sort" in cell.dataset ? (cell.dataset.sort === "" ? null : Number(cell.dataset.sort)) : cell.textContent; };
    const compare = (a, b) => a === null ? (b === null ? 0 : 1) : b === null ? -1 : (typeof a === "number" ? a - b : a.localeCompare(b, "zh-CN")) * (up ? 1 : -1);
    [...body.rows].map((row) => [key(row), row]).sort((a, b) => compare(a[0], b[0])).forEach(([, row]) => body.append(row));
  });

  // Streamlit's built-in words, which take no argument. English stays as it is.
  const WORDS = new Map(Object.entries({
    "Skip to main content": "跳到正文", "Choose date range": "选择期间", "Date range": "快捷选择", "Select...": "请选择", "Select…": "请选择",
    "Use arrow keys to navigate dates, Enter to select, Escape to close": "用方向键选择日期，回车确认，Esc 关闭", "Choose date": "选择日期", "streamlit_folium.st_folium": "地图", "st.iframe": "内嵌页面",
    "Previous": "上月", "Next": "下月", "Dismiss": "关闭", "Today": "今天", "Calendar": "日历",
    "Choose an option": "请选择", "Choose options": "请选择", "Choose a date range": "选择期间", "No results": "没有结果", "Loading...": "正在载入……",
    "No results found": "没有结果", "Press Enter to apply": "按回车确认", "Press Enter to submit form": "按回车提交", "Please wait...": "请稍候……",
    "CONNECTING": "正在连接", "Connecting": "正在连接", "Running": "正在计算", "Running...": "正在计算……", "Stop": "停止", "RUNNING...": "正在计算……",
    "Connection error": "连接中断", "Fullscreen": "全屏", "Close fullscreen": "退出全屏", "View fullscreen": "全屏", "Exit fullscreen": "退出全屏", "Search": "查找",
    "Pagination": "分页", "Previous page": "上一页", "Next page": "下一页", "Selected values": "已选", "Copy to clipboard": "复制", "Copied": "已复制",
    "Close": "关闭", "Clear value": "清除", "Clear all": "清除", "Open": "打开", "Show/hide columns": "显示或隐藏列", "Download as CSV": "下载 CSV", "Download": "下载",
    "Sort ascending": "升序", "Sort descending": "降序", "Pin column": "固定列", "Unpin column": "取消固定", "Hide column": "隐藏列", "Autosize": "自动列宽",
    "Format": "格式", "Automatic": "自动", "Localized": "本地格式", "Plain": "原样", "Compact": "紧凑", "Dollar": "美元", "Euro": "欧元", "Yen": "日元",
    "Percent": "百分比", "Scientific": "科学计数", "Accounting": "会计", "Bytes": "字节", "Distance": "距离", "Statistics": "统计", "Filter": "筛选", "Select all": "全选",
    "Past Week": "近一周", "Past Month": "近一月", "Past 3 Months": "近三月", "Past 6 Months": "近半年", "Past Year": "近一年", "Past 2 Years": "近两年", "None": "不限",
    "empty": "无数据", "Add row": "添加行", "Delete row(s)": "删除行", "Previous month.": "上月", "Next month.": "下月", "Select a date.": "选择日期",
    "The app has encountered a critical error": "页面出现错误", "Is Streamlit still running?": "服务已停止？", "Error": "错误", "Retry": "重试", "Page not found": "没有这个页面",
    "Your session has been disconnected": "连接已断开", "Reconnect": "重新连接", "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": "服务暂时连接不上，恢复后会自动继续。",
  }));
  const PARTS = [[/\bstart date\b/g, "开始日期"], [/\bend date\b/g, "结束日期"], [/^year, /, "年，"], [/^month, /, "月，"], [/^day, /, "日，"], [/^Selected range: /, "已选："], [/^Selected /, "已选 "],
    [/ selected$/, " 已选"], [/^Today, /, "今天，"], [/, First available date$/, "，最早可选"], [/, Last available date$/, "，最晚可选"], [/ to /, " 至 "]];
  const partly = (text) => PARTS.reduce((result, [pattern, word]) => result.replace(pattern, word), text);
  const NAMED = [[/^Page (\d+)$/, "第 $1 页"], [/^Help for (.+)$/s, "$1：说明"], [/^Remove (.+)$/s, "去掉 $1"]];
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];
  const zhText = (node) => {
    const text = node.data.trim(), options = /^(\d+) options? available\.?$/.exec(text);
    const word = options ? `有 ${options[1]} 项可选` : WORDS.get(text);
    if (word && node.parentElement && !node.parentElement.closest("[data-own],.ga-table,pre,code")) node.data = node.data.replace(text, word);
  };
  const zhAttributes = (element) => {
    for (const name of ATTRIBUTES) {
      const text = (element.getAttribute(name) || "").trim();
      const word = WORDS.get(text) || NAMED.reduce((result, [pattern, said]) => result || (pattern.test(text) && !element.closest("[data-own],.ga-table") ? text.replace(pattern, said) : ""), "") || (text && element.closest('[data-testid="stDateInput"], [data-testid="stDateInputPopover"], [role="dialog"]') ? partly(text) : text);
      if (word !== text) element.setAttribute(name, word);
    }
  };
  // A table wider than its frame says so; its first column stays in sight where it leaves room for others (atlas.css).
  const measure = (frame) => {
    const first = frame.querySelector("tr > :first-child"), isWide = frame.scrollWidth > frame.clientWidth + 1;
    frame.classList.toggle("is-wide", isWide);
    frame.classList.toggle("is-pinned", isWide && first !== null && first.offsetWidth < frame.clientWidth * 0.5);
  };
  const widths = new ResizeObserver((entries) => { for (const { target } of entries) { const frame = target.closest(".ga-scroll, .ga-wide"); if (frame) measure(frame); } });
  const watchWidths = (root) => {
    for (const frame of root.querySelectorAll(".ga-scroll, .ga-wide")) { widths.observe(frame); if (frame.firstElementChild) widths.observe(frame.firstElementChild); }
  };
  const visit = (root) => {
    if (root.nodeType === Node.TEXT_NODE) { if (lang() !== "en") zhText(root); return; }
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    remember(root);
    startDownloads(root.parentElement || root);
    watchWidths(root.parentElement || root);
    if (lang() === "en") return;
    zhAttributes(root);
    for (const element of root.querySelectorAll("[aria-label],[title],[placeholder],[alt]")) zhAttributes(element);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) zhText(node);
  };
  const setLang = () => {
    const root = document.documentElement, isLarge = new URLSearchParams(location.search).get("type") === "large";
    if (root.lang !== lang()) { root.lang = lang(); dispatchEvent(new Event("languagechange")); }
    if (root.classList.contains("ga-large") !== isLarge) { root.classList.toggle("ga-large", isLarge); dispatchEvent(new Event("resize")); }
  };
  setLang();
  new MutationObserver((changes) => {
    setLang();
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(visit);
      else if (change.type === "characterData") { if (lang() !== "en") zhText(change.target); }
      else if (lang() !== "en") zhAttributes(change.target);
    }
  }).observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES });
})();

// The evidence of a figure is fetched when its note is first opened; a query can be copied.
(() => {
  "use strict";
  document.addEventListener("toggle", (event) => {
    const note = event.target;
    if (!note.matches || !note.matches("details.ga-def[open]")) return;
    const place = note.querySelector("[data-evidence]");
    if (!place || place.dataset.asked === place.dataset.evidence) return;
    place.dataset.asked = place.dataset.evidence;
    fetch(place.dataset.evidence, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
      .then((html) => { place.innerHTML = html; })
      .catch(() => { place.textContent = place.dataset.failed; delete place.dataset.asked; });
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) return;
    const source = button.parentElement.nextElementSibling;
    const done = () => { button.classList.add("is-done"); setTimeout(() => button.classList.remove("is-done"), 1500); };
    const byHand = () => { // the clipboard is closed to pages without https
      const range = document.createRange(), chosen = getSelection();
      range.selectNodeContents(source); chosen.removeAllRanges(); chosen.addRange(range);
      if (document.execCommand("copy")) done();
    };
    if (navigator.clipboard && isSecureContext) navigator.clipboard.writeText(source.textContent).then(done, byHand); else byHand();
  });
})();
