// Opens places of the tree where they stand. Without this script the same links load the page anew, opened there.
const NAME = "mo";

function remember(id, isOpen) {
  const address = new URL(location.href);
  const open = (address.searchParams.get(NAME) || "").split(".").filter((one) => one && one !== id);
  if (isOpen) open.push(id);
  if (open.length) address.searchParams.set(NAME, open.join("."));
  else address.searchParams.delete(NAME);
  history.replaceState(history.state, "", address);
}

async function fetchInside(toggle) {
  const answer = await fetch(toggle.dataset.inside, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const inside = document.createElement("div");
  inside.className = "mg-branch__inside";
  inside.append(...page.querySelector(".mg-contents").children);
  inside.querySelector(":scope > [hidden]")?.removeAttribute("hidden");
  return inside;
}

async function turn(toggle) {
  const branch = toggle.closest(".mg-branch");
  const willOpen = toggle.getAttribute("aria-expanded") !== "true";
  let inside = branch.querySelector(":scope > .mg-branch__inside");
  if (willOpen && !inside) {
    toggle.setAttribute("aria-busy", "true");
    try {
      inside = await fetchInside(toggle);
      branch.append(inside);
    } catch {
      // Offline, signed out, or closed meanwhile: the plain link says what is the matter.
      location.assign(toggle.href);
      return;
    } finally {
      toggle.removeAttribute("aria-busy");
    }
  }
  if (inside) inside.hidden = !willOpen;
  toggle.setAttribute("aria-expanded", String(willOpen));
  remember(toggle.dataset.node, willOpen);
}

export function openTreesInPlace() {
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("a[data-inside]");
    if (!toggle || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (toggle.getAttribute("aria-busy") !== "true") turn(toggle);
  });
}
