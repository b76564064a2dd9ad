// Suggests while one types in a field of search: an editable combobox with a list, as the ARIA practices have it.
// Enter without a choice sends what was typed, as without this script.
const PAUSE = 150; // ms after the last letter
const LEAST_LETTERS = 2;

let made = 0;

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

class Suggesting {
  constructor(field) {
    this.field = field;
    this.asked = 0;
    this.chosen = -1;
    this.list = make("ul", { id: `suggestions-${(made += 1)}`, className: "mg-suggestions", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.dataset.label);
    this.told = make("p", { className: "govuk-visually-hidden" });
    this.told.setAttribute("role", "status");
    field.closest(".mg-find").append(this.list, this.told);
    field.autocomplete = "off";
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", this.list.id],
    ]) {
      field.setAttribute(name, value);
    }
    field.addEventListener("input", () => this.askSoon());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    // A press on the list would take the focus away from the field, and close it before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.goTo(event.target.closest("li"), event));
    addEventListener("pagehide", () => this.close());
  }

  get options() {
    return this.list.children;
  }

  askSoon() {
    clearTimeout(this.timer);
    this.choose(-1);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const number = (this.asked += 1);
    const text = this.field.value;
    if (text.trim().length < LEAST_LETTERS) return this.close();
    // Who closed the list and opens it again is not kept waiting for the same.
    if (this.last?.text === text) return this.show(this.last.answer);
    const address = new URL(this.field.dataset.suggestions, location.href);
    address.searchParams.set("q", text);
    let answer = { suggestions: [], told: "" };
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" } });
      if (response.ok) {
        answer = await response.json();
        this.last = { text, answer };
      }
    } catch {
      // Without a line one searches as without suggestions.
    }
    // Meanwhile somebody typed on, chose, or went away.
    if (number !== this.asked || document.activeElement !== this.field) return;
    this.show(answer);
  }

  show({ suggestions, told }) {
    this.chosen = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...suggestions.map((one, place) => this.option(one, place)));
    this.open(suggestions.length > 0);
    this.told.textContent = told;
  }

  option({ title, facts, url }, place) {
    const option = make("li", { id: `${this.list.id}-${place}`, className: "mg-suggestions__one" });
    option.append(make("span", { lang: "vi", textContent: title }), " ");
    if (facts) option.append(make("span", { className: "mg-suggestions__facts", textContent: facts }));
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.url = url;
    return option;
  }

  open(isOpen) {
    this.list.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", String(isOpen));
  }

  close() {
    clearTimeout(this.timer);
    this.asked += 1;
    this.choose(-1);
    this.open(false);
    this.told.textContent = "";
  }

  choose(place) {
    this.options[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = place;
    const option = this.options[place];
    if (!option) return this.field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  // Round and round, by way of the field itself.
  step(by) {
    const places = this.options.length + 1;
    this.choose(((this.chosen + 1 + by + places) % places) - 1);
  }

  goTo(option, event) {
    if (!option) return;
    event.preventDefault();
    this.close();
    location.assign(option.dataset.url);
  }

  press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      this.ask();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && isOpen && this.chosen >= 0) {
      this.goTo(this.options[this.chosen], event);
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      // Back to the letters: the browser moves the cursor.
      this.choose(-1);
    }
  }
}

export function suggestInFields() {
  for (const field of document.querySelectorAll("input[data-suggestions]")) new Suggesting(field);
}
