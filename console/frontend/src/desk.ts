// The desk: the server's panel says how things stand; this keeps the phone, the words and the eye in step with it.
import { order, refresh } from "./htmx";
import { startKeys } from "./keys";
import { followTalk, startKnowledge } from "./knowledge";
import { startNotes } from "./notes";
import "./page";
import { DeskPhone } from "./phone";
import { listen } from "./stream";
import { isSpeech, take } from "./talk";
import { toast } from "./toasts";

const heartbeat = 10_000;
const early = 1000; // two clocks beat: whichever comes first
const main = document.getElementById("main");
const phone = new DeskPhone((text) => toast(text, true));
let touched = false;
let beaten = -Infinity;
let announced = "";
let shownCall = panel()?.dataset.call ?? "";

function panel(): HTMLElement | null {
  return document.getElementById("panel");
}

// whatever changed, the panel is the truth: follow it
function follow(): void {
  const now = panel()?.dataset;
  if (!now) return;
  document.title = now.stage === "ringing" ? "☎ Incoming call · Callwright" : "Desk · Callwright";
  announce(now.announce ?? "", now.reservation ?? "");
  phone.expect(now.stage === "connecting" || now.stage === "talking" ? (now.reservation ?? "") : "");
  if (now.state !== "offline") void phone.start();
  if (now.stage !== "talking") phone.unmute();
  showMute();
  if (now.call !== shownCall) {
    void showTalk(now.call ?? "");
    refresh("knowledge");
  }
}

function announce(text: string, reservation: string): void {
  if (announced === reservation) return;
  announced = reservation;
  const place = document.getElementById("announce");
  if (place) place.textContent = text;
  if (text && document.activeElement === document.body) document.getElementById("accept")?.focus();
}

async function showTalk(call: string): Promise<void> {
  shownCall = call;
  const place = document.getElementById("talk");
  if (!place) return;
  const answer = await fetch("/desk/transcript", { headers: { "HX-Request": "true" } });
  if (answer.ok && shownCall === call) place.innerHTML = await answer.text();
}

function showMute(): void {
  const button = document.getElementById("mute");
  const words = button?.querySelector("span");
  if (!button || !words) return;
  button.setAttribute("aria-pressed", String(phone.isMuted));
  words.textContent = phone.isMuted ? "Unmute" : "Mute";
}

function beat(): void {
  if (panel()?.dataset.state === "offline" || performance.now() - beaten < heartbeat - early) return;
  beaten = performance.now();
  void order("/desk/heartbeat", { touched: touched ? "1" : "0" }).then((answer) => {
    if (answer.status === 401) location.reload();
    if (panel()?.dataset.reason === "no contact") refresh("panel"); // heard again: back where we were
  }, () => undefined);
  touched = false;
}

listen({
  view: "desk",
  since: main?.dataset.cursor ?? "",
  onChange: ({ topic, kind, data }) => {
    beat();
    const list = document.querySelector<HTMLOListElement>("#talk .lines");
    if (topic === "call" && list && isSpeech(kind)) take(list, kind, data);
    else refresh("panel");
    if (topic === "call") followTalk(kind, data);
  },
  onBeat: beat,
  onReturn: () => {
    beaten = -Infinity;
    beat();
    refresh("panel");
    void showTalk(shownCall);
  },
});

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  if (target.closest("#mute")) {
    phone.toggleMute();
    showMute();
  }
  if (target.closest("#phone-help")) void phone.help();
  if (target.closest("#be-available, #return, #accept")) void phone.prepare();
});
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => (touched = true), { passive: true });
document.body.addEventListener("htmx:after:swap", follow);
document.body.addEventListener("htmx:response:error", (event) => {
  // an order that came too late: the sentence says why, the panel shows how things stand now
  if ((event.target as HTMLElement).id !== "panel") refresh("panel");
});
startKeys();
startNotes();
startKnowledge();
setInterval(beat, heartbeat);
beat();
follow();
if (main) main.dataset.ready = "1";
