// The graph that is played, and what happens in each frame of a run over it.

const root = document.currentScript.closest(".autograd-stepper");
const { nodes, edges, runs, numbers, top, quiz: startsWithQuiz } = JSON.parse(root.querySelector(".graph-data").textContent);
for (const node of nodes) node.data = Number(node.data); // JSON has no infinities: they came as words
for (const edge of edges) edge.local = Number(edge.local);
const results = [...nodes.keys()].filter((k) => nodes[k].value);
const RIGHT = "right";

const isStep = (event) => event !== undefined && event.edge >= 0;

function framesOf(run) {
  const forward = [{ kind: "start" }, ...results.map((node) => ({ kind: "value", node }))];
  const events = run.events.map(([edge, ...places]) => eventOf(edge, places.map((k) => Number(numbers[k]))));
  const last = new Map(events.map((event) => [event.receiver, event]));
  for (const event of events) event.complete = last.get(event.receiver) === event;
  return [...forward, ...events.map((event) => ({ kind: isStep(event) ? "step" : "seed", event }))];
}

function eventOf(edge, [upstream, contribution, total, due]) {
  const receiver = edge < 0 ? top : edges[edge].parent;
  return { edge, upstream, contribution, total, due, wrong: total !== due, receiver };
}

// Whether the terms of a gradient are several, so that they add up.
const addsUp = (event, run) => isStep(event) && (edges[event.edge].uses > 1 || run.passes > 1);
