// Runs before anything is drawn: light or dark as chosen, else as the system has it.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("script");

  function follow() {
    if (!root.dataset.chosen) root.dataset.bsTheme = dark.matches ? "dark" : "light";
  }

  function toggle() {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    root.dataset.bsTheme = root.dataset.chosen = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  }

  follow();
  dark.addEventListener("change", follow);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-theme-toggle]")) toggle();
  });
})();
