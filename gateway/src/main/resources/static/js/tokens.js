// The token view: pages of tokens are fetched and drawn where one looks, and dropped where one does not.
import {number} from "/js/chart.js";

const PAGE = 500; // tokens
const LINE = 26; // px, roughly: the height of what was not drawn yet
const UNLIKELY = -1.6;
const section = document.getElementById("tokens");
const list = document.getElementById("token-list");
const facts = document.getElementById("token-facts");
const pages = [];
let total = 0;
let trained = false;
let current = 0;

const shade = logProb => [-0.05, -0.2, -0.7, UNLIKELY, -3].filter(bound => logProb < bound).length;

async function load(from) {
  const answer = await fetch(`${section.dataset.tokens}?from=${from}&limit=${PAGE}`);
  if (!answer.ok) throw new Error((await answer.json()).detail ?? `status ${answer.status}`);
  return answer.json();
}

function visible(text, into) {
  for (const part of text.split(/(\n|\t)/)) {
    if (part === "\n" || part === "\t") {
      const sign = document.createElement("i");
      sign.className = "sign";
      sign.textContent = part === "\n" ? "↵" : "⇥";
      into.append(sign, part);
    } else if (part) into.append(part);
  }
  if (!text) into.append("·");
}

function words(token) {
  const text = token.text === "" ? "part of a character" : JSON.stringify(token.text);
  return token.inLoss ? `${text}, in the loss, log-probability ${number(token.logProb)}` : `${text}, excluded from the loss`;
}

function draw(page) {
  const parts = document.createDocumentFragment();
  page.tokens.forEach((token, at) => {
    if (token.position === 0 && page.several) {
      const start = document.createElement("span");
      start.className = "timeline-start";
      start.textContent = `Timeline ${token.timeline + 1}`;
      parts.append(start);
    }
    const block = document.createElement("span");
    const index = page.from + at;
    block.className = token.inLoss ? `tok p${shade(token.logProb)}` : "tok x";
    block.id = `t${index}`;
    block.tabIndex = index === current ? 0 : -1;
    block.setAttribute("role", "option");
    block.setAttribute("aria-selected", "false");
    block.setAttribute("aria-posinset", index + 1);
    block.setAttribute("aria-setsize", total);
    block.setAttribute("aria-label", words(token));
    visible(token.text, block);
    parts.append(block);
  });
  page.element.replaceChildren(parts);
  page.element.style.height = "";
  page.drawn = true;
}

async function fill(page) {
  page.wanted = true;
  page.loading ??= load(page.from).then(answer => { page.tokens = answer.tokens; }).catch(error => {
    page.element.textContent = `These tokens could not be loaded: ${error.message}`;
    page.loading = null;
  });
  await page.loading;
  if (page.wanted && page.tokens && !page.drawn) draw(page);
}

function drop(page) {
  page.wanted = false;
  if (!page.drawn || page.element.contains(document.activeElement)) return;
  page.element.style.height = `${page.element.offsetHeight}px`;
  page.element.replaceChildren();
  page.drawn = false;
}

function tell(index) {
  const page = pages[Math.floor(index / PAGE)];
  const token = page?.tokens?.[index - page.from];
  if (!token) return;
  const rows = [
    ["Token", `${token.position} of timeline ${token.timeline + 1}`], ["Text", JSON.stringify(token.text)], ["Id", token.id],
    ["Role", token.role ?? "–"], ["In the loss", token.inLoss ? "yes" : "no"],
    ["Log-probability", number(token.logProb)], ["Probability", token.logProb == null ? "–" : number(Math.exp(token.logProb))],
    ["Advantage", number(token.advantage)], ["Ratio", token.ratio == null ? "–" : token.ratio.toFixed(4)],
    ["Policy version", token.version ?? "–"],
  ];
  facts.replaceChildren(...rows.flatMap(([name, value]) => {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = value;
    return [term, text];
  }));
  facts.hidden = false;
  document.getElementById("token-none").hidden = true;
}

async function go(index) {
  const target = Math.max(0, Math.min(total - 1, index));
  const page = pages[Math.floor(target / PAGE)];
  await fill(page);
  const before = document.getElementById(`t${current}`);
  before?.setAttribute("tabindex", "-1");
  before?.setAttribute("aria-selected", "false");
  current = target;
  const block = document.getElementById(`t${current}`);
  if (!block) return;
  block.tabIndex = 0;
  block.setAttribute("aria-selected", "true");
  block.focus({preventScroll: true});
  block.scrollIntoView({block: "nearest"});
  tell(current);
}

/** The token above or below, by where the tokens stand. */
function vertical(down) {
  const here = document.getElementById(`t${current}`).getClientRects()[0];
  const x = here.left + here.width / 2;
  let line = null;
  let best = null;
  for (let index = current + (down ? 1 : -1); ; index += down ? 1 : -1) {
    const block = document.getElementById(`t${index}`);
    if (!block) break;
    const box = block.getClientRects()[0];
    if (!box || Math.abs(box.top - here.top) < 4) continue;
    line ??= box.top;
    if (Math.abs(box.top - line) > 4) break;
    const distance = Math.abs(box.left + box.width / 2 - x);
    if (!best || distance < best.distance) best = {index, distance};
  }
  return best?.index ?? current + (down ? 1 : -1);
}

async function unlikely() {
  for (let at = Math.floor((current + 1) / PAGE); at < pages.length; at++) {
    await fill(pages[at]);
    const found = pages[at].tokens.findIndex((token, i) => pages[at].from + i > current && token.inLoss && token.logProb < UNLIKELY);
    if (found >= 0) return pages[at].from + found;
    if (!pages[at].near) drop(pages[at]);
  }
  return current;
}

const keys = {
  ArrowRight: () => current + 1, ArrowLeft: () => current - 1, ArrowDown: () => vertical(true), ArrowUp: () => vertical(false),
  PageDown: () => current + 100, PageUp: () => current - 100, Home: () => 0, End: () => total - 1, n: unlikely,
};
list.addEventListener("keydown", async event => {
  const move = keys[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  await go(await move());
});
const index = event => event.target.closest?.(".tok")?.id.slice(1);
list.addEventListener("pointerover", event => { if (index(event)) tell(Number(index(event))); });
list.addEventListener("click", event => { if (index(event)) go(Number(index(event))); });

const near = new IntersectionObserver(entries => entries.forEach(entry => {
  const page = pages[Number(entry.target.dataset.page)];
  page.near = entry.isIntersecting;
  if (page.near) fill(page);
  else drop(page);
}), {root: list, rootMargin: "1200px 0px"});

try {
  const first = await load(0);
  ({total, trained} = first);
  document.getElementById("token-count").textContent = total === 0
    ? "none kept" : `${total.toLocaleString("en")} in ${first.timelines.length} timeline${first.timelines.length === 1 ? "" : "s"}`
      + (trained ? ", trained on" : ", not trained on");
  const width = Math.max(30, list.clientWidth / 8);
  for (let from = 0; from < total; from += PAGE) {
    const element = document.createElement("div");
    element.className = "chunk";
    element.setAttribute("role", "presentation");
    element.dataset.page = pages.length;
    element.style.height = `${Math.ceil(Math.min(PAGE, total - from) * 4 / width) * LINE}px`;
    pages.push({from, element, several: first.timelines.length > 1});
    list.append(element);
  }
  if (pages.length) Object.assign(pages[0], {tokens: first.tokens, loading: Promise.resolve()});
  pages.forEach(page => near.observe(page.element));
} catch (error) {
  list.textContent = `The tokens could not be loaded: ${error.message}`;
}
section.dataset.ready = "true";
