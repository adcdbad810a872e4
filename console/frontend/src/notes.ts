// Notes are kept on the server a moment after each pause in typing, and when the page is left.
import { order } from "./htmx";

const pause = 800;

export function startNotes(): void {
  let timer = 0;
  document.addEventListener("input", (event) => {
    const box = event.target as HTMLElement;
    if (!(box instanceof HTMLTextAreaElement) || !box.matches(".notes")) return;
    say("Not kept yet");
    clearTimeout(timer);
    timer = window.setTimeout(() => void keep(box), pause);
  });
  document.addEventListener("visibilitychange", () => {
    const box = document.querySelector<HTMLTextAreaElement>("textarea.notes");
    if (box && document.visibilityState === "hidden" && timer) void keep(box);
  });
}

async function keep(box: HTMLTextAreaElement): Promise<void> {
  const sent = box.value;
  try {
    const answer = await order(box.dataset.url ?? "", { notes: sent });
    say(answer.ok ? "Kept" : "Not kept: copy your notes");
  } catch {
    say("Not kept: no connection");
    setTimeout(() => void keep(box), 3000);
  }
}

function say(text: string): void {
  const place = document.getElementById("saved");
  if (place) place.textContent = text;
}
