// Keys of the viewer. They are heard only while the viewer has the focus, so that they disturb nobody who types;
// arrows, plus and minus over the image are OpenSeadragon's own.

const ACTS = {
  "+": "zoom-in",
  "=": "zoom-in",
  "-": "zoom-out",
  0: "fit",
  w: "width",
  r: "turn",
  R: "turn-back",
  c: "contrast",
  i: "invert",
  f: "full",
  n: "next",
  p: "previous",
};

// What OpenSeadragon would do by letters and we do not: mirror the page, move it by WASD, leaf through images.
const SILENT = new Set(["a", "s", "d", "j", "k"]);

export function listenForKeys(root, acts) {
  root.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        return;
      }
      const act = ACTS[event.key];
      if (act || SILENT.has(event.key.toLowerCase())) {
        event.stopPropagation();
      }
      if (act) {
        event.preventDefault();
        acts[act]();
      }
    },
    { capture: true },
  );
}
