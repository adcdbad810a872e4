// The players: sound, picture and words on one time line.
import { drawWave, type Peaks } from "./wave";

export function startSound(): void {
  for (const player of document.querySelectorAll<HTMLElement>("#record .player:not([data-started])")) {
    const sound = player.querySelector("audio");
    const wave = player.querySelector("canvas");
    if (!sound || !wave) continue;
    player.dataset.started = "1";
    void picture(wave, sound);
    if (!("message" in player.dataset)) join(sound);
  }
}

// the words of the conversation lead into its sound, and follow it
function join(sound: HTMLAudioElement): void {
  const list = document.querySelector<HTMLOListElement>("#record .lines");
  if (!list) return;
  const lines = [...list.querySelectorAll<HTMLLIElement>(".line")];
  for (const line of lines) makeSeekable(line, sound);
  sound.addEventListener("timeupdate", () => follow(list, lines, sound));
}

function makeSeekable(line: HTMLLIElement, sound: HTMLAudioElement): void {
  const go = (): void => {
    sound.currentTime = Number(line.dataset.start);
    void sound.play().catch(() => undefined);
  };
  line.dataset.seek = "1";
  line.addEventListener("click", go);
  const at = line.querySelector(".at");
  if (!at) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "at";
  button.textContent = at.textContent;
  button.setAttribute("aria-label", `Play from ${at.textContent ?? ""}`);
  at.replaceWith(button); // a key reaches it, and its click is the line's
}

function follow(list: HTMLOListElement, lines: HTMLLIElement[], sound: HTMLAudioElement): void {
  const at = sound.currentTime;
  const current = lines.filter((line) => Number(line.dataset.start) <= at + 0.05).pop();
  for (const line of lines) line.classList.toggle("now", line === current);
  if (!current || sound.paused) return;
  const above = current.offsetTop - list.offsetTop - list.scrollTop;
  if (above < 0 || above > list.clientHeight - 40) list.scrollTop += above - list.clientHeight / 3;
}

async function picture(wave: HTMLCanvasElement, sound: HTMLAudioElement): Promise<void> {
  const answer = await fetch(wave.dataset.peaks ?? "", { headers: { Accept: "application/json" } });
  const peaks = answer.ok ? ((await answer.json()) as Peaks) : { seconds: 0, channels: [] };
  const length = (): number => (Number.isFinite(sound.duration) && sound.duration) || peaks.seconds || 1;
  const draw = (): void => drawWave(wave, peaks, sound.currentTime / length());
  wave.addEventListener("click", (event) => {
    sound.currentTime = (event.offsetX / wave.clientWidth) * length();
  });
  for (const kind of ["timeupdate", "seeked", "loadedmetadata"]) sound.addEventListener(kind, draw);
  new ResizeObserver(draw).observe(wave);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}
