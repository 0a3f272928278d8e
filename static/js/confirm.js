// What cannot be undone is asked once more, in its own place: <button data-confirm="签字后不能再改">. Nothing pops up.

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !button.dataset.confirm || button.dataset.asked) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(button);
}, true);

function ask(button) {
  const words = button.textContent;
  const question = document.createElement("span");
  question.className = "confirm";
  question.setAttribute("role", "alert");
  question.textContent = `${button.dataset.confirm}。`;
  const back = document.createElement("button");
  back.type = "button";
  back.className = "btn btn-outline-primary";
  back.textContent = "先不办理";
  back.addEventListener("click", () => {
    question.remove();
    back.remove();
    delete button.dataset.asked;
    button.textContent = words;
    button.focus();
  });
  button.dataset.asked = "1";
  button.textContent = `确认${words}`;
  button.before(question);
  button.after(back);
  button.focus();
}
