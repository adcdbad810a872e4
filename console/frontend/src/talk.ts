// Words as they are spoken: partials are replaced in place, finals settle, each kept in the order of time.
import { clock } from "./times";

interface Heard {
  speaker: string;
  text: string;
  start: number;
  end: number;
  seq: number;
  model?: string;
}

function lineOf(heard: Heard): HTMLLIElement {
  const line = document.createElement("li");
  line.className = `line ${heard.speaker === "agent" ? "agent" : "caller"}`;
  const who = document.createElement("span");
  who.className = "who";
  who.textContent = heard.speaker;
  const words = document.createElement("p");
  const at = document.createElement("span");
  at.className = "at";
  line.append(who, words, at);
  return line;
}

function fill(line: HTMLLIElement, heard: Heard): void {
  const words = line.querySelector("p");
  const at = line.querySelector(".at");
  if (words) words.textContent = heard.text;
  if (at) at.textContent = clock(heard.start * 1000);
  line.dataset.start = String(heard.start);
  line.dataset.end = String(heard.end);
}

function settle(list: HTMLOListElement, line: HTMLLIElement): void {
  const start = Number(line.dataset.start);
  const after = [...list.querySelectorAll<HTMLLIElement>("li")].find(
    (other) => other !== line && Number(other.dataset.start) > start,
  );
  if (after) list.insertBefore(line, after);
  else if (list.lastElementChild !== line) list.append(line);
}

export function hear(list: HTMLOListElement, kind: string, data: Record<string, unknown>): void {
  const heard = data as unknown as Heard;
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const key = `${heard.speaker}:${heard.seq}`;
  if (list.querySelector(`[data-key="${CSS.escape(key)}"]`)) return; // heard twice after a reconnection
  const open = list.querySelector<HTMLLIElement>(`[data-partial="${CSS.escape(heard.speaker)}"]`);
  const text = (heard.text ?? "").trim();
  if (!text) {
    if (kind === "final") open?.remove();
    return;
  }
  const line = open ?? lineOf(heard);
  fill(line, heard);
  if (kind === "final") {
    delete line.dataset.partial;
    line.dataset.key = key;
    line.classList.remove("partial");
  } else {
    line.dataset.partial = heard.speaker;
    line.classList.add("partial");
  }
  settle(list, line);
  if (atEnd) list.scrollTop = list.scrollHeight;
}
