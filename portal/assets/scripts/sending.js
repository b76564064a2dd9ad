// Sends folders of files to a batch: what breaks off goes on by itself, and what is there already does not travel again.
// Without this script a plain form takes files; `sending-files` finds them, `sending-queue` sends, `sending-show` tells.
import { dropped, picked } from "./sending-files.js";
import { Queue } from "./sending-queue.js";
import { Show } from "./sending-show.js";

const KNOWN_AGAIN_MILLISECONDS = 3000;

const root = document.querySelector("[data-send]");
if (root) {
  start(root);
}

function start(root) {
  const show = new Show(root);
  const queue = new Queue(root.dataset.endpoint, root.dataset.token, () => show.soon(queue));
  document.querySelector("[data-send-plain]").hidden = true;
  root.hidden = false;
  listen(root, show, queue);
  show.onAct((act, item) => queue[act](item));
  window.addEventListener("online", () => queue.lineIsBack());
  window.addEventListener("beforeunload", (event) => {
    if (queue.isBusy) {
      event.preventDefault();
    }
  });
}

function listen(root, show, queue) {
  async function take(finding) {
    show.looking();
    let found;
    try {
      found = await finding;
    } catch {
      show.unreadable();
      return;
    }
    const { files, skipped } = found;
    show.skipped(skipped);
    const known = await whatIsThere(root.dataset.known, show);
    const added = queue.add(files, known);
    show.added(added);
  }

  for (const input of root.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const finding = Promise.resolve(picked(input.files));
      // The same folder can be chosen again afterwards, which is how one goes on.
      input.value = "";
      take(finding);
    });
  }
  // A file that misses the zone must not make the browser leave the page for it.
  for (const kind of ["dragover", "drop"]) {
    window.addEventListener(kind, (event) => event.preventDefault());
  }
  const zone = root.querySelector("[data-zone]");
  zone.addEventListener("dragover", () => zone.classList.add("mg-send__zone--over"));
  zone.addEventListener("dragleave", () => zone.classList.remove("mg-send__zone--over"));
  zone.addEventListener("drop", (event) => {
    zone.classList.remove("mg-send__zone--over");
    take(dropped(event.dataTransfer));
  });
}

// What the batch has of the sender's files, by what the sender knows them by.
async function whatIsThere(address, show) {
  const known = new Map();
  let after = "";
  for (;;) {
    try {
      const answer = await fetch(`${address}?sau=${after}`, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) {
        const told = await answer.json();
        for (const file of told.files) {
          known.set(file.source, file);
        }
        after = told.next;
        if (!after) {
          return known;
        }
        continue;
      }
      if (answer.status < 500) {
        // Signed out: the first file that is sent says so, in the words of the page.
        return known;
      }
    } catch {
      // The line is down.
    }
    show.lineIsDown();
    await new Promise((done) => setTimeout(done, KNOWN_AGAIN_MILLISECONDS));
  }
}
