// Keys of the look at a page. They are heard only while the look has the focus, and never where somebody types;
// without this script the same buttons have access keys.

const root = document.querySelector("[data-look]");
const form = document.querySelector("#look");
let isSent = false; // Whoever presses fast must not answer for a page that is not there yet.
if (root && form) {
  form.addEventListener("submit", () => {
    isSent = true;
  });
  window.addEventListener("pageshow", () => {
    isSent = false;
  });
  const hint = root.querySelector("[data-look-keys]");
  hint.hidden = false;
  if (!document.querySelector(".govuk-error-summary")) {
    root.focus({ preventScroll: true });
  }
  root.addEventListener("keydown", listen);
}

function listen(event) {
  const types = event.target.matches("textarea, select, input:not([type=radio])");
  if (isSent || types || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const act = acts()[event.key.toLowerCase()];
  if (act) {
    event.preventDefault();
    act();
  }
}

function acts() {
  const press = (value) => form.querySelector(`button[value="${value}"]`).click();
  const found = {
    a: () => press("accept"),
    r: () => press("rescan"),
    x: () => press("reject"),
    b: () => root.querySelector("a[rel=prev]")?.click(),
  };
  for (const [place, radio] of form.querySelectorAll("input[type=radio]").entries()) {
    if (place < 10) {
      found[String((place + 1) % 10)] = () => {
        radio.checked = true;
        radio.focus();
      };
    }
  }
  return found;
}
