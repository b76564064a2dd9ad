// What people see of the sending: numbers, the few files in work, and windows on the long lists.

const AT_ONCE = 20; // Rows of a list in the page, whatever its length.
const PAUSE_MILLISECONDS = 250; // Between two changes of the page.
const QUARTERS = 4; // How often progress is read out.

export class Show {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.number = new Intl.NumberFormat(document.documentElement.lang);
    this.rows = new Map();
    this.told = { quarter: 0, hold: null, isOver: true };
    this.windows = {
      trouble: new Window(this, this.part("trouble"), (item) => [item.path, item.reason || this.words[item.kind]]),
      arrived: new Window(this, this.part("arrived"), (item) => [
        `${item.path} · ${this.size(item.file.size)}`,
        item.sha256 && `SHA-256 ${item.sha256}`,
      ]),
    };
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  onAct(act) {
    this.act = act;
    for (const button of this.root.querySelectorAll("button[data-act]")) {
      button.addEventListener("click", () => act(button.dataset.act));
    }
  }

  looking() {
    this.say(this.words.looking);
  }

  unreadable() {
    this.say(this.words.unreadable);
  }

  lineIsDown() {
    this.say(this.words.line);
  }

  skipped(number) {
    this.part("skipped").textContent = number ? this.fill(this.words.skipped, { n: number }) : "";
  }

  added({ fresh, resumed, there, again }) {
    const said = [];
    for (const [name, n] of Object.entries({ fresh, resumed, there, again })) {
      if (n) {
        said.push(this.fill(this.words[name], { n }));
      }
    }
    this.say(said.join(" ") || this.words.nothing);
  }

  // Show how things are, soon: many changes are one.
  soon(queue) {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.now(queue);
    }, PAUSE_MILLISECONDS);
  }

  now(queue) {
    const all = queue.items.size;
    const isOver = !queue.isBusy;
    this.part("state").hidden = !all;
    this.part("whole").max = queue.bytes.all || 1;
    this.part("whole").value = queue.bytes.all ? queue.sent : 1;
    this.part("words").textContent = this.fill(this.words.far, {
      n: queue.arrived.length,
      all,
      sent: this.size(queue.sent),
      whole: this.size(queue.bytes.all),
    });
    this.hold(queue.hold);
    for (const [act, isShown] of Object.entries({
      pause: !isOver && !queue.hold,
      resume: queue.hold && queue.hold.kind !== "out",
      cancelAll: !isOver || queue.trouble.size,
    })) {
      this.toggle(this.root.querySelector(`button[data-act="${act}"]`), isShown);
    }
    this.inWork(queue.active);
    this.windows.trouble.show([...queue.trouble]);
    this.windows.arrived.show(queue.arrived, true);
    this.part("over").hidden = !(isOver && queue.arrived.length);
    this.tell(queue, isOver);
  }

  hold(hold) {
    const text = hold ? hold.text || this.words[hold.kind] : "";
    this.part("hold").hidden = !hold;
    this.part("hold-words").textContent = text;
    const kind = hold?.kind ?? null;
    if (kind !== this.told.hold) {
      this.told.hold = kind;
      this.say(text || this.words.goes);
    }
  }

  inWork(active) {
    for (const [item, row] of this.rows) {
      if (!active.has(item)) {
        this.giveFocusTo(row, this.part("state"));
        row.remove();
        this.rows.delete(item);
      }
    }
    for (const item of active) {
      const row = this.rows.get(item) ?? this.newRow(item);
      const bar = row.querySelector("progress");
      bar.max = item.file.size || 1;
      bar.value = item.sent;
      row.querySelector("[data-far]").textContent = `${this.size(item.sent)} / ${this.size(item.file.size)}`;
    }
    this.part("in-work").hidden = !active.size;
  }

  newRow(item) {
    const row = this.root.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = item.path;
    row.querySelector("progress").setAttribute("aria-label", item.path);
    const button = row.querySelector("button");
    button.setAttribute("aria-label", `${button.textContent} ${item.path}`);
    button.addEventListener("click", () => this.act("cancel", item));
    this.part("in-work").append(row);
    this.rows.set(item, row);
    return row;
  }

  // Read out what matters, summed up: each quarter, and the end.
  tell(queue, isOver) {
    const quarter = Math.floor((QUARTERS * queue.sent) / (queue.bytes.all || 1));
    if (isOver) {
      if (!this.told.isOver && queue.items.size) {
        const n = queue.trouble.size;
        this.say(this.fill(n ? this.words.overWithTrouble : this.words.over, { n: n || queue.arrived.length }));
      }
    } else if (quarter > this.told.quarter && quarter < QUARTERS) {
      this.say(this.part("words").textContent);
    }
    this.told.quarter = quarter;
    this.told.isOver = isOver;
  }

  say(text) {
    this.part("said").textContent = text;
  }

  toggle(element, isShown) {
    if (!isShown) {
      this.giveFocusTo(element, this.part("state"));
    }
    element.hidden = !isShown;
  }

  // Whoever is on what goes is put where the numbers are, not at the top of the page.
  giveFocusTo(going, instead) {
    if (going.contains(document.activeElement)) {
      instead.focus({ preventScroll: true });
    }
  }

  fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? this.number.format(value) : value;
    });
  }

  size(bytes) {
    const [unit, divisor] = bytes < 1024 ** 2 ? ["KB", 1024] : bytes < 1024 ** 3 ? ["MB", 1024 ** 2] : ["GB", 1024 ** 3];
    const digits = unit === "GB" ? 1 : 0;
    return `${(bytes / divisor).toLocaleString(document.documentElement.lang, { maximumFractionDigits: digits })} ${unit}`;
  }
}

// A part of a long list; the rows in the page are never more than a few.
class Window {
  constructor(show, part, lines) {
    this.host = show;
    this.part = part;
    this.lines = lines;
    this.first = 0;
    this.seen = "";
    for (const button of part.querySelectorAll("button[data-turn]")) {
      button.addEventListener("click", () => {
        this.first += AT_ONCE * Number(button.dataset.turn);
        this.show(this.items, this.isTurned);
      });
    }
  }

  show(items, isTurned = false) {
    this.items = items;
    this.isTurned = isTurned;
    this.first = Math.max(0, Math.min(this.first, items.length - 1));
    this.first -= this.first % AT_ONCE;
    this.part.hidden = !items.length;
    // Nothing is touched while the same rows stand: somebody may be on one of their buttons.
    const state = `${items.length} ${this.first} ${items.at(-1)?.source}`;
    if (state === this.seen) {
      return;
    }
    this.seen = state;
    const from = isTurned ? Math.max(0, items.length - this.first - AT_ONCE) : this.first;
    const shown = items.slice(from, isTurned ? items.length - this.first : from + AT_ONCE);
    const list = this.part.querySelector("ul");
    const place = [...list.querySelectorAll("button")].indexOf(document.activeElement);
    list.replaceChildren(...(isTurned ? shown.reverse() : shown).map((item) => this.row(item)));
    if (place >= 0) {
      // Whoever was on a button of the list goes on there, with what stands in its place now.
      const buttons = list.querySelectorAll("button");
      (buttons[Math.min(place, buttons.length - 1)] ?? this.host.part("state")).focus();
    }
    const last = this.first + shown.length;
    this.part.querySelector("[data-range]").textContent = this.host.fill(this.host.words.range, {
      first: this.first + 1,
      last,
      all: items.length,
    });
    for (const button of this.part.querySelectorAll("button[data-turn]")) {
      const leads = Number(button.dataset.turn) < 0 ? this.first > 0 : last < items.length;
      this.host.toggle(button, leads);
    }
  }

  row(item) {
    const row = this.part.querySelector("template").content.firstElementChild.cloneNode(true);
    const [name, more] = this.lines(item);
    row.querySelector("[data-name]").textContent = name;
    row.querySelector("[data-more]").textContent = more || "";
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent} ${item.path}`);
      button.addEventListener("click", () => this.host.act(button.dataset.each, item));
    }
    return row;
  }
}
