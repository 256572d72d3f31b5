(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);

  // Light and dark: as the system says until the reader chooses.
  const theme = byId("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => { theme.textContent = isDark() ? "Light" : "Dark"; theme.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours"); };
  const remember = (value) => { try { localStorage.setItem("mockgates-theme", value); } catch { /* a page of a file may have no storage */ } };
  try {
    const chosen = localStorage.getItem("mockgates-theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch { /* likewise */ }
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; remember(root.dataset.theme); label(); });
  system.addEventListener("change", label);
  label();

  // What is in a noscript element is text until the scenario is unfolded or filtered, or
  // the page is searched. The texts in it are escaped, so that it cannot end early.
  const list = byId("list"), input = byId("filter"), fold = byId("fold");
  const build = (element) => {
    const source = element.querySelector("noscript");
    if (!source) return;
    source.insertAdjacentHTML("beforebegin", source.textContent);
    source.remove();
  };
  list.addEventListener("toggle", (event) => { if (event.target.open) build(event.target); }, true);

  // The filter shows the scenarios whose name matches, and of the others the
  // exchanges that match.
  const scenarios = Array.from(list.children, (element) => ({ element, verdict: element.dataset.verdict }));
  const read = (s) => {
    if (s.text !== undefined) return;
    s.text = (s.element.id + " " + s.element.querySelector("summary").textContent).toLowerCase();
    const source = s.element.querySelector("noscript");
    s.texts = source
      ? Array.from(source.textContent.matchAll(/<summary>(.*?)<\/summary>/g), (m) => plain(m[1]).toLowerCase())
      : Array.from(s.element.querySelectorAll(".x"), (element) => element.firstElementChild.textContent.toLowerCase());
  };
  const characters = { lt: "<", gt: ">", amp: "&", "#34": '"', "#39": "'", "#43": "+" };
  const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/&([^;]+);/g, (all, name) => characters[name] ?? all);
  let verdict = "";
  const count = (n, what) => n + " " + what + (n === 1 ? "" : "s");
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matches = (text) => words.every((word) => text.includes(word));
    let shown = 0, exchanges = 0;
    for (const s of scenarios) {
      read(s);
      const named = matches(s.text);
      const shows = s.texts.map((text) => named || matches(text) || matches(s.text + " " + text));
      const some = shows.filter(Boolean).length;
      if (some > 0 && some < shows.length) build(s.element);
      s.element.querySelectorAll(".x").forEach((x, i) => { if (x.hidden === shows[i]) x.hidden = !shows[i]; });
      const show = (!verdict || s.verdict === verdict) && (named || some > 0);
      if (s.element.hidden === show) s.element.hidden = !show;
      if (show) { shown++; exchanges += some; }
    }
    byId("shown").textContent = words.length || verdict ? count(shown, "scenario") + ", " + count(exchanges, "exchange") : "";
    byId("none").hidden = shown > 0;
    list.hidden = shown === 0;
  };
  let waiting = 0;
  input.addEventListener("input", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(apply); });
  const verdicts = Array.from(document.querySelectorAll("[data-verdict][aria-pressed]"));
  for (const button of verdicts) {
    button.addEventListener("click", () => {
      verdict = button.dataset.verdict;
      for (const b of verdicts) b.setAttribute("aria-pressed", String(b === button));
      apply();
    });
  }
  fold.addEventListener("click", () => {
    const open = fold.getAttribute("aria-expanded") !== "true";
    for (const s of scenarios) {
      if (s.element.hidden) continue;
      if (open) build(s.element);
      s.element.open = open;
    }
    fold.setAttribute("aria-expanded", String(open));
    fold.textContent = open ? "Fold all" : "Unfold all";
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && document.activeElement !== input) { event.preventDefault(); input.focus(); }
    if (event.key === "F3" || event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey)) for (const s of scenarios) build(s.element); // the browser is about to search the page
    if (event.key === "Escape" && document.activeElement === input && input.value) { input.value = ""; apply(); }
  });
  byId("tools").hidden = false;

  // A link to an exchange unfolds what holds it, and takes the filter away if that
  // hides it.
  const reveal = () => {
    let target = null;
    try {
      const id = decodeURIComponent(location.hash.slice(1)), scenario = byId(id.slice(0, id.lastIndexOf("/")));
      if (scenario) build(scenario);
      target = byId(id);
    } catch { /* not an id of this page */ }
    if (!target) return;
    if (target.closest("[hidden]")) { input.value = ""; verdicts[0].click(); }
    for (let e = target; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    target.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Paper shows the failures unfolded.
  addEventListener("beforeprint", () => { for (const f of document.querySelectorAll(".failure")) f.open = true; });
})();
