// What a reader with weak eyes or without a mouse would run into on this page; run in the page by tests/test_accessibility.py.
() => {
  const seen = (el) => { const box = el.getBoundingClientRect(), css = getComputedStyle(el); return box.width > 1 && box.height > 1 && css.visibility !== "hidden" && css.display !== "none" && (!el.checkVisibility || el.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true })) && !el.closest("[aria-hidden=true]"); };
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const parse = (text) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = "#000"; canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1); const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data; const m = /rgba?\(([^)]+)\)/.exec(text), a = m ? Number(m[1].split(/[,/]/)[3] ?? 1) : 1; return m ? [...m[1].split(/[,\s/]+/).slice(0, 3).map(Number), a] : [r, g, b, a]; };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3]));
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const ground = (el) => { const layers = []; for (let at = el; at; at = at.parentElement) { const css = getComputedStyle(at), c = parse(css.backgroundColor); if (css.backgroundImage.includes("gradient")) return null; layers.push(c); if (c[3] === 1) break; } return layers.reverse().reduce((under, c) => over(c, under), [255, 255, 255]); };
  const named = (el) => (el.getAttribute("aria-label") || el.getAttribute("title") || el.getAttribute("alt") || el.getAttribute("placeholder") || el.innerText || "").trim()
    || (el.labels && el.labels.length && el.labels[0].innerText.trim()) || (el.getAttribute("aria-labelledby") && document.getElementById(el.getAttribute("aria-labelledby").split(" ")[0])?.innerText.trim()) || "";
  const path = (el) => (el.closest("[class*=st-key-]")?.className.match(/st-key-[\w-]+/)?.[0] || "") + " " + el.tagName.toLowerCase() + "." + String(el.className).split(" ").slice(0, 2).join(".");
  const pale = new Map(), small = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement, text = node.data.trim();
    if (!text || !el || el.closest("script,style,noscript,svg,canvas,[disabled],[aria-disabled=true],[data-testid=stTooltipHoverTarget],[data-testid=stSliderThumbValue]") || !seen(el)) continue;
    if (el.closest("label,[data-testid=stWidgetLabel]")?.parentElement?.querySelector("[disabled],[aria-disabled=true]")) continue;
    const css = getComputedStyle(el), back = ground(el);
    if (parseFloat(css.fontSize) < 12) small.set(path(el), text.slice(0, 30));
    if (!back) continue;
    let alpha = 1; for (let at = el; at; at = at.parentElement) alpha *= Number(getComputedStyle(at).opacity);
    const ink = parse(css.color), found = ratio(over([ink[0], ink[1], ink[2], ink[3] * alpha], back), back);
    const isBig = parseFloat(css.fontSize) >= 24 || (parseFloat(css.fontSize) >= 18.66 && Number(css.fontWeight) >= 700);
    if (found < (isBig ? 3 : 4.5)) pale.set(path(el), `${found.toFixed(2)} ${css.color} ${text.slice(0, 30)}`);
  }
  const controls = [...document.querySelectorAll("a[href],button,input,select,textarea,summary,[role=button],[role=tab],[role=combobox]")].filter(seen);
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id).filter(Boolean);
  return {
    pale: [...pale].map(([where, what]) => `${where}: ${what}`), small: [...small].map(([where, what]) => `${where}: ${what}`),
    nameless: controls.filter((el) => !named(el)).map(path),
    // not the arrow beside a field that is reached itself
    beyond: controls.filter((el) => el.tabIndex < 0 && !el.disabled && !el.closest("[disabled],[aria-disabled=true],[data-testid=stDataFrame]") && !(el.tagName === "BUTTON" && el.closest("[data-testid=stSelectbox],[data-testid=stMultiSelect]"))).map((el) => path(el) + " " + named(el).slice(0, 20)),
    frames: [...document.querySelectorAll("iframe")].filter((el) => !el.title).map(path), pictures: [...document.querySelectorAll("img:not([alt])")].map(path),
    tables: [...document.querySelectorAll("table.ga-sort")].filter((table) => [...table.tHead.rows[0].cells].some((cell) => cell.tagName === "TH" && !cell.querySelector("button"))).length,
    lang: document.documentElement.lang, headings: [...document.querySelectorAll("h1,h2")].filter(seen).length,
    hasMap: Boolean(document.querySelector(".st-key-map-main iframe")), hasTable: Boolean(document.querySelector("table.ga-sort, [data-testid=stDataFrame], .st-key-map-table")),
  };
}
