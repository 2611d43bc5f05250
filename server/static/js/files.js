// Files for a message: chosen, dropped on it or pasted into it. They travel with the form itself.
(() => {
  const boxOf = (form) => form.querySelector('input[type="file"][name="files"]');

  function show(form) {
    let list = form.querySelector(".files.chosen");
    if (!list) {
      list = document.createElement("ul");
      list.className = "files chosen";
      form.querySelector(".compose-foot").before(list);
    }
    list.replaceChildren(...[...boxOf(form).files].map((file, place) => line(form, file, place)));
  }

  function line(form, file, place) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const drop = document.createElement("button");
    name.className = "file-name";
    name.textContent = file.name;
    drop.type = "button";
    drop.className = "icon-button small";
    drop.textContent = "×";
    drop.setAttribute("aria-label", `Do not send ${file.name}`);
    drop.addEventListener("click", () => keep(form, [...boxOf(form).files].filter((_, at) => at !== place)));
    const words = document.createElement("p");
    words.append(name, drop);
    item.append(words);
    return item;
  }

  function keep(form, files) {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    boxOf(form).files = carrier.files;
    show(form);
  }

  function add(form, files) {
    if (!files.length) return;
    keep(form, [...boxOf(form).files, ...files]);
    fifthcall.announce(`${files.length === 1 ? files[0].name : `${files.length} files`} will be sent along.`);
  }

  const target = (event) => {
    const form = event.target.closest?.("#composer");
    return form && boxOf(form) && [...(event.dataTransfer?.types ?? [])].includes("Files") ? form : null;
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches('#composer input[type="file"]')) show(event.target.form);
  });
  document.addEventListener("dragover", (event) => {
    const form = target(event);
    if (!form) return;
    event.preventDefault();
    form.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    const form = event.target.closest?.("#composer");
    if (form && !form.contains(event.relatedTarget)) form.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    const form = target(event);
    if (!form) return;
    event.preventDefault();
    form.classList.remove("dropping");
    add(form, [...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    const form = event.target.closest?.("#composer");
    const files = [...(event.clipboardData?.files ?? [])];
    if (!form || !files.length) return;
    event.preventDefault();
    add(form, files);
  });
})();
