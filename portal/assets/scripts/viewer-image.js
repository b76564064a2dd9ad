// The zoomable image: OpenSeadragon over the IIIF service of the page, with no buttons and no pictures of its own.
import OpenSeadragon from "openseadragon";

const SLOW = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 0.5;
const SHARE_AROUND_A_PLACE = 0.5; // of the page's width that is seen when a place is shown
const FEW = 2; // tiles asked for at a time
const MANY = 6;

// OpenSeadragon writes a style sheet into the page unless it finds its own there; our policy lets no such sheet in.
// An element without a namespace is found, and is no style sheet.
function keepStylesOut() {
  const there = document.createElementNS(null, "style");
  there.setAttribute("data-openseadragon-mobile-css", "");
  document.head.append(there);
}

// Resolves when the image stands; rejects where its size cannot be had.
export async function openImage(root, say) {
  const answer = await fetch(root.dataset.info, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    throw new Error(`no image: ${answer.status}`);
  }
  const info = await answer.json();
  // Behind a proxy the portal may not know its own address; tiles come from where the page came from.
  info.id = new URL(root.dataset.info, location).href.replace(/\/info\.json$/, "");
  const plain = root.querySelector(".mg-viewer__plain");
  const stage = root.querySelector(".mg-viewer__image");
  keepStylesOut();
  root.classList.add("mg-viewer--live");
  stage.hidden = false;
  const viewer = OpenSeadragon({
    element: stage,
    tileSources: info,
    drawer: "canvas",
    showNavigationControl: false,
    // The page keeps scrolling under one finger and under the wheel.
    cooperativeGestures: true,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { pinchRotate: false },
    animationTime: SLOW,
    visibilityRatio: 0.5,
    minZoomImageRatio: 0.8,
    maxZoomPixelRatio: 3,
    // The image of a page is made when the first reader zooms; until it is there few may wait for it.
    imageLoaderLimit: FEW,
    // Half a minute: a morning on which everybody opens pages that nobody has seen yet. The view stays meanwhile.
    tileRetryMax: 12,
    tileRetryDelay: 2500,
  });
  viewer.addHandler("canvas-cooperative-gesture", (event) => {
    event.message = event.gesture === "scroll" ? root.dataset.saysScroll : root.dataset.saysTouch;
  });
  // Whoever cannot drag brings a spot to the middle by a click on it.
  viewer.addHandler("canvas-click", (event) => {
    if (event.quick && event.originalEvent.pointerType !== "touch") {
      viewer.viewport.panTo(viewer.viewport.pointFromPixel(event.position));
    }
  });
  viewer.canvas.setAttribute("role", "application");
  viewer.canvas.setAttribute("aria-label", root.dataset.saysImage);
  await new Promise((resolve, reject) => {
    viewer.addOnceHandler("open", resolve);
    viewer.addOnceHandler("open-failed", (event) => reject(new Error(event.message)));
  });
  // Until the first tile is drawn the plain image lies below, so nobody looks at an empty field.
  viewer.addOnceHandler("tile-drawn", () => {
    plain.hidden = true;
    viewer.imageLoader.jobLimit = MANY;
  });
  return handle(viewer, info, say);
}

function handle(viewer, info, say) {
  const view = viewer.viewport;
  const rectangle = ([left, top, width, height]) => view.imageToViewportRectangle(left, top, width, height);
  const sayZoom = () => {
    const percent = Math.round((view.getZoom(false) / view.getHomeZoom()) * 100);
    say("saysZoom", { percent });
  };
  return {
    zoomBy(factor) {
      view.zoomBy(factor);
      view.applyConstraints();
      sayZoom();
    },
    fit() {
      view.goHome();
      sayZoom();
    },
    fitWidth() {
      const isOnItsSide = view.getRotation(false) % 180 !== 0;
      const middle = new OpenSeadragon.Point(0.5, info.height / info.width / 2);
      const width = isOnItsSide ? info.height / info.width : 1;
      const height = width / view.getAspectRatio();
      view.zoomTo(1 / width);
      view.panTo(isOnItsSide ? middle : new OpenSeadragon.Point(0.5, Math.max(height / 2, 0)));
      sayZoom();
    },
    turnBy(degrees) {
      view.rotateBy(degrees);
      view.goHome();
      say("saysTurn", { degrees: ((view.getRotation(false) % 360) + 360) % 360 });
    },
    // Brings a box into the middle, with what stands around it; a box is [left, top, width, height] in px of the page.
    show(box) {
      const [left, top, width, height] = box;
      const across = Math.max(width * 1.5, info.width * SHARE_AROUND_A_PLACE);
      const down = Math.max(height * 3, across / 3);
      const start = left + (width - across) / 2;
      const within = Math.min(Math.max(start, 0), Math.max(info.width - across, 0));
      view.fitBoundsWithConstraints(rectangle([within, top + (height - down) / 2, across, down]));
    },
    frame(box, className) {
      const element = document.createElement("div");
      element.className = className;
      viewer.addOverlay({ element, location: rectangle(box) });
      return element;
    },
    unframe: (element) => viewer.removeOverlay(element),
    focus: () => viewer.canvas.focus(),
    // On a whole screen there is no page to scroll past.
    setAlone: (isAlone) => viewer.setCooperativeGestures(!isAlone),
  };
}
