// The text beside the image: a click on a word shows where it stands and makes a lasting link to it.

export function followWords(image, places) {
  const text = document.querySelector("[data-text]");
  const link = document.querySelector("[data-word-link]");
  if (!text || !link) {
    return;
  }
  const field = link.querySelector("[id='word-address']");
  document.querySelector("[data-word-hint]").hidden = false;

  function offer(at) {
    field.textContent = `${link.dataset.address}?at=${at}#word`;
    link.hidden = false;
  }

  document.addEventListener("mg-place", (event) => offer(event.detail));
  text.addEventListener("click", (event) => {
    const word = event.target.closest("[data-at]");
    // Whoever selects text to copy it is not looking for a word.
    if (!word || !getSelection().isCollapsed) {
      return;
    }
    text.querySelectorAll(".mg-here").forEach((other) => other.classList.remove("mg-here"));
    places.point(word.dataset.at.split(",").map(Number));
    word.classList.add("mg-here");
    offer(word.dataset.at);
    const address = new URL(location);
    address.searchParams.delete("hit");
    address.searchParams.set("at", word.dataset.at);
    history.replaceState(null, "", address);
  });
}
