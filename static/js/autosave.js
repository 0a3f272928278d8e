// Drafts 草稿: what is typed into <form data-autosave="address"> is kept on the server a few seconds after a change.
// It is no act: nothing is handed in. Without this module the form works as it did, by its own button.

const PAUSE = 2500; // milliseconds without a change before it is saved
const LONGEST = 8000; // while somebody goes on typing, save at least this often
const PATIENCE = 10000; // an answer that takes longer is given up
const RETRY = [3000, 6000, 12000, 30000, 60000];

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const state = document.querySelector(`[data-saving="${form.id}"]`);
  let changed = 0; // how many changes there were, and how many of them are saved
  let saved = 0;
  let since = 0;
  let failures = 0;
  let timer = 0;
  let flight = null;
  let running = null; // the saving under way, if there is one
  let ended = false;

  const say = (text, tone = "") => {
    if (!state) return;
    state.textContent = text;
    state.className = `saving small ${tone}`;
  };

  const later = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(() => { running = save(); }, milliseconds);
  };

  function touched(event) {
    if (ended || event.target.type === "file" || !event.target.name) return;
    changed += 1;
    if (!since) since = Date.now();
    if (!failures) later(Math.max(0, Math.min(PAUSE, since + LONGEST - Date.now())));
  }

  async function save() {
    clearTimeout(timer);
    if (ended || flight || saved === changed) return;
    const upTo = changed;
    since = 0;
    flight = new AbortController();
    const patience = setTimeout(() => flight && flight.abort(), PATIENCE);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body: typed(form), signal: flight.signal, headers: { Accept: "application/json" }, redirect: "manual",
      });
      if (answer.ok) {
        const told = await answer.json();
        saved = upTo;
        failures = 0;
        say(`✓ 已自动保存 ${told.saved}`, "good");
        form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true, detail: told }));
      } else if (answer.status >= 500) {
        throw new Error(answer.status);
      } else {
        await refused(answer);
      }
    } catch {
      if (!ended) say("△ 暂时不能自动保存, 内容仍在本页, 正在重试", "warn");
      if (!ended) later(RETRY[Math.min(failures++, RETRY.length - 1)]);
    } finally {
      clearTimeout(patience);
      flight = null;
    }
    if (!ended && !failures && saved !== changed) later(PAUSE);
  }

  async function refused(answer) {
    ended = true;
    if (answer.status === 409 && (answer.headers.get("Content-Type") || "").includes("json")) {
      const told = await answer.json();
      conflict(form, told);
      say(`△ 另一窗口已保存 ${told.at}, 本窗口不再自动保存`, "warn");
    } else if (answer.status === 401 || answer.status === 400 || answer.type === "opaqueredirect") {
      say("△ 登录已失效, 没有自动保存; 请另开窗口登录, 再回到本页复制内容", "warn");
    } else {
      say("△ 现在不能自动保存; 请点击保存按钮查看原因", "warn");
    }
  }

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", () => {
    ended = true; // the act takes everything with it
    clearTimeout(timer);
    if (flight) flight.abort();
    // An upload may break off on its way; then the last words are in the draft. Kept after the act they are refused.
    if (saved !== changed && form.enctype === "multipart/form-data") last();
  });
  document.addEventListener("submit", (event) => {
    // 放弃草稿: what leaving the page would still save, or is on its way, must not bring the draft back.
    if (ended || !event.submitter || event.submitter.name !== "put_away") return;
    ended = true;
    clearTimeout(timer);
    if (!flight) return;
    event.preventDefault();
    running.finally(() => event.target.requestSubmit(event.submitter));
  });
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && !ended && saved !== changed && !flight) last();
  });

  function last() {
    // The page may be going: the browser finishes this request without it.
    saved = changed;
    fetch(form.dataset.autosave, { method: "POST", body: typed(form), keepalive: true }).catch(() => { saved = -1; });
  }
}

function typed(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && name !== "once") body.append(name, value);
  return body;
}

function conflict(form, told) {
  const notice = document.createElement("div");
  notice.className = "notice danger conflict";
  notice.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = `${told.conflict}。您可以先复制本窗口的内容, 再`;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "打开另一窗口保存的内容";
  text.append(link, "。");
  notice.append(text);
  form.before(notice);
}
