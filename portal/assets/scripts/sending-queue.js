// The files on their way: a few at once by tus, begun again where the line broke, held where going on is of no use.
import { Upload } from "tus-js-client";

const AT_ONCE = 3;
const PART = 64 * 1024 * 1024; // Below what proxies let through, and never much to send anew.
const SMALL = 8 * 1024 * 1024; // Up to here a file comes with its announcement, in one request.
const WAITS = [1, 2, 4, 8, 15, 30]; // Seconds between tries while the server cannot be reached.
const MOST_TRIES = 5; // Of one file that the server answers for, but does not take.

export class Queue {
  constructor(endpoint, token, changed) {
    this.endpoint = endpoint;
    this.headers = { "X-CSRFToken": token };
    this.changed = changed;
    this.items = new Map();
    this.waiting = [];
    this.active = new Set();
    this.resting = new Set(); // For a moment, because the server asked for it.
    this.trouble = new Set();
    this.arrived = [];
    this.bytes = { all: 0, arrived: 0 };
    this.hold = null; // Why nothing is sent: {kind: paused | line | full | out, text}
    this.waits = 0;
  }

  get isBusy() {
    return this.waiting.length + this.active.size + this.resting.size > 0;
  }

  get sent() {
    return [...this.active].reduce((sum, item) => sum + item.sent, this.bytes.arrived);
  }

  // Take files into the queue; return how many are new, on their way already, and there.
  add(files, known) {
    const told = { fresh: 0, resumed: 0, there: 0, again: 0 };
    for (const { file, path } of files) {
      const source = `${path}|${file.size}|${file.lastModified}`;
      if (this.items.has(source)) {
        told.again += 1;
        continue;
      }
      const there = known.get(source);
      const item = { file, path, source, sent: 0, tries: 0, reason: "", sha256: there?.sha256 ?? "", url: there?.upload };
      this.items.set(source, item);
      this.bytes.all += file.size;
      if (item.sha256) {
        told.there += 1;
        this.#arrive(item);
      } else {
        told[item.url ? "resumed" : "fresh"] += 1;
        this.waiting.push(item);
      }
    }
    this.#go();
    return told;
  }

  pause() {
    this.#stop();
    this.#holdFor("paused");
  }

  resume() {
    this.hold = null;
    this.#go();
  }

  lineIsBack() {
    if (this.hold?.kind === "line") {
      this.resume();
    }
  }

  // Send a file in trouble once more.
  again(item) {
    this.trouble.delete(item);
    item.tries = 0;
    this.waiting.push(item);
    this.#go();
  }

  allAgain() {
    for (const item of [...this.trouble]) {
      this.again(item);
    }
  }

  cancel(item) {
    this.active.delete(item);
    this.resting.delete(item);
    this.trouble.delete(item);
    this.waiting = this.waiting.filter((one) => one !== item);
    this.#forget(item);
    this.#go();
  }

  cancelAll() {
    const all = [...this.active, ...this.resting, ...this.waiting, ...this.trouble];
    this.active.clear();
    this.resting.clear();
    this.trouble.clear();
    this.waiting = [];
    this.hold = null;
    all.forEach((item) => this.#forget(item));
    this.changed();
  }

  #forget(item) {
    this.items.delete(item.source);
    this.bytes.all -= item.file.size;
    item.upload?.abort();
    if (item.url) {
      // Where this does not get through, the server forgets it by itself.
      Upload.terminate(item.url, { headers: this.headers, retryDelays: [1000, 5000] }).catch(() => {});
    }
  }

  #go() {
    while (!this.hold && this.active.size < AT_ONCE && this.waiting.length) {
      this.#begin(this.waiting.shift());
    }
    this.changed();
  }

  #begin(item) {
    this.active.add(item);
    item.upload = new Upload(item.file, {
      endpoint: this.endpoint,
      uploadUrl: item.url ?? null,
      metadata: { filename: item.file.name, source: item.source },
      headers: this.headers,
      chunkSize: PART,
      uploadDataDuringCreation: item.file.size <= SMALL,
      retryDelays: null,
      storeFingerprintForResuming: false,
      fingerprint: () => Promise.resolve(null),
      onUploadUrlAvailable: () => {
        item.url = item.upload.url;
      },
      onProgress: (sent) => {
        item.sent = sent;
        this.changed();
      },
      onSuccess: ({ lastResponse }) => {
        item.sha256 = lastResponse.getHeader("Upload-Sha256") ?? "";
        this.active.delete(item);
        this.waits = 0;
        this.#arrive(item);
        this.#go();
      },
      onError: (error) => this.#failed(item, error),
    });
    item.upload.start();
  }

  #arrive(item) {
    item.sent = item.file.size;
    item.upload = null;
    this.bytes.arrived += item.file.size;
    this.arrived.push(item);
  }

  async #failed(item, error) {
    if (!this.active.delete(item)) {
      return;
    }
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    const isOfProtocol = Boolean(answer?.getHeader("Tus-Resumable"));
    item.sent = 0;
    if (status === 0 && !(await canBeRead(item.file))) {
      this.#inTrouble(item, "unreadable");
    } else if (status === 0 || (status >= 500 && !isOfProtocol)) {
      // No line, or a server, or a proxy before it, that cannot answer now.
      this.#back(item);
      this.#holdFor("line", "", WAITS[Math.min(this.waits, WAITS.length - 1)]);
      this.waits += 1;
    } else if (!isOfProtocol) {
      // A page instead of the words of the protocol: somebody has to sign in.
      this.#back(item);
      this.#stop();
      this.#holdFor("out");
    } else if (status === 507) {
      this.#back(item);
      this.#holdFor("full", answer.getBody(), seconds(answer, 60));
    } else if ([409, 423, 460, 503].includes(status) && (status === 503 || item.tries < MOST_TRIES)) {
      item.tries += status === 503 ? 0 : 1;
      this.#rest(item, seconds(answer, 1));
    } else {
      this.#inTrouble(item, "", answer.getBody());
    }
    this.#go();
  }

  #rest(item, seconds) {
    this.resting.add(item);
    setTimeout(() => {
      // Unless it was cancelled meanwhile.
      if (this.resting.delete(item)) {
        this.#back(item);
        this.#go();
      }
    }, seconds * 1000);
  }

  #inTrouble(item, kind, text = "") {
    item.kind = kind;
    item.reason = text;
    this.trouble.add(item);
  }

  #back(item) {
    this.waiting.unshift(item);
  }

  #stop() {
    for (const item of [...this.active]) {
      item.upload.abort();
      item.sent = 0;
      this.active.delete(item);
      this.#back(item);
    }
  }

  // Send nothing for a while; without seconds until somebody says so.
  #holdFor(kind, text = "", seconds = 0) {
    if (this.hold?.kind === "paused" || this.hold?.kind === "out") {
      return;
    }
    const isNew = this.hold?.kind !== kind;
    this.hold = { kind, text, since: isNew ? Date.now() : this.hold.since };
    clearTimeout(this.timer);
    if (seconds) {
      this.timer = setTimeout(() => {
        if (this.hold?.kind === kind) {
          this.resume();
        }
      }, seconds * 1000);
    }
    this.changed();
  }
}

function seconds(answer, otherwise) {
  return Number(answer.getHeader("Retry-After")) || otherwise;
}

// A file that was moved or changed since it was chosen looks like a broken line.
async function canBeRead(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
