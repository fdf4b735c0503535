// Where the playback stands, how that shows, and what buttons and keys do.

let run = runs[RIGHT];
let frames = framesOf(run);
let at = 0;
let timer = 0; // 0 unless it plays

function goTo(k) {
  at = Math.max(0, Math.min(furthest(), k));
  if (timer && at === furthest()) setPlaying(false);
  say("");
  update();
}

// Later frames show the numbers that an open question asks for.
function furthest() {
  const open = frames.findIndex((_, k) => isOpen(k));
  return open < 0 ? frames.length - 1 : open;
}

function goToGradientOf(node) {
  const found = frames.findLastIndex(({ event }) => event?.receiver === node);
  goTo(found < 0 ? 0 : found);
}

function setPlaying(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => (root.isConnected ? goTo(at + 1) : setPlaying(false)), 1200 / controls.speed.value) : 0;
  controls.play.textContent = on ? "Pause" : "Play";
  if (on && at === frames.length - 1) goTo(0);
}

function setRun(id) {
  run = runs[id];
  frames = framesOf(run);
  controls.whatIf.value = id;
  if (id !== RIGHT && quiz.on) setQuiz(false);
  goTo(at);
}

// ---- what is known by now

function known() {
  const state = { data: new Set(), total: new Map(), wrong: new Set(), toCome: new Set() };
  frames.forEach(({ kind, node, event }, k) => {
    const happened = k < at || (k === at && !hiddenIn(k).total);
    if (kind === "value" && happened) state.data.add(node);
    if (!event) return;
    if (!happened) return state.toCome.add(event.receiver);
    state.total.set(event.receiver, event.total);
    state.wrong[event.wrong ? "add" : "delete"](event.receiver);
  });
  return state;
}

function showNumbers({ data, total, wrong, toCome }) {
  boxes.forEach((box, k) => {
    const mark = wrong.has(k) ? " ✗" : toCome.has(k) ? " …" : "";
    const value = !nodes[k].value || data.has(k) ? number(nodes[k].data, 4) : "—";
    box.data.textContent = `data ${value}`;
    box.grad.textContent = total.has(k) ? number(total.get(k), 4) + mark : "—";
    const now = `${nodes[k].name}: data ${value}, gradient ${box.grad.textContent}`;
    box.group.setAttribute("aria-label", `${now}; go to the step that fixes it`);
    box.group.classList.toggle("wrong", wrong.has(k));
  });
  const unanswered = new Set(frames.flatMap(({ event }, k) => (hiddenIn(k).local ? [event.edge] : [])));
  arrows.forEach(({ label }, e) => {
    const shown = data.has(edges[e].node) ? number(edges[e].local, 4) : "";
    label.textContent = unanswered.has(e) ? "?" : shown;
  });
}

function showMarks() {
  const { node, event } = frames[at];
  const edge = isStep(event) ? edges[event.edge] : undefined;
  const giver = node ?? edge?.node ?? (event && top);
  boxes.forEach(({ group }, k) => {
    group.classList.toggle("gives", k === giver);
    group.classList.toggle("receives", k === edge?.parent);
  });
  arrows.forEach(({ group }, e) => group.classList.toggle("carries", e === event?.edge || edges[e].node === node));
  for (const k of [giver ?? 0, edge?.parent ?? giver ?? 0]) scrollTo(boxes[k].group);
}

function scrollTo(group) {
  const [box, view] = [group, stage].map((shown) => shown.getBoundingClientRect());
  if (box.left < view.left) stage.scrollLeft -= view.left - box.left + 40;
  if (box.right > view.right) stage.scrollLeft += box.right - view.right + 40;
  if (box.top < view.top) stage.scrollTop -= view.top - box.top + 20;
  if (box.bottom > view.bottom) stage.scrollTop += box.bottom - view.bottom + 20;
}

function showFormula() {
  const { kind, node, event } = frames[at];
  const parts = {
    start: () => [math("<mtext>The inputs are given. Step on: the results follow, then the gradients.</mtext>")],
    value: () => [valueMath(nodes[node])],
    seed: () => [math(coloured("gives", partial(top, top)), op("="), "<mn>1</mn>")],
    step: () => chainMath(event, run, hiddenIn(at)),
  };
  formula.innerHTML = parts[kind]().map((part) => `<div>${part}</div>`).join("");
}

// What has arrived at a node so far, slot by slot, where it gets several terms.
function showLedger({ total }) {
  const { event } = frames[at];
  ledger.hidden = !addsUp(event, run);
  if (ledger.hidden) return;
  const { parent, uses } = edges[event.edge];
  const slots = frames.flatMap(({ event: term }, k) => (isStep(term) && term.receiver === parent ? [slot(term, k)] : []));
  const places = uses > 1 ? `${nodes[parent].name} is used in ${uses} places` : `${nodes[parent].name} in two passes`;
  const sum = total.has(parent) ? number(total.get(parent)) : "—";
  const last = tableRow(`${partialText(top, parent)} ${event.complete ? "in all" : "so far"}`, [sum]);
  last.className = "sum";
  ledger.replaceChildren(element("caption", {}, places), ...slots, last);
}

function slot(event, k) {
  const made = tableRow("", [k < at || (k === at && !hiddenIn(k).total) ? number(event.contribution) : k === at ? "now" : "not yet"]);
  const { node, parent, use } = edges[event.edge];
  made.firstChild.innerHTML = math(...(run.chains ? [partial(top, node), op("·")] : []), partial(node, parent, use));
  return made;
}

const tableRow = (head, cells) =>
  element("tr", {}, element("th", { scope: "row" }, head), ...cells.map((text) => element("td", {}, text)));

// ---- what a mistake does

function showMistake(state) {
  mistake.hidden = run === runs[RIGHT];
  verdict.replaceChildren();
  if (mistake.hidden) return;
  const title = element("p", {}, element("strong", {}, run.title), " · ", element("code", {}, run.code));
  const said = trouble();
  mistake.replaceChildren(title, element("p", { class: said.startsWith("✗") ? "bad" : "" }, said));
  if (at === frames.length - 1 && state.wrong.size) verdict.append(element("p", {}, run.because), wrongTable(state));
}

function trouble() {
  const { event } = frames[at];
  const begins = frames.findIndex((frame) => frame.event?.wrong);
  if (begins < 0) return "On this graph it makes no difference: every gradient is right all the same.";
  if (event?.wrong) {
    const off = `${number(event.total)} instead of ${number(event.due)}, off by ${number(event.total - event.due)}`;
    return `✗ ${at === begins ? "Here it goes wrong: " : ""}${partialText(top, event.receiver)} is now ${off}.`;
  }
  if (at < begins) return `All is right so far; it goes wrong at step ${begins}.`;
  const wrong = [...known().wrong].map((k) => partialText(top, k));
  return wrong.length ? `✗ Wrong by now: ${wrong.join(", ")}.` : "";
}

function wrongTable({ wrong, total }) {
  const right = new Map(framesOf(runs[RIGHT]).map(({ event }) => [event?.receiver, event?.total]));
  const head = tableRow("", ["this way", "right", "off by"]);
  const rows = [...wrong].map((k) => {
    const numbers = [total.get(k), right.get(k), total.get(k) - right.get(k)];
    return tableRow(partialText(top, k), numbers.map((x) => number(x)));
  });
  const count = element("caption", {}, `${rows.length} wrong gradient${rows.length === 1 ? "" : "s"} at the end`);
  return element("table", { class: "verdict" }, count, head, ...rows);
}

// ---- all of it

function update() {
  const { slider, count, first, back, step, last } = controls;
  const state = known();
  slider.max = frames.length - 1;
  slider.value = at;
  count.textContent = `${at} / ${frames.length - 1}`;
  first.disabled = back.disabled = at === 0;
  step.disabled = last.disabled = at === furthest();
  showNumbers(state);
  showMarks();
  showFormula();
  showLedger(state);
  showMistake(state);
  showQuestion();
  written.hidden = quiz.on || run !== runs[RIGHT];
  lines.forEach((line, k) => line.toggleAttribute("data-now", k === at));
  heard.textContent = isOpen(at) ? asked.question.textContent : spoken();
  slider.setAttribute("aria-valuetext", `${count.textContent}: ${heard.textContent}`);
}

function spoken() {
  const { event } = frames[at];
  const happened = event ? sentence(event, run) : lines[at].textContent;
  return event?.wrong ? `${happened}. ${trouble()}` : happened;
}

const KEYS = {
  ArrowRight: () => goTo(at + 1),
  ArrowLeft: () => goTo(at - 1),
  ArrowDown: () => goTo(at + 1),
  ArrowUp: () => goTo(at - 1),
  Home: () => goTo(0),
  End: () => goTo(frames.length - 1),
  " ": () => setPlaying(!timer),
};

function onKey(event) {
  event.stopPropagation();
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const pressed = boxes.findIndex(({ group }) => group === event.target);
  let act = KEYS[event.key];
  if (event.target === asked.answer) act = event.key === "Enter" ? checkAnswer : undefined;
  else if (pressed >= 0 && "Enter ".includes(event.key)) act = () => goToGradientOf(pressed);
  else if (event.target.tagName === "SELECT" || (event.key === " " && event.target.matches("button, summary"))) return;
  if (!act) return;
  event.preventDefault();
  act();
}

function listen() {
  const clicks = { first: "Home", back: "ArrowLeft", play: " ", step: "ArrowRight", last: "End" };
  for (const [name, key] of Object.entries(clicks)) controls[name].addEventListener("click", KEYS[key]);
  controls.slider.addEventListener("input", () => goTo(Number(controls.slider.value)));
  controls.speed.addEventListener("change", () => setPlaying(timer !== 0));
  controls.quiz.addEventListener("click", () => setQuiz(!quiz.on));
  controls.whatIf.addEventListener("change", () => setRun(controls.whatIf.value));
  asked.check.addEventListener("click", checkAnswer);
  asked.show.addEventListener("click", () => settle("It is", false));
  boxes.forEach(({ group }, k) => group.addEventListener("click", () => goToGradientOf(k)));
  root.addEventListener("keydown", onKey);
  new ResizeObserver(showMarks).observe(stage);
}

build();
listen();
update();
if (startsWithQuiz) setQuiz(true);
else if (root.parentElement === document.body) root.focus({ preventScroll: true }); // a page of its own: keys work at once
