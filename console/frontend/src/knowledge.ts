// Knowledge cards: fetched anew when the caller has finished a line, and put into the notes by a key or a click.
import { refresh } from "./htmx";

const pause = 150; // several lines that come together are one question

let timer = 0;

export function followTalk(kind: string, data: Record<string, unknown>): void {
  if (kind !== "final" || data.speaker !== "caller") return;
  clearTimeout(timer);
  timer = window.setTimeout(() => refresh("knowledge"), pause);
}

export function startKnowledge(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("#knowledge .insert");
    const box = document.querySelector<HTMLTextAreaElement>("textarea.notes");
    if (!button || !box) return;
    const text = button.dataset.text ?? "";
    if (!box.value.includes(text)) box.value = [box.value.trimEnd(), text].filter(Boolean).join("\n").slice(0, box.maxLength);
    box.dispatchEvent(new Event("input", { bubbles: true })); // kept like what is typed
  });
}
