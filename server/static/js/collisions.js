// What others save while a form is open: an untouched field takes it over at once, with a short highlight; about one that
// has been changed here, too, the agent is asked whether to keep mine or take theirs.
(() => {
  const SHOWN_FOR = 2500;
  const isList = (control) => control.tagName === "SELECT";
  const offered = (list) => [...list.options].find((option) => option.defaultSelected) ?? list.options[0];
  const stored = (control) => (isList(control) ? (offered(control)?.text ?? "") : control.defaultValue);
  const dirty = (control) => (isList(control) ? control.selectedOptions[0] !== offered(control) : control.value !== control.defaultValue);

  function flash(element) {
    element.classList.add("fresh");
    setTimeout(() => element.classList.remove("fresh"), SHOWN_FOR);
  }

  function takeOver(control, theirs) {
    if (isList(control)) {
      control.replaceChildren(...[...theirs.options].map((option) => option.cloneNode(true)));
      offered(control).selected = true;
    } else control.value = control.defaultValue = theirs.defaultValue;
    flash(control);
  }

  function since(at) {
    const minutes = Math.round((Date.now() - Date.parse(at)) / 60_000);
    return minutes < 1 ? "just now" : minutes < 60 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
  }

  function button(words, call) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = words;
    made.addEventListener("click", call);
    return made;
  }

  function ask(control, theirs, version) {
    document.getElementById(`collision-${control.id}`)?.remove();
    const notice = document.createElement("div");
    notice.id = `collision-${control.id}`;
    notice.className = "notice notice-warn collision";
    notice.setAttribute("role", "alert");
    const words = document.createElement("p");
    words.textContent = `${theirs.dataset.by || "Somebody"} set this to “${stored(theirs) || "nothing"}” ${theirs.dataset.at ? since(theirs.dataset.at) : ""}`;
    const settle = (submit) => {
      notice.remove();
      control.form.elements.version.value = version;
      if (submit) control.form.requestSubmit();
      else control.focus();
    };
    notice.append(
      words,
      button("Keep mine", () => settle(true)),
      button("Take theirs", () => (takeOver(control, theirs), settle(false))),
    );
    control.after(notice);
  }

  // `part` is on the page and somebody is in it; `fresh` is how it reads now.
  function mend(part, fresh) {
    for (const form of part.querySelectorAll("form")) {
      const version = fresh.querySelector("[name=version]")?.value;
      let asked = false;
      for (const control of form.querySelectorAll("input[id]:not([type=hidden]), select[id], textarea[id]")) {
        const theirs = fresh.querySelector(`#${CSS.escape(control.id)}`);
        if (!theirs || stored(theirs) === stored(control)) continue;
        if (dirty(control)) {
          ask(control, theirs, version);
          asked = true;
        } else takeOver(control, theirs);
      }
      if (version && form.elements.version && !asked && !form.querySelector(".collision")) form.elements.version.value = version;
    }
  }

  // A form that sends itself sends what was changed in it: the rest is nobody's business, and may be somebody else's by now.
  document.addEventListener("htmx:configRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("form[data-submit-on-change]")) return;
    for (const control of form.querySelectorAll("input[id]:not([type=hidden]), select[id], textarea[id]"))
      if (!dirty(control)) delete event.detail.parameters[control.name];
  });

  // Rows that are known by their label on both sides and read differently now.
  function highlight(old, fresh) {
    const label = (row) => row.querySelector("label, dt")?.textContent;
    const before = new Map([...old.querySelectorAll(".detail, .field-row")].map((row) => [label(row), row]));
    const said = (row) => row.querySelector("select, input") ? [...row.querySelectorAll("select, input:not([type=hidden])")].map(stored).join() : row.textContent;
    for (const row of fresh.querySelectorAll(".detail, .field-row")) {
      const was = before.get(label(row));
      if (was && !row.querySelector("time") && said(was) !== said(row)) flash(row);
    }
  }

  Object.assign(window.fifthcall, { mend, highlight });
})();
