// The page viewer: puts a zoomable image in the place of the plain one and ties it to the hits and to the text.
// Without it the page shows the same image with its boxes, and each step from hit to hit is a link.
import { fullScreen } from "./viewer-full.js";
import { openImage } from "./viewer-image.js";
import { listenForKeys } from "./viewer-keys.js";
import { followPlaces } from "./viewer-places.js";
import { followWords } from "./viewer-words.js";

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
}

async function start(root) {
  const says = root.querySelector("[data-says]");
  const say = (name, values) => (says.textContent = fill(root.dataset[name], values));
  const image = await openImage(root, say);
  const places = followPlaces(root, image, say);
  const acts = {
    "zoom-in": () => image.zoomBy(1.5),
    "zoom-out": () => image.zoomBy(1 / 1.5),
    fit: image.fit,
    width: image.fitWidth,
    turn: () => image.turnBy(90),
    "turn-back": () => image.turnBy(-90),
    contrast: () => toggle(root, "contrast"),
    invert: () => toggle(root, "invert"),
    full: fullScreen(root, image),
    next: () => places.step(1),
    previous: () => places.step(-1),
  };
  for (const button of root.querySelectorAll("[data-act]")) {
    button.addEventListener("click", acts[button.dataset.act]);
  }
  listenForKeys(root, acts);
  followWords(image, places);
  root.querySelector(".mg-tools").hidden = false;
  root.querySelector(".mg-viewer__help").hidden = false;
}

function toggle(root, act) {
  const button = root.querySelector(`[data-act="${act}"]`);
  const isOn = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(isOn));
  root.classList.toggle(`mg-viewer--${act}`, isOn);
}

const root = document.getElementById("viewer");
if (root?.dataset.width) {
  // Where the image cannot be had, the plain one stays.
  start(root).catch((error) => console.warn(error));
}
