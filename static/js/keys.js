// Shortcuts of a scoring sheet: <form data-keys> with its controls as <fieldset class="control">. The help in words is on
// the page ([data-keys-help]) and shows once the keys work. In a text box a key types, except Ctrl+Enter and Esc; on a level
// the arrows go through the levels, as on any page. Keys without Ctrl can be switched off (WCAG 2.1.4), for this browser.

const form = document.querySelector("form[data-keys]");
const help = document.querySelector("[data-keys-help]");
const items = form ? [...form.querySelectorAll("fieldset.control:not([disabled])")] : [];

const SWITCH = "caiping.keys";
const button = help?.querySelector("[data-keys-switch]");

if (form && items.length) {
  if (help) help.hidden = false;
  button?.addEventListener("click", () => {
    localStorage.setItem(SWITCH, off() ? "on" : "off");
    say();
  });
  say();
  for (const item of items) item.tabIndex = -1;
  document.addEventListener("keydown", pressed);
  document.addEventListener("focusin", (event) => mark(event.target.closest?.("fieldset.control")));
}

function pressed(event) {
  if (event.isComposing || event.altKey) return; // an input method is at work, or the browser's own key
  const box = event.target;
  const typing = box.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit], [type=button])");
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  let done = true;
  if (event.ctrlKey || event.metaKey) {
    if (key !== "Enter") return;
    next();
  } else if (key === "Escape" && typing) {
    current()?.focus();
  } else if (off()) {
    return;
  } else if ((key === "ArrowDown" || key === "ArrowUp") && !box.matches("textarea, select, [type=radio]")) {
    done = move(key === "ArrowDown" ? 1 : -1);
  } else if (key === "Enter" && box.closest("fieldset.control") && !box.matches("textarea, select")) {
    write(box); // not the browser's own: it would hand the form in
  } else if (typing) {
    return;
  } else if (key === "j" || key === "k") {
    done = move(key === "j" ? 1 : -1);
  } else if (/^[1-9]$/.test(key)) {
    done = choose(Number(key));
  } else if (key === "?" || key === "？") {
    if (help) help.open = !help.open;
  } else {
    return;
  }
  if (done) event.preventDefault();
}

function off() {
  return localStorage.getItem(SWITCH) === "off";
}

function say() {
  if (button) button.textContent = off() ? "启用单键快捷键" : "停用单键快捷键";
}

function current() {
  return items.find((item) => item.classList.contains("at"));
}

function mark(item) {
  if (!item || !items.includes(item)) return;
  current()?.classList.remove("at");
  item.classList.add("at");
}

function move(step) {
  const at = items.indexOf(current());
  const to = items[at < 0 ? 0 : at + step];
  if (to) {
    to.focus({ preventScroll: true });
    to.scrollIntoView({ block: "center" });
    return true;
  }
  const link = document.querySelector(step > 0 ? "a[rel=next]" : "a[rel=prev]");
  if (link && at >= 0) link.click();
  return true;
}

function choose(number) {
  const item = current() ?? items[0];
  const choice = item.querySelectorAll(".levels input")[number - 1];
  if (!choice) {
    const line = item.querySelector("input:not([type=radio], [type=checkbox])");
    if (!line || item.querySelector(".levels")) return true;
    line.focus(); // the digit is typed there
    line.select();
    return false;
  }
  choice.focus({ preventScroll: true });
  choice.click();
  return true;
}

function write(box) {
  const item = box.closest("fieldset.control");
  const lines = [...item.querySelectorAll("input:not([type=radio], [type=checkbox])")];
  const reason = item.parentElement.querySelector("textarea");
  const line = lines[lines.indexOf(box) + 1] ?? reason;
  if (line) line.focus();
  else move(1);
}

function next() {
  const button = document.querySelector("[data-keys-next]");
  if (button) button.click();
}
