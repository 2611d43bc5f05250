// The panel beside a ticket: which of its folds are open goes along with every question, and begins the next ticket.
(() => {
  if (!document.getElementById("context")) return;

  const folds = () => [...document.querySelectorAll("#context > .part")];
  // Where none is open, that is said too: without a word the agent's usual ones would open again.
  const open = () => folds().filter((fold) => fold.open).map((fold) => fold.dataset.fold);
  const named = () => (open().length ? open() : [""]);

  // The page as it stands, for whoever asks for it again.
  fifthcall.address = () => {
    const here = new URL(location.href);
    here.hash = "";
    here.searchParams.delete("fold");
    for (const name of named()) here.searchParams.append("fold", name);
    return here.href;
  };

  function remember(fold) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const body = new URLSearchParams({ name: fold.dataset.fold, open: fold.open ? "on" : "" });
    fetch("/account/folds", { method: "POST", headers, body, keepalive: true }).catch(() => null);
  }

  function step(event) {
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const lines = folds().map((fold) => fold.querySelector("summary"));
    const place = lines.indexOf(document.activeElement);
    if (!way || (place < 0 && document.activeElement.id !== "context")) return;
    event.preventDefault();
    lines[Math.min(Math.max(place + way, 0), lines.length - 1)]?.focus();
  }

  document.addEventListener("click", (event) => {
    const fold = event.target.closest("#context > .part > summary")?.parentElement;
    if (fold) setTimeout(() => remember(fold));
    if (event.target.closest(".to-context")) {
      event.preventDefault();
      document.getElementById("context").focus();
      document.getElementById("context").scrollIntoView({ block: "nearest" });
    }
  });
  document.addEventListener("keydown", step);
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "post" && event.target.closest("#ticket")) event.detail.parameters.fold = named();
  });
})();
