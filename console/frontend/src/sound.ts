// The player: sound, picture and words on one time line.
import { drawWave, type Peaks } from "./wave";

export function startSound(): void {
  const sound = document.getElementById("sound") as HTMLAudioElement | null;
  const wave = document.getElementById("wave") as HTMLCanvasElement | null;
  if (!sound || !wave || sound.dataset.started) return;
  sound.dataset.started = "1";
  const offset = Number(wave.dataset.offset ?? "0");
  const lines = [...document.querySelectorAll<HTMLLIElement>("#record .line")];
  for (const line of lines) makeSeekable(line, sound, offset);
  void picture(wave, sound);
  sound.addEventListener("timeupdate", () => follow(lines, sound.currentTime + offset));
}

function makeSeekable(line: HTMLLIElement, sound: HTMLAudioElement, offset: number): void {
  const go = (): void => {
    sound.currentTime = Math.max(0, Number(line.dataset.start) - offset);
    void sound.play();
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

function follow(lines: HTMLLIElement[], at: number): void {
  const current = lines.filter((line) => Number(line.dataset.start) <= at + 0.05).pop();
  for (const line of lines) line.classList.toggle("now", line === current);
}

async function picture(wave: HTMLCanvasElement, sound: HTMLAudioElement): Promise<void> {
  const answer = await fetch(wave.dataset.peaks ?? "", { headers: { Accept: "application/json" } });
  const peaks = answer.ok ? ((await answer.json()) as Peaks) : { seconds: 0, channels: [] };
  const length = (): number => (Number.isFinite(sound.duration) && sound.duration) || peaks.seconds || 1;
  const draw = (): void => drawWave(wave, peaks, sound.currentTime / length());
  wave.addEventListener("click", (event) => {
    sound.currentTime = (event.offsetX / wave.clientWidth) * length();
  });
  sound.addEventListener("timeupdate", draw);
  sound.addEventListener("seeked", draw);
  new ResizeObserver(draw).observe(wave);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
}
