// The viewer over the whole screen, with its buttons. Where a browser gives none, it covers the window instead.

export function fullScreen(root, image) {
  const button = root.querySelector("[data-act='full']");

  function show(isFull) {
    root.classList.toggle("mg-viewer--full", isFull);
    button.setAttribute("aria-pressed", String(isFull));
    image.setAlone(isFull);
  }

  document.addEventListener("fullscreenchange", () => show(document.fullscreenElement === root));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.fullscreenElement && root.classList.contains("mg-viewer--full")) {
      show(false);
    }
  });

  return async () => {
    const isFull = root.classList.contains("mg-viewer--full");
    if (document.fullscreenElement) {
      await document.exitFullscreen();
    } else if (isFull || !root.requestFullscreen) {
      show(!isFull);
    } else {
      await root.requestFullscreen().catch(() => show(true));
    }
  };
}
