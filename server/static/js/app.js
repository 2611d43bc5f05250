// What every page does: times that stay right, forms that send themselves, the menu, and a word when something went wrong.
(() => {
  const MINUTE = 60, HOUR = 3600, DAY = 86400;

  function length(seconds) {
    if (seconds < 59.5 * MINUTE) return `${Math.max(1, Math.round(seconds / MINUTE))} min`;
    if (seconds < 23.5 * HOUR) return `${Math.round(seconds / HOUR)} h`;
    return seconds < 7 * DAY ? `${Math.round(seconds / DAY)} d` : null;
  }

  function showLeft(time) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const long = length(Math.abs(seconds)) || `${Math.round(Math.abs(seconds) / DAY)} d`;
    time.textContent = seconds >= 0 ? long : `${long} over`;
    const due = time.closest(".due");
    if (due && seconds < 0) due.classList.add("due-over");
  }

  // The same words as server/console/words.py; a date stays a date.
  function refreshTimes() {
    for (const time of document.querySelectorAll('time[data-style="left"]')) showLeft(time);
    for (const time of document.querySelectorAll('time[data-style="ago"], time[data-style="age"]')) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      const narrow = time.dataset.style === "age";
      const long = length(Math.abs(seconds));
      if (Math.abs(seconds) < 45) time.textContent = narrow ? "now" : "just now";
      else if (long) time.textContent = narrow ? long : seconds > 0 ? `${long} ago` : `in ${long}`;
    }
  }

  // What clocks show where somebody else is.
  function refreshClocks() {
    for (const time of document.querySelectorAll("time[data-zone]"))
      time.textContent = new Date().toLocaleTimeString("en-GB", { timeZone: time.dataset.zone, hour: "2-digit", minute: "2-digit" });
  }

  function announce(words) {
    document.getElementById("announce").textContent = words;
  }

  // What has to be confirmed is open without a script already; with one it also holds the keyboard.
  for (const dialog of document.querySelectorAll("dialog[data-modal]")) {
    dialog.removeAttribute("open");
    dialog.showModal();
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    // One that is being asked about waits for the answer.
    if (form && !form.querySelector(".collision")) form.requestSubmit();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "get") return;
    for (const input of form.querySelectorAll("input, select")) if (!input.value) input.disabled = true;
    setTimeout(() => form.querySelectorAll(":disabled").forEach((input) => (input.disabled = false)));
  });

  function leaveMenus(target) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      const chosen = menu.contains(target) && target.closest("li");
      if (menu.contains(target) && !chosen) continue;
      menu.open = false;
      if (chosen) menu.querySelector("summary").focus();
    }
  }

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // What cannot be taken back is asked about in place: the button says so, and acts when it is pressed again.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-sure]");
    if (!button || button.classList.contains("armed")) return;
    event.preventDefault();
    const words = [...button.childNodes];
    const calm = () => (button.classList.remove("armed"), button.replaceChildren(...words));
    button.classList.add("armed");
    button.replaceChildren(button.dataset.sure);
    button.addEventListener("blur", calm, { once: true });
    announce(button.dataset.sure);
  });

  // Whoever was refused begins where the trouble is.
  document.querySelector('main [aria-invalid="true"]')?.focus();

  document.addEventListener("click", (event) => {
    leaveMenus(event.target);
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open).showModal();
    const menu = event.target.closest(".rail-open");
    if (menu) menu.setAttribute("aria-expanded", menu.closest(".rail").classList.toggle("open"));
    if (event.target.tagName === "DIALOG" && !("modal" in event.target.dataset)) event.target.close();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") document.getElementById("refused")?.replaceChildren();
  });

  // What a part of the page asks for by itself is nobody's loss.
  const tell = (words) => (event) => event.target.matches("[data-polls]") || announce(words);
  document.addEventListener("htmx:sendError", tell("The desk could not be reached. Nothing was sent."));
  document.addEventListener("htmx:responseError", tell("Something went wrong. Nothing was changed."));
  document.addEventListener("htmx:afterSettle", refreshTimes);
  setInterval(() => (refreshTimes(), refreshClocks()), 30_000);
  window.fifthcall = { announce };
})();
