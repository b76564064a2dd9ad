// The places found: boxed on the image, stepped through without loading the page anew, kept in the address.

const BOX = "mg-found";
const HERE = "mg-found mg-found--here";

function boxOf(rect) {
  return ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
}

// A place is a number and its boxes; number 0 is one that the address points at and no hit.
function read(root) {
  const places = new Map();
  for (const rect of root.querySelectorAll(".mg-viewer__boxes rect")) {
    const number = Number(rect.dataset.place);
    places.set(number, [...(places.get(number) ?? []), boxOf(rect)]);
  }
  return places;
}

export function followPlaces(root, image, say) {
  const places = read(root);
  const pointed = places.get(0);
  const count = places.size - (pointed ? 1 : 0);
  const line = document.querySelector("[data-place-of]");
  const links = [...document.querySelectorAll("[data-step]")];
  const frames = new Map();
  let here = startingAt(root, count);

  for (const [number, boxes] of places) {
    frames.set(number, boxes.map((box) => image.frame(box, BOX)));
  }

  function mark(number) {
    for (const [one, elements] of frames) {
      elements.forEach((element) => (element.className = one === number ? HERE : BOX));
    }
    for (const word of document.querySelectorAll("[data-text] [data-place]")) {
      word.classList.toggle("mg-here", Number(word.dataset.place) === number);
    }
  }

  function go(number) {
    here = number;
    clearPointed();
    mark(number);
    image.show(places.get(number)[0]);
    const values = { number, count };
    say("saysPlace", values);
    line.textContent = root.querySelector("[data-says]").textContent;
    links.forEach(lead);
    const address = new URL(location);
    address.searchParams.delete("at");
    address.searchParams.set("hit", number);
    address.hash = "";
    history.replaceState(null, "", address);
    document.dispatchEvent(new CustomEvent("mg-place", { detail: places.get(number)[0].join(",") }));
  }

  // Goes one place on; behind the last of the page to the next page that has one.
  function step(by) {
    const next = here + by;
    if (next >= 1 && next <= count) {
      go(next);
      return;
    }
    const away = links.find((link) => Number(link.dataset.step) === by)?.dataset.awayAddress;
    if (away) {
      location.assign(away);
    }
  }

  // Where a link leads from here: to a place of this page, to another page that has one, or nowhere.
  function lead(link) {
    const next = here + Number(link.dataset.step);
    const isHere = next >= 1 && next <= count;
    const address = new URL(location);
    address.searchParams.set("hit", next);
    address.hash = "viewer";
    link.parentElement.hidden = !isHere && !link.dataset.awayAddress;
    link.textContent = isHere ? link.dataset.here : link.dataset.away;
    link.href = isHere ? address : link.dataset.awayAddress ?? address;
  }

  function clearPointed() {
    frames.get(0)?.forEach((element) => image.unframe(element));
    frames.delete(0);
  }

  // Marks a box that is no hit, as the word somebody clicked.
  function point(box) {
    clearPointed();
    frames.set(0, [image.frame(box, HERE)]);
    mark(0);
    image.show(box);
  }

  for (const link of links) {
    link.addEventListener("click", (event) => {
      const next = here + Number(link.dataset.step);
      if (next >= 1 && next <= count && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        go(next);
      }
    });
  }
  if (pointed || here) {
    mark(pointed ? 0 : here);
    image.show((pointed ?? places.get(here))[0]);
  }
  return { step, point };
}

function startingAt(root, count) {
  const marked = root.querySelector(".mg-box--here");
  return count && marked ? Number(marked.dataset.place) : 0;
}
