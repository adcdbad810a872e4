// Words as they are spoken. A line is known by speaker, leg and number: what comes later replaces it in place, a final
// settles it, an empty partial takes it back. Lines stand in the order in which they began.
import { clock } from "./times";

interface Heard {
  speaker: string;
  leg: string;
  seq: number;
  text: string;
  start: number;
  end: number;
  model: string;
}

export function isSpeech(kind: string): boolean {
  return ["partial", "final", "behind", "unheard"].includes(kind);
}

export function take(list: HTMLOListElement, kind: string, data: Record<string, unknown>): void {
  if (kind === "partial" || kind === "final") hear(list, kind, data);
  else heed(list, kind, data);
}

function hear(list: HTMLOListElement, kind: string, data: Record<string, unknown>): void {
  const heard = data as unknown as Heard;
  const key = `${heard.speaker}:${heard.leg}:${heard.seq}`;
  const known = list.querySelector<HTMLLIElement>(`[data-key="${CSS.escape(key)}"]`);
  if (known && !known.classList.contains("partial")) return; // settled already: heard again after a reconnection
  if (!heard.text.trim()) {
    known?.remove();
    return;
  }
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const line = known ?? lineOf(heard, key);
  fill(line, heard);
  line.classList.toggle("partial", kind !== "final");
  if (!known) place(list, line);
  name(list, heard.model);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function lineOf(heard: Heard, key: string): HTMLLIElement {
  const line = document.createElement("li");
  line.className = `line ${heard.speaker === "agent" ? "agent" : "caller"}`;
  line.dataset.key = key;
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = heard.speaker;
  const at = document.createElement("span");
  at.className = "at";
  line.append(who, document.createElement("p"), at);
  return line;
}

function fill(line: HTMLLIElement, heard: Heard): void {
  const [words, at] = [line.querySelector("p"), line.querySelector(".at")];
  if (words) words.textContent = heard.text;
  if (at) at.textContent = clock(heard.start * 1000);
  line.dataset.start = String(heard.start);
  line.dataset.end = String(heard.end);
}

function place(list: HTMLOListElement, line: HTMLLIElement): void {
  const start = Number(line.dataset.start);
  const after = [...list.querySelectorAll<HTMLLIElement>("li")].find((other) => Number(other.dataset.start) > start);
  if (after) list.insertBefore(line, after);
  else list.append(line);
}

// every page that shows a transcript says which model listened
function name(list: HTMLOListElement, model: string): void {
  const listener = list.parentElement?.querySelector<HTMLElement>(".listener");
  const shown = listener?.querySelector("b");
  if (!listener || !shown || !model || shown.textContent?.includes(model)) return;
  shown.textContent = shown.textContent ? `${shown.textContent}, ${model}` : model;
  listener.hidden = false;
}

// what the ear says of itself: that it is late, or that it does not know the language
function heed(list: HTMLOListElement, kind: string, data: Record<string, unknown>): void {
  const notice = list.parentElement?.querySelector<HTMLElement>(".ear");
  if (!notice) return;
  const who = data.speaker === "agent" ? "the agent" : "the caller";
  notice.textContent =
    kind === "behind"
      ? `The recogniser is ${String(data.seconds)} s behind: what you read of ${who} is late.`
      : `No model here understands ${String(data.language)}: ${who} is not transcribed.`;
  notice.hidden = false;
  clearTimeout(quietAgain);
  if (kind === "behind") quietAgain = window.setTimeout(() => (notice.hidden = true), lateFor);
}

const lateFor = 15_000;
let quietAgain = 0;
