// Files that take a while to make: <a data-makes="报告">. The page says that it is being made and when it has come; the link
// works without this module, and whatever goes wrong is left to the browser, which then shows the page with the reason.

const LONGEST = 120000; // milliseconds

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-makes]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (link.getAttribute("aria-busy")) return;
  const said = state(link);
  const begun = Date.now();
  const tell = () => { said.textContent = `正在生成${link.dataset.makes}, 已用 ${Math.round((Date.now() - begun) / 1000)} 秒…`; };
  tell();
  const ticking = setInterval(tell, 1000);
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { signal: AbortSignal.timeout(LONGEST) });
    if (!answer.ok) throw new Error(answer.status);
    save(await answer.blob(), name(answer) || link.dataset.makes);
    said.textContent = `✓ ${link.dataset.makes}已下载`;
  } catch {
    said.textContent = "";
    location.assign(link.href);
  } finally {
    clearInterval(ticking);
    link.removeAttribute("aria-busy");
  }
});

function state(link) {
  if (link.nextElementSibling && link.nextElementSibling.matches(".saving")) return link.nextElementSibling;
  const said = document.createElement("p");
  said.className = "saving small";
  said.setAttribute("role", "status");
  link.after(said);
  return said;
}

function name(answer) {
  const given = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get("Content-Disposition") || "");
  return given ? decodeURIComponent(given[1]) : "";
}

function save(content, called) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = called;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
