// The elements of the page. They are made here, so that a viewer without scripts shows no dead buttons.

const LEAST_SCALE = 0.75; // of text of 16 pixels

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

const button = (text, label) => element("button", { type: "button", "aria-label": label, title: label }, text);
const option = (value, text) => element("option", { value }, text);
const choice = (label, options) => element("select", { "aria-label": label, title: label }, ...options);
const whatIf = ([id, { title }]) => option(id, id === RIGHT ? "What if … (a mistake)" : title);

const controls = {
  first: button("|‹", "First (Home)"),
  back: button("‹ Back", "Back (left arrow)"),
  play: button("Play", "Play or pause (space)"),
  step: button("Step ›", "Step (right arrow)"),
  last: button("›|", "Last (End)"),
  slider: element("input", { type: "range", min: 0, value: 0, "aria-label": "Step" }),
  count: element("span", { class: "count" }),
  speed: choice("Speed", [0.5, 1, 2, 4].map((times) => option(times, `Speed ${times}×`))),
  quiz: button("Quiz", "Quiz: asks for each number"),
  whatIf: choice("What if: replay with a classical mistake", Object.entries(runs).map(whatIf)),
};
controls.speed.value = "1";

const asked = {
  question: element("span"),
  answer: element("input", { type: "text", autocomplete: "off", "aria-label": "Your answer: a number or a fraction" }),
  check: button("Check", "Check the answer (Enter)"),
  show: button("Show", "Show the answer"),
  score: element("span", { class: "count" }),
  said: element("span", { class: "said", role: "status" }),
};

const formula = element("div", { class: "formula" });
const ledger = element("table", { class: "ledger" });
const mistake = element("div", { class: "whatif" });
const verdict = element("div", { class: "whatif" });
const heard = element("div", { class: "heard", role: "status", "aria-live": "polite" });
const written = element("details", {}, element("summary", {}, "All steps as text"));
const lines = [...root.querySelectorAll("li")];
const image = root.querySelector("img");
const svg = inlined(image);
const stage = element("div", { class: "stage" }, svg);
const boxes = nodes.map((_, k) => {
  const group = svg.getElementById(`node${k}`);
  const texts = [...group.querySelectorAll("text")];
  texts.at(-1).classList.add("grad");
  group.setAttribute("tabindex", 0);
  group.setAttribute("role", "button");
  return { group, data: texts.at(-3), grad: texts.at(-1) };
});
const arrows = edges.map(({ node, place }) => {
  const group = svg.getElementById(`use${node}.${place}`);
  return { group, label: group.querySelector("text") };
});
for (const marked of svg.querySelectorAll("[id]")) marked.removeAttribute("id"); // several steppers share a page

function inlined(picture) {
  const bytes = Uint8Array.from(atob(picture.src.split(",")[1]), (c) => c.charCodeAt(0));
  const parsed = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "image/svg+xml");
  const made = document.importNode(parsed.documentElement, true);
  made.style.minWidth = `${LEAST_SCALE * parseFloat(made.getAttribute("width"))}pt`; // a wide graph shrinks a little, then scrolls
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", picture.alt);
  return made;
}

function build() {
  const key = element("div", { class: "key", "aria-hidden": "true" });
  for (const [name, text] of Object.entries({ gives: "hands down", carries: "local derivative", receives: "receives" }))
    key.append(element("span", { class: name }, text));
  const bar = element("div", { class: "bar", role: "group", "aria-label": "Playback" }, ...Object.values(controls));
  const asks = element("div", { class: "quiz" }, ...Object.values(asked));
  written.append(...root.querySelectorAll(".as-text"));
  const now = element("div", { class: "now" }, formula, ledger); // above the graph, which may be taller than the screen
  image.parentElement.replaceWith(bar, asks, mistake, now, stage, key, verdict, written, heard);
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Steps of the forward and the backward pass");
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's: d, d would delete the cell
}
