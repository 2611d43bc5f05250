// Canned answers: chosen by keyboard in a dialog, inserted where the cursor stands in the message.
(() => {
  const dialog = () => document.getElementById("canned");
  const shown = () => [...dialog().querySelectorAll('[role="option"]:not([hidden])')];
  const chosen = () => dialog().querySelector('[aria-selected="true"]:not([hidden])');

  async function open(address) {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return fifthcall.announce("The canned answers could not be fetched.");
    dialog().innerHTML = await answer.text();
    dialog().showModal();
    dialog().querySelector("input")?.focus();
  }

  function select(option) {
    chosen()?.removeAttribute("aria-selected");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
  }

  function filter(words) {
    const wanted = words.toLowerCase().split(/\s+/);
    for (const option of dialog().querySelectorAll('[role="option"]')) {
      const text = `${option.textContent} ${option.dataset.text}`.toLowerCase();
      option.hidden = !wanted.every((word) => text.includes(word));
    }
    select(shown()[0]);
  }

  function insert(option) {
    const body = document.getElementById("body");
    dialog().close();
    body.focus();
    body.setRangeText(option.dataset.text, body.selectionStart, body.selectionEnd, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-canned]");
    if (opener) open(opener.dataset.canned);
    const option = event.target.closest('#canned [role="option"]');
    if (option) insert(option);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "canned-words") filter(event.target.value);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id === "body" && event.ctrlKey && event.code === "Space") {
      document.querySelector("[data-canned]")?.click();
      event.preventDefault();
    }
    if (event.target.id !== "canned-words") return;
    const options = shown(), at = options.indexOf(chosen());
    if (event.key === "ArrowDown") select(options[(at + 1) % options.length]);
    else if (event.key === "ArrowUp") select(options[(at - 1 + options.length) % options.length]);
    else if (event.key === "Enter" && chosen()) insert(chosen());
    else return;
    event.preventDefault();
  });
})();
