// Moments of a call: a button that names a second plays from there, “Now” takes the second the sound is at.
import { clock } from "./times";

function sound(): HTMLAudioElement | null {
  return document.querySelector<HTMLAudioElement>("#record .player:not([data-message]) audio");
}

function go(seconds: number): void {
  const player = sound();
  mark(seconds);
  if (!player) return;
  player.currentTime = seconds;
  void player.play().catch(() => undefined);
}

// without sound the words alone show the place
function mark(seconds: number): void {
  const lines = [...document.querySelectorAll<HTMLLIElement>("#record .lines .line")];
  const current = lines.filter((line) => Number(line.dataset.start) <= seconds + 0.05).pop() ?? lines[0];
  for (const line of lines) line.classList.toggle("now", line === current);
  current?.scrollIntoView({ block: "nearest" });
}

export function startMoments(): void {
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const moment = target?.closest<HTMLElement>("button[data-moment]");
    if (moment) go(Number(moment.dataset.moment));
    const now = target?.closest<HTMLElement>("button[data-now]");
    const at = now?.closest("form")?.querySelector<HTMLInputElement>("[name=at]");
    if (at) at.value = clock((sound()?.currentTime ?? 0) * 1000);
  });
  const asked = Number(document.getElementById("main")?.dataset.at || NaN);
  if (!Number.isFinite(asked)) return;
  mark(asked);
  const player = sound();
  if (player) player.currentTime = asked;
}

export function playOrStop(): void {
  const player = sound();
  if (!player) return;
  if (player.paused) void player.play().catch(() => undefined);
  else player.pause();
}
