// Dragging tickets and appointments to an agent or a day. The forms below do the same by keyboard.
(() => {
  const form = document.getElementById("dropped");
  if (!form) return;

  let dragged = null;
  const target = (event) => dragged && event.target.closest(dragged.dataset.appointment ? "td[data-day]" : "[data-agent]");
  const clear = () => document.querySelectorAll(".drop").forEach((cell) => cell.classList.remove("drop"));

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-ticket], [data-appointment]");
    if (dragged) event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged?.dataset.ticket || "");
  });
  document.addEventListener("dragover", (event) => {
    const cell = target(event);
    if (!cell) return;
    event.preventDefault();
    clear();
    cell.classList.add("drop");
  });
  document.addEventListener("dragend", () => ((dragged = null), clear()));
  document.addEventListener("drop", (event) => {
    const cell = target(event);
    if (!cell) return;
    event.preventDefault();
    const { ticket, appointment } = dragged.dataset;
    const { agent, day } = cell.dataset;
    form.action = appointment ? `/dispatch/${appointment}/move` : day ? "/dispatch/plan" : "/dispatch/assign";
    for (const [name, value] of Object.entries({ ticket, agent, day })) {
      form.elements[name].value = value || "";
      form.elements[name].disabled = !value;
    }
    form.submit();
  });
})();
