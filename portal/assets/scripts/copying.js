// Buttons that copy a text of the page. They are hidden until a script is there; the text can be selected without.

// Browsers give no clipboard to pages that came over plain http, as on a network of the house; the old way works there.
async function copy(element) {
  const text = element.textContent.trim();
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  getSelection().selectAllChildren(element);
  if (!document.execCommand("copy")) {
    throw new Error("nothing was copied");
  }
}

export function offerCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = button.textContent;
    const text = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      try {
        await copy(text);
        button.textContent = button.dataset.done;
        setTimeout(() => (button.textContent = words), 3000);
      } catch {
        // It stands selected, so that a key copies it.
        getSelection().selectAllChildren(text);
      }
    });
  }
}
