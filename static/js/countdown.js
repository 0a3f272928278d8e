// A deadline counted down by the server's clock: the page says what time it was there when it was drawn, and only the time
// that has passed since is measured here. The printed date stays beside it.

for (const place of document.querySelectorAll("time[data-countdown]")) count(place);

function count(place) {
  const due = Date.parse(place.dateTime);
  const drawn = Date.parse(place.dataset.now);
  const started = performance.timeOrigin; // also right when the page comes out of the browser's memory
  const left = document.createElement("span");
  left.className = "countdown num";
  left.setAttribute("role", "timer");
  place.after(" ", left);
  tick();
  const clock = setInterval(tick, 1000);

  function tick() {
    const seconds = Math.ceil((due - drawn - (Date.now() - started)) / 1000);
    left.textContent = seconds > 0 ? `还有 ${words(seconds)}` : "已截止";
    left.classList.toggle("soon", seconds < 86400);
    if (seconds <= 0) clearInterval(clock);
  }
}

function words(seconds) {
  const days = Math.floor(seconds / 86400);
  const two = (number) => String(number).padStart(2, "0");
  const time = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days ? `${days} 天 ${time}` : time;
}
