// Live progress of batches: one event stream for the whole browser, asking from time to time elsewhere.
// Without this script the page has the same numbers and a link to load it again.

const POLL_MILLISECONDS = 5000;
const LOCK = "mg-progress";

export function followProgress() {
  const sign = document.querySelector("[data-live]");
  if (!sign) {
    return;
  }
  let ended = false;

  function show(batches) {
    for (const batch of batches) {
      for (const bar of document.querySelectorAll(`[data-batch="${CSS.escape(batch.id)}"]`)) {
        const line = bar.querySelector("progress");
        line.max = batch.total || 1;
        line.value = batch.done;
        bar.querySelector(".mg-progress__words").textContent = batch.words;
      }
    }
    if (batches.every((batch) => batch.settled)) {
      ended = true;
      // The only thing that is read out: the numbers would talk without end.
      sign.textContent = batches.length ? sign.dataset.end : "";
    }
  }

  async function poll() {
    try {
      const answer = await fetch(sign.dataset.poll, { headers: { Accept: "application/json" } });
      if (answer.redirected || [401, 403, 404].includes(answer.status)) {
        // Signed out, or the batch is no longer for this person: asking again is of no use.
        return;
      }
      if (answer.ok) {
        show((await answer.json()).batches);
      }
    } catch {
      // The line is down; the next question may get through.
    }
    if (!ended) {
      setTimeout(poll, POLL_MILLISECONDS);
    }
  }

  function listen(release) {
    const source = new EventSource(sign.dataset.live);
    const stop = () => {
      source.close();
      release();
    };
    source.addEventListener("progress", (event) => {
      show(JSON.parse(event.data).batches);
      if (ended) {
        stop();
      }
    });
    source.addEventListener("moved", () => {
      stop();
      poll();
    });
    source.addEventListener("error", () => {
      // A stream that ended comes back by itself; one that was refused does not.
      if (source.readyState === EventSource.CLOSED) {
        stop();
        poll();
      }
    });
  }

  if (!navigator.locks || !window.EventSource) {
    // Browsers share no lock on plain lines, and each window with a stream of its own would starve the server.
    poll();
    return;
  }
  navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? new Promise(listen) : poll()));
}
