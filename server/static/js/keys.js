// The keyboard. Buttons and choices say their own key in data-key; the rest is here.
(() => {
  const PLACES = {
    h: "/", q: "/queue", m: "/queue?assignee=me", u: "/queue?assignee=none", w: "/queue?watched=me", n: "/notifications", f: "/queue?favourite=me&state=all",
    a: "/administration", k: "/customers", b: "/knowledge", d: "/assets", p: "/dispatch",
  };
  let afterG = false;

  const typing = (element) => element.matches("input:not([type=radio]), textarea, select, [contenteditable]");

  function press(key) {
    const target = document.querySelector(`[data-key="${key}"]`);
    if (!target) return false;
    target.click();
    if (target.type === "radio") document.getElementById("body").focus();
    return true;
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
    return Boolean(link);
  }

  function search() {
    const box = document.getElementById("search");
    box.focus();
    box.select();
    return true;
  }

  const MEANINGS = {
    "/": search,
    "?": () => (document.getElementById("keys").showModal(), true),
    c: () => follow(".new"),
    u: () => follow("[data-back]"),
    s: () => follow("[data-news]"),
    p: () => follow('a[rel="prev"]'),
    n: () => follow('a[rel="next"]'),
  };

  function send(event) {
    const form = event.target.form;
    if (!form || form.method === "get") return;
    event.preventDefault();
    form.requestSubmit();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && typing(event.target)) return event.target.blur();
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    const wanted = afterG && (PLACES[event.key] || document.querySelectorAll("[data-view]")[event.key - 1]?.href);
    afterG = event.key === "g";
    if (wanted) location.assign(wanted);
    else if (afterG || press(event.key) || MEANINGS[event.key]?.()) event.preventDefault();
  });
})();
