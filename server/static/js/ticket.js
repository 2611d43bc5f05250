// The ticket page: the way through the list it was opened from, drafts that survive, and who else is here.
(() => {
  if (!document.getElementById("ticket")) return;

  const id = document.getElementById("ticket").dataset.id;
  const list = JSON.parse(sessionStorage.getItem("fifthcall.list") || "null");
  const place = list ? list.ids.indexOf(id) : -1;
  const draftKey = () => `fifthcall.draft.${id}`;
  const DOING = { reply: "writing a reply", note: "writing a note", resolve: "writing a resolution", reopen: "reopening it" };
  let others = [], idle = null, writing = "";

  function showSteps() {
    if (place < 0) return;
    const back = document.querySelector("[data-back]");
    back.href = list.address;
    back.lastChild.textContent = list.address === "/" ? "Home" : "Queue";
    const steps = document.querySelector("[data-steps]");
    steps.hidden = false;
    steps.querySelector("[data-place]").textContent = `${place + 1} of ${list.ids.length}`;
    for (const step of steps.querySelectorAll("[data-step]")) {
      const next = list.ids[place + Number(step.dataset.step)];
      if (next) step.href = `/tickets/${next}`;
    }
  }

  function showOthers() {
    const words = others.map((other) => `${other.name} is ${DOING[other.writing] || (other.writing ? `changing ${other.writing}` : "here too")}`);
    const line = document.querySelector("[data-others]"); // gone for a moment while the page is shown anew
    if (line) line.textContent = words.join(" · ");
  }

  function restore() {
    const body = document.querySelector("#composer textarea");
    const draft = JSON.parse(sessionStorage.getItem(draftKey()) || "null");
    if (!body || !draft || body.value) return;
    body.value = draft.text;
    const kind = document.querySelector(`#composer [name=kind][value="${draft.kind}"]`);
    if (kind) kind.checked = true;
  }

  function save() {
    const form = document.getElementById("composer");
    const text = form.elements.body.value;
    if (text) sessionStorage.setItem(draftKey(), JSON.stringify({ text, kind: form.elements.kind.value }));
    else sessionStorage.removeItem(draftKey());
  }

  // Tells in which field something is being written; nothing once it has been quiet for a while.
  function write(field) {
    if (field !== writing) document.dispatchEvent(new CustomEvent("writing", { detail: field }));
    writing = field;
    clearTimeout(idle);
    if (field) idle = setTimeout(() => write(""), 8000);
  }

  function settle() {
    showSteps();
    showOthers();
    restore();
  }

  document.addEventListener("input", (event) => {
    if (!event.target.form || !event.target.closest("#ticket")) return;
    const composing = event.target.closest("#composer");
    if (composing) save();
    write(composing ? composing.elements.kind.value : event.target.name);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forget-draft]")) sessionStorage.removeItem(draftKey());
  });
  // What was sent is no draft any more; what was refused comes back in the form itself.
  document.addEventListener("submit", (event) => {
    if (event.target.id === "composer") {
      sessionStorage.removeItem(draftKey());
      write("");
    }
  });
  // What was not taken, as after the session has ended, is a draft again.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { status } = event.detail.xhr;
    if (event.target.id === "composer" && (status === 204 || status >= 400)) save();
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.target.id === "composer") save();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.verb === "post" && event.detail.successful) fifthcall.announce("Saved.");
  });
  document.addEventListener("others", (event) => {
    others = event.detail;
    showOthers();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=radio]), textarea, select")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step && !document.querySelector("dialog[open]")) document.querySelector(`[data-step="${step}"][href]`)?.click();
  });
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("refreshed", settle);
  settle();
})();
