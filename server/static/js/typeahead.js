// Boxes that offer what is known while somebody types. What was picked travels by id; what was only typed, as text.
(() => {
  const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));
  const idOf = (box) => document.getElementById(box.dataset.id);
  const chosen = (list) => list.querySelector('[aria-selected="true"]');

  function close(box) {
    listOf(box).replaceChildren();
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function fill(name, text, id) {
    const box = document.getElementById(name);
    box.value = text;
    idOf(box).value = id;
  }

  function pick(box, option) {
    fill(box.id, option.dataset.text, option.dataset.value);
    if (option.dataset.customer) fill("customer", option.dataset.customer, option.dataset.customerId);
    close(box);
    htmx.trigger(document.body, "picked");
  }

  function select(box, step) {
    const options = [...listOf(box).querySelectorAll('[role="option"]')];
    if (!options.length) return;
    const at = options.indexOf(chosen(listOf(box)));
    options[at]?.removeAttribute("aria-selected");
    const next = options[(at + step + options.length) % options.length];
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", next.id);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("[role=combobox]")) idOf(event.target).value = "";
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest("[role=combobox]");
    if (!box) return;
    const option = chosen(listOf(box));
    if (event.key === "ArrowDown") select(box, 1);
    else if (event.key === "ArrowUp") select(box, -1);
    else if (event.key === "Enter" && option) pick(box, option);
    else if (event.key === "Escape") close(box);
    else return;
    event.preventDefault();
  });
  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest(".options [role=option]");
    if (!option) return;
    event.preventDefault();
    pick(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches("[role=combobox]")) close(event.target);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches(".options"))
      document.querySelector(`[aria-controls="${event.target.id}"]`).setAttribute("aria-expanded", String(event.target.childElementCount > 0));
  });
})();
