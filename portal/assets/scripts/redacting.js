// Drawing on a page: what is dragged over the image lands in the numbers of a form, and numbers move the box.
// Without this script the same forms take the numbers by hand.

const FIELDS = ["left", "top", "width", "height"];
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 4; // px of the page for each press of a key

const root = document.querySelector("[data-draw]");
if (root) {
  start(root);
}

function start(root) {
  const svg = root.querySelector("svg");
  const size = { width: Number(root.dataset.width), height: Number(root.dataset.height) };
  const fresh = document.querySelector("[data-new-box]");
  const shadow = document.createElementNS(svg.namespaceURI, "rect");
  shadow.setAttribute("class", "mg-draw__box mg-draw__box--new");
  svg.append(shadow);
  document.querySelector("[data-draw-hint]").hidden = false;
  root.classList.add("mg-draw--live");
  drag(svg, size, (box) => {
    write(fresh, box);
    show(shadow, box);
  }, () => fresh.querySelector("button").focus());
  steer(fresh, shadow, size);
  for (const form of document.querySelectorAll("[data-moves]")) {
    steer(form, svg.querySelector(`[data-box="${form.dataset.moves}"]`), size);
  }
}

function drag(svg, size, moved, ended) {
  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    from = place(svg, size, event);
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (from) {
      const to = place(svg, size, event);
      moved({
        left: Math.min(from.x, to.x),
        top: Math.min(from.y, to.y),
        width: Math.abs(to.x - from.x),
        height: Math.abs(to.y - from.y),
      });
    }
  });
  svg.addEventListener("pointerup", () => {
    from = null;
    ended();
  });
  svg.addEventListener("pointercancel", () => (from = null));
}

// Where on the page a pointer is, in px of the page.
function place(svg, size, event) {
  const seen = svg.getBoundingClientRect();
  const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
  return {
    x: within(((event.clientX - seen.left) / seen.width) * size.width, size.width),
    y: within(((event.clientY - seen.top) / seen.height) * size.height, size.height),
  };
}

// Arrow keys with Alt move the box of a form, with Shift as well they change its size; its numbers follow.
function steer(form, rect, size) {
  form.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step || !event.altKey) {
      return;
    }
    event.preventDefault();
    const box = read(form);
    if (!box.width) {
      Object.assign(box, middle(size));
    } else if (event.shiftKey) {
      box.width = Math.max(STEP, box.width + step[0] * STEP);
      box.height = Math.max(STEP, box.height + step[1] * STEP);
    } else {
      box.left = Math.max(0, Math.min(size.width - box.width, box.left + step[0] * STEP));
      box.top = Math.max(0, Math.min(size.height - box.height, box.top + step[1] * STEP));
    }
    write(form, box);
    show(rect, box);
  });
  form.addEventListener("input", () => show(rect, read(form)));
}

function middle(size) {
  return {
    left: Math.round(size.width / 3),
    top: Math.round(size.height / 3),
    width: Math.round(size.width / 6),
    height: Math.round(size.height / 40),
  };
}

function field(form, name) {
  return form.querySelector(`[name$="${name}"]`);
}

function read(form) {
  return Object.fromEntries(FIELDS.map((name) => [name, Number.parseInt(field(form, name).value, 10) || 0]));
}

function write(form, box) {
  for (const name of FIELDS) {
    field(form, name).value = box[name];
  }
}

function show(rect, box) {
  rect.setAttribute("x", box.left);
  rect.setAttribute("y", box.top);
  rect.setAttribute("width", box.width);
  rect.setAttribute("height", box.height);
}
