// Told over one WebSocket that something changed, the page asks for itself again and takes over only what differs,
// so that nothing jumps and nothing that is being written or read is disturbed.
(() => {
  // A page of somebody signed in; one that shows nothing which changes still hears what its reader is told.
  if (!document.body.dataset.newest) return;
  const topic = document.body.dataset.topic || "nothing";

  const REST = 1500, SLOWEST = 30_000, QUIET_FOR = 6000;
  const offline = document.getElementById("offline");
  let mark = document.body.dataset.mark;
  let newest = Number(document.body.dataset.newest);
  let socket, pause = 500, lostAt = 0;
  let due = false, timer = null, lastAt = 0;

  // Without what changes by itself: the words of relative times and what htmx writes into classes.
  const bare = (element) =>
    element.outerHTML.replace(/(<time[^>]*>)[^<]*/g, "$1").replace(/ ?(htmx-\w+|at)\b/g, "").replace(/ class=""/g, "");

  function take(old, fresh) {
    if (bare(old) === bare(fresh)) return;
    // Opened or closed while the answer was on its way: the next one knows.
    if (old.tagName === "DETAILS" && old.open !== fresh.hasAttribute("open")) return;
    for (const open of old.querySelectorAll("details[open][id]")) fresh.querySelector(`#${open.id}`)?.setAttribute("open", "");
    if (old.classList.contains("at")) fresh.classList.add("at");
    const newer = document.importNode(fresh, true);
    fifthcall.highlight(old, newer);
    old.replaceWith(newer);
    htmx.process(newer);
  }

  const busy = (part) => part.contains(document.activeElement) || part.querySelector(".choose[open]");

  async function refresh() {
    timer = null;
    if (document.hidden) return;
    due = false;
    lastAt = Date.now();
    const answer = await fetch(fifthcall.address?.() ?? location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of document.querySelectorAll("[data-live]")) {
      const newer = fresh.getElementById(part.id);
      if (!newer) part.classList.add("gone");
      else if (part.tagName !== "TR" && busy(part)) {
        due = true;
        fifthcall.mend(part, newer);
      } else take(part, newer);
    }
    document.dispatchEvent(new CustomEvent("refreshed"));
  }

  function schedule() {
    due = true;
    if (document.hidden || timer) return;
    timer = setTimeout(refresh, Math.max(30, lastAt + REST - Date.now()));
  }

  function news() {
    const place = document.getElementById("news");
    if (place) htmx.ajax("GET", place.dataset.address, { target: place, swap: "innerHTML" });
  }

  function ring(word) {
    for (const badge of document.querySelectorAll("[data-unread]")) {
      badge.hidden = word.unread === 0;
      badge.firstChild.textContent = word.unread;
    }
    for (const figure of document.querySelectorAll("[data-unread-count]")) figure.textContent = word.unread;
    if (word.newest <= newest) return;
    newest = word.newest;
    fifthcall.announce(word.unread === 1 ? "One unread notification." : `${word.unread} unread notifications.`);
    if (document.getElementById("told")) schedule();
  }

  function told(event) {
    const word = JSON.parse(event.data);
    if (word.unread !== undefined) ring(word);
    if (word.others) document.dispatchEvent(new CustomEvent("others", { detail: word.others }));
    if (!word.mark || word.mark === mark) return;
    const first = mark === undefined;
    mark = word.mark;
    if (first) return;
    schedule();
    news();
  }

  function connect() {
    socket = new WebSocket(`${location.origin.replace("http", "ws")}/live?topic=${encodeURIComponent(topic)}`);
    socket.onmessage = told;
    socket.onopen = () => {
      pause = 500;
      lostAt = 0;
      offline.hidden = true;
    };
    socket.onclose = (event) => {
      if (event.code === 4403) {
        offline.lastChild.textContent = ` Live updates have ended: ${event.reason}.`;
        offline.hidden = false;
        return;
      }
      lostAt ||= Date.now();
      offline.hidden = Date.now() - lostAt < QUIET_FOR;
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, SLOWEST);
    };
  }

  document.addEventListener("writing", (event) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(event.detail ? `writing ${event.detail}` : "reading");
  });
  document.addEventListener("visibilitychange", () => due && schedule());
  document.addEventListener("focusout", () => due && setTimeout(schedule, 200));
  document.addEventListener("toggle", () => due && schedule(), true);
  connect();
})();
