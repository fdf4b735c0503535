// Numbers, sentences and formulas.

const SUPER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

// As Python's "%g", in which a tie goes to the even digit; toExponential takes the larger one.
function number(x, digits = 6) {
  if (Number.isNaN(x)) return "not a number";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const [all] = x.toExponential(40).replace(/[-.]/g, "").split("e");
  const tie = /^50*$/.test(all.slice(digits)) && all[digits - 1] % 2 === 0;
  const [mantissa, exponent] = (tie ? x * (1 - 2 ** -52) : x).toExponential(digits - 1).split("e");
  const scientific = Number(exponent) < -4 || Number(exponent) >= digits;
  const shown = String(Number(scientific ? mantissa : `${mantissa}e${exponent}`)).replace("-", "−");
  return scientific ? `${shown}·10${String(Number(exponent)).replace(/./g, (c) => SUPER[c])}` : shown;
}

const inBrackets = (x) => (number(x)[0] === "−" ? `(${number(x)})` : number(x));
const subscript = (k) => `₍${String(k).replace(/\d/g, (d) => "₀₁₂₃₄₅₆₇₈₉"[d])}₎`;
const partialText = (of, wrt, use = 0) => `∂${nodes[of].name}/∂${nodes[wrt].name}${use ? subscript(use) : ""}`;
const sign = (event, run) => (run.adds && addsUp(event, run) ? "+=" : "=");

function factorsText({ node, parent, use }, run) {
  const local = partialText(node, parent, use);
  return run.chains ? `${partialText(top, node)} · ${local}` : local;
}

function sentence(event, run) {
  if (!isStep(event)) return `${partialText(top, top)} = 1`;
  const edge = edges[event.edge];
  const numbers = run.chains ? [`${number(event.upstream)} · ${inBrackets(edge.local)}`] : [];
  const equal = [factorsText(edge, run), ...numbers, number(event.contribution)].join(" = ");
  const soFar = addsUp(event, run) ? `, ${event.complete ? "in all" : "so far"} ${number(event.total)}` : "";
  return `${partialText(top, edge.parent)} ${sign(event, run)} ${equal}${soFar}${edge.reason && ` ${edge.reason}`}`;
}

// ---- MathML; names and formulas come as such

const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
const op = (text) => `<mo>${text}</mo>`;
const bracket = (text) => `<mo stretchy="false" lspace="0" rspace="0">${text}</mo>`;
const coloured = (name, ...parts) => `<mrow class="${name}">${parts.join("")}</mrow>`;
const math = (...parts) => `<math displaystyle="true">${row(...parts)}</math>`;

function mathNumber(x, brackets = false) {
  const shown = `<mn>${number(x)}</mn>`;
  return brackets && number(x)[0] === "−" ? row(bracket("("), shown, bracket(")")) : shown;
}

function partial(of, wrt, use = 0) {
  const which = row(bracket("("), `<mn>${use}</mn>`, bracket(")"));
  const below = use ? `<msub>${row(nodes[wrt].math)}${which}</msub>` : nodes[wrt].math;
  return `<mfrac>${row("<mi>∂</mi>", nodes[of].math)}${row("<mi>∂</mi>", below)}</mfrac>`;
}

function valueMath({ math: name, value, numbers, data }) {
  return math(name, op("="), value, op("="), numbers, op("="), mathNumber(data));
}

// The step in symbols, in numbers, and the formula of its local derivative; hidden is what a quiz asks for.
function chainMath(event, run, hidden) {
  const { node, parent, use, local, formula } = edges[event.edge];
  const unknown = "<mi>?</mi>";
  const carries = coloured("carries", partial(node, parent, use));
  const localNumber = coloured("carries", hidden.local ? unknown : mathNumber(local, run.chains));
  const symbols = run.chains ? [coloured("gives", partial(top, node)), op("·"), carries] : [carries];
  const numbers = run.chains ? [coloured("gives", mathNumber(event.upstream)), op("·"), localNumber, op("=")] : [];
  const result = coloured("receives", hidden.total ? unknown : mathNumber(event.contribution));
  const left = coloured("receives", partial(top, parent));
  const whole = math(left, op(sign(event, run)), ...symbols, op("="), ...numbers, result);
  return [whole, formula && !hidden.local ? math("<mtext>with\u00a0</mtext>", carries, op("="), formula) : ""];
}
