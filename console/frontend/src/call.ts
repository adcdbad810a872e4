// One call: its words, sound and picture share one time line. Click a line or the picture to go there.
import "./page";
import { startMoments } from "./moments";
import { startSound } from "./sound";
import { listen } from "./stream";
import { isSpeech, take } from "./talk";
import { refresh } from "./htmx";

const main = document.getElementById("main");

function lines(): HTMLOListElement | null {
  return document.querySelector<HTMLOListElement>("#record .lines");
}

if (main?.dataset.live) {
  listen({
    view: "call",
    query: { call: main.dataset.call ?? "" },
    since: main.dataset.cursor ?? "",
    onChange: ({ kind, data }) => {
      const list = lines();
      if (list && isSpeech(kind)) take(list, kind, data);
      else refresh("record");
    },
    onReturn: () => refresh("record"),
  });
}

const words = main?.dataset.words?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
const second = Number.parseFloat(main?.dataset.at ?? "");
const spoken = [...(lines()?.querySelectorAll<HTMLLIElement>("li") ?? [])];
const first = Number.isFinite(second)
  ? spoken.filter((line) => Number(line.dataset.start) <= second + 0.05).pop()
  : spoken.find((line) => words.some((word) => line.textContent?.toLowerCase().includes(word)));
first?.scrollIntoView({ block: "center" });
first?.classList.add("now");

startSound();
startMoments();
const player = document.querySelector<HTMLAudioElement>("#record .player:not([data-message]) audio");
if (player && Number.isFinite(second)) player.currentTime = second;
document.body.addEventListener("htmx:after:swap", startSound);
