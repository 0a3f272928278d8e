// Suggestions under a search field (ARIA combobox with a list of options). Without scripts the field is a plain form.
// What is typed is asked for 150 ms after the last key; an answer that comes too late is thrown away.

for (const field of document.querySelectorAll("input[data-suggest]")) help(field);

function help(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}-suggestions`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "检索建议");
  list.hidden = true;
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  field.after(list, said);
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) field.setAttribute(name, value);

  const known = new Map();
  let chosen = -1, waiting = 0, composing = false;

  field.addEventListener("compositionstart", () => { composing = true; });
  field.addEventListener("compositionend", () => { composing = false; ask(); });
  field.addEventListener("input", () => { if (!composing) ask(); });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (composing || event.isComposing) return;
    const options = list.children;
    if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); return; }
    if (event.key === "Enter" && chosen >= 0 && !list.hidden) { take(options[chosen]); event.preventDefault(); return; }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    if (list.hidden) { ask(); return; }
    choose(event.key === "ArrowDown" ? (chosen + 2) % (options.length + 1) - 1 : (chosen + options.length + 1) % (options.length + 1) - 1);
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => { const option = event.target.closest("li"); if (option) take(option); });

  function ask() {
    clearTimeout(waiting);
    const typed = field.value.trim();
    if (!typed) { close(); return; }
    waiting = setTimeout(async () => {
      try {
        if (!known.has(typed)) {
          const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
          if (!answer.ok) return;
          known.set(typed, (await answer.json()).suggestions);
        }
        if (field.value.trim() === typed && document.activeElement === field) show(known.get(typed));
      } catch { close(); } // no network: the form works without
    }, 150);
  }

  function show(found) {
    list.replaceChildren(...found.map((each, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = each.text;
      const what = document.createElement("span");
      what.className = "small soft";
      what.textContent = each.what;
      option.append(each.text, " ", what);
      return option;
    }));
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = found.length ? `${found.length} 条建议, 用上下键选择` : "";
  }

  function choose(number) {
    for (const option of list.children) option.setAttribute("aria-selected", "false");
    chosen = number;
    const option = list.children[number];
    if (!option) { field.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  }

  function take(option) {
    field.value = option.dataset.text;
    close();
    field.form.requestSubmit();
  }

  function close() {
    clearTimeout(waiting);
    chosen = -1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
}
