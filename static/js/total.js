// Running totals: every number was computed by the server and came with the answer to an autosave; here it is only shown.

document.addEventListener("autosaved", ({ detail }) => {
  for (const [name, text] of Object.entries(detail.shown)) {
    for (const place of document.querySelectorAll(`[data-shown="${CSS.escape(name)}"]`)) place.textContent = text;
  }
});
