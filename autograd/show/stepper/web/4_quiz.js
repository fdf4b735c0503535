// The quiz: two questions a step, the local derivative and what the gradient has come to.

const quiz = { on: false, done: new Map(), right: 0, asked: 0, missed: false };

const isOpen = (k) => quiz.on && frames[k].kind === "step" && (quiz.done.get(k) ?? 0) < 2;
const hiddenIn = (k) => ({ local: isOpen(k) && !quiz.done.get(k), total: isOpen(k) });
const asksForLocal = () => hiddenIn(at).local;
const rightAnswer = ({ edge, total }) => (asksForLocal() ? edges[edge].local : total);

function showQuestion() {
  asked.question.parentElement.hidden = !quiz.on;
  if (!quiz.on) return;
  asked.score.textContent = quiz.asked ? `${quiz.right} of ${quiz.asked} right at once` : "";
  for (const part of [asked.answer, asked.check, asked.show]) part.disabled = !isOpen(at);
  const over = at === frames.length - 1 ? "That was the last one." : "Step on for the next question.";
  asked.question.textContent = isOpen(at) ? questionText(frames[at].event) : over;
}

function questionText(event) {
  const { node, parent, use } = edges[event.edge];
  if (asksForLocal()) return `${partialText(node, parent, use)} = ?   (${lines[results.indexOf(node) + 1].textContent})`;
  return `${partialText(top, parent)}${event.complete ? "" : " so far"} = ?`;
}

// A number or a fraction; not a number where it is neither.
function parsed(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/∞/g, "inf").replace(/\s*[·*]\s*10\s*(\^|\*\*)\s*/g, "e");
  const one = String.raw`([+-]?(?:inf|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))`;
  const found = plain.match(new RegExp(String.raw`^${one}(?:\s*/\s*${one})?$`, "i"));
  const [above, below] = (found ?? []).slice(1).map((part) => Number((part ?? "1").replace(/inf/i, "Infinity")));
  return found ? above / below : NaN;
}

const near = (x, y) => x === y || Math.abs(x - y) <= 0.005 * Math.abs(y) || Math.abs(x - y) < 1e-9;

function checkAnswer() {
  const { event } = frames[at];
  const x = parsed(asked.answer.value);
  if (Number.isNaN(x)) say(`“${asked.answer.value.slice(0, 40)}” is no number: write one like -0.25, 1/3 or 1e-3.`);
  else if (near(x, rightAnswer(event))) settle("Right:", !quiz.missed);
  else {
    quiz.missed = true;
    say(`Not ${number(x)}: ${whatIsWrong(x, event)}`);
  }
  asked.answer.select();
}

// The first explanation that fits a wrong answer.
function whatIsWrong(x, event) {
  const edge = edges[event.edge];
  const { node, parent, local } = edge;
  const chain = factorsText(edge, runs[RIGHT]);
  const before = event.total - event.contribution;
  const siblings = edges.filter((other) => other.node === node && other.parent !== parent);
  const ofLocal = [
    [event.contribution, `that is ${chain} already; asked is the last factor alone.`],
    [NaN, `how much does ${nodes[node].name} move when ${nodes[parent].name} alone moves?`],
  ];
  const ofTotal = [
    [event.contribution, `that is this term alone; ${number(before)} was there already.`],
    [local, `that is the local derivative alone; times ${partialText(top, node)} = ${number(event.upstream)}.`],
    [event.upstream, `that is ${partialText(top, node)}; times the local derivative ${number(local)}.`],
    [NaN, before === 0 ? `it is ${chain}.` : `what was there, ${number(before)}, plus ${chain}.`],
  ];
  const right = rightAnswer(event);
  const mixedUp = siblings.map((other) => [other.local, `that is ${partialText(node, other.parent, other.use)}.`]);
  const turned = [[-right, "the sign is the other way round."], [1 / right, "that is upside down."]];
  const cases = asksForLocal() ? [...mixedUp, ...turned, ...ofLocal] : [...turned, ...ofTotal];
  return cases.find(([value]) => Number.isNaN(value) || near(x, value))[1];
}

// Just below the result its local derivative is the gradient itself, unless more is there.
const isSameTwice = ({ edge, total }) => edges[edge].node === top && edges[edge].local === total;

function settle(word, isRight) {
  const { event } = frames[at];
  const answer = number(rightAnswer(event));
  quiz.right += isRight;
  quiz.asked += 1;
  quiz.missed = false;
  quiz.done.set(at, asksForLocal() && !isSameTwice(event) ? 1 : 2);
  asked.answer.value = "";
  update();
  say(isOpen(at) ? `${word} ${answer}.` : `${word} ${answer}. ${sentence(event, runs[RIGHT])}`);
  (isOpen(at) ? asked.answer : controls.step).focus({ preventScroll: true });
}

function say(text) {
  asked.said.textContent = text;
}

function setQuiz(on) {
  Object.assign(quiz, { on, done: new Map(), right: 0, asked: 0, missed: false });
  controls.quiz.setAttribute("aria-pressed", on);
  say("");
  if (!on) return update();
  setPlaying(false);
  setRun(RIGHT);
  goTo(frames.findIndex(({ kind }) => kind === "step"));
  asked.answer.focus({ preventScroll: true });
}
