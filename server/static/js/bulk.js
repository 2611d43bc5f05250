// Picking tickets in the queue and changing them, a few at a time, so that progress shows and one can stop.
(() => {
  const form = document.getElementById("bulk");
  if (!form) return;

  const AT_ONCE = 10, MOST_BEHIND = 200;
  const picked = new Set();
  const boxes = () => [...document.querySelectorAll(".tickets tbody .c-pick input")];
  let last = null, stopped = false;

  function show() {
    for (const box of boxes()) box.checked = picked.has(box.value);
    const head = document.querySelector(".tickets thead .c-pick input");
    head.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    form.querySelector("[data-picked]").textContent = picked.size;
    form.classList.toggle("open", picked.size > 0);
    weigh();
  }

  function pick(box, on, range) {
    const all = boxes();
    const [from, to] = [all.indexOf(range && last ? last : box), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) picked[on ? "add" : "delete"](each.value);
    last = box;
    show();
  }

  async function pickList() {
    const answer = await fetch(form.dataset.selection);
    if (!answer.ok) return;
    for (const id of await answer.json()) picked.add(String(id));
    show();
  }

  // Says which field a value is for. Ending, merging and throwing away many is asked about, as is anything on more than a page of tickets.
  function weigh() {
    const button = form.querySelector(".btn-primary"), chosen = form.elements.change.selectedOptions[0];
    const group = chosen.parentElement.label ?? "";
    form.querySelector("[data-group]").textContent = group === "Also" ? "" : group;
    const grave = picked.size > boxes().length || (picked.size > 1 && "grave" in chosen.dataset);
    if (grave) button.dataset.sure = `${group === "Also" ? "" : `${group} `}${chosen.text}: ${picked.size} tickets?`;
    else delete button.dataset.sure;
  }

  function asks() {
    weigh();
    const words = form.elements.change.selectedOptions[0]?.dataset.asks;
    form.querySelector(".bulk-text").hidden = !words;
    form.elements.text.placeholder = words || "";
    form.elements.text.required = Boolean(words);
    if (words) form.elements.text.focus();
  }

  async function send(ids) {
    const body = new URLSearchParams(new FormData(form));
    body.delete("ticket");
    body.set("ticket", ids.join(","));
    return fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  }

  async function apply() {
    const dialog = document.getElementById("bulk-results"), list = dialog.querySelector(".results");
    const ids = [...picked], bar = dialog.querySelector("progress"), told = dialog.querySelector("[data-told]");
    stopped = false;
    list.replaceChildren();
    bar.max = ids.length;
    bar.value = 0;
    dialog.querySelector("[data-stop]").hidden = false;
    dialog.querySelector("[data-close]").hidden = true;
    dialog.showModal();
    const tell = () => {
      const refused = list.querySelectorAll("[data-result=refused]").length;
      told.textContent = `${list.children.length} of ${ids.length}` + (refused ? `, ${refused} refused` : "") + (stopped ? ", stopped" : "");
    };
    while (ids.length > bar.value && !stopped) {
      const part = ids.slice(bar.value, bar.value + AT_ONCE);
      const answer = await send(part).catch(() => null);
      if (!answer?.ok) {
        stopped = true;
        fifthcall.announce("The desk refused the change. What is listed was done.");
        break;
      }
      list.insertAdjacentHTML("beforeend", await answer.text());
      for (const id of part) picked.delete(id);
      bar.value += part.length;
      tell();
    }
    tell();
    dialog.querySelector("[data-stop]").hidden = true;
    const close = dialog.querySelector("[data-close]");
    close.hidden = false;
    close.focus();
    show();
  }

  document.addEventListener("click", (event) => {
    const box = event.target.closest(".c-pick input");
    if (box?.value === "all") {
      for (const each of boxes()) picked[box.checked ? "add" : "delete"](each.value);
      show();
    } else if (box) pick(box, box.checked, event.shiftKey);
    if (event.target.closest("[data-pick-list]")) pickList();
    if (event.target.closest("[data-pick-none]")) (picked.clear(), show());
    if (event.target.closest("[data-stop]")) stopped = true;
    if (event.target.closest("#bulk-results [data-close]")) location.reload();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input:not([type=checkbox]), textarea, select")) return;
    if (document.querySelector("dialog[open]")) return;
    const box = document.querySelector(".tickets tr.at .c-pick input");
    if (event.key.toLowerCase() === "x" && box) pick(box, !box.checked || event.shiftKey, event.shiftKey);
    else if (event.key === "b" && picked.size) form.elements.change.focus();
    else if (event.key === "Escape" && picked.size) (picked.clear(), show());
    else return;
    event.preventDefault();
  });
  form.addEventListener("change", asks);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!picked.size) return;
    if (form.elements.change.value !== "problem") return apply();
    const chosen = [...picked].slice(0, MOST_BEHIND).map((id) => ["ticket", id]);
    location.assign(`/problems/new?${new URLSearchParams(chosen)}`);
  });
  document.addEventListener("refreshed", show);
  asks();
  show();
})();
