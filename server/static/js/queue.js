// Moving through a list by keyboard, and remembering the list for the ticket page.
(() => {
  const rows = () => [...document.querySelectorAll(".tickets tbody tr, .found > li")];
  if (!rows().length) return;

  const KEY = "fifthcall.list";

  function remember() {
    const list = { address: location.pathname + location.search, name: document.querySelector("h1").textContent, ids: rows().map((row) => row.id.slice(2)) };
    sessionStorage.setItem(KEY, JSON.stringify(list));
  }

  function move(step) {
    const all = rows();
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    all[at]?.classList.remove("at");
    next.classList.add("at");
    next.querySelector("a").focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "o") document.querySelector(".tickets tr.at a, .found > .at a")?.click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest(".tickets a, .found-tickets a")) remember();
  });

  // Coming back from a ticket, the cursor stands on it.
  const from = document.referrer.match(/\/tickets\/(\d+)$/);
  if (from) document.getElementById(`t-${from[1]}`)?.classList.add("at");
})();
