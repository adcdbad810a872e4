/** The phone's page: buttons and keys to the softphone, what happens on the line to the page. */
import { Softphone } from "./softphone.js";

const phone = new Softphone();

/** @template {HTMLElement} T @param {string} id @param {new () => T} kind @returns {T} */
function part(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${id}`);
  return element;
}

const to = part("to", HTMLInputElement);
const from = part("from", HTMLInputElement);
const call = part("call", HTMLButtonElement);
const mute = part("mute", HTMLButtonElement);
const refuse = part("refuse", HTMLButtonElement);
const display = part("display", HTMLElement);
const pressed = part("pressed", HTMLElement);
const script = part("script", HTMLElement);
const timer = part("timer", HTMLElement);

/** @type {Record<string, string>} */
const STAGES = { offline: "Offline", ready: "Ready", dialing: "Calling", ringing: "Ringing", incoming: "Incoming call", talking: "Connected" };

/** What a cue is called where it has no words of its own. @type {Record<string, string>} */
const CUES = {
  play: "Plays", enqueue: "Waiting in the queue", leave: "Leaving the queue", dial: "Connecting to", connect: "Connected to a program",
  record: "Recording you", conference: "In a conference", digit: "The other side pressed a key", hangup: "The exchange hangs up",
};

let answeredAt = 0;

/** @param {string} number */
const plain = (number) => number.replace(/[^\d+*#]/g, "");

/** A North American number as it is read; others as they are. @param {string} number */
function pretty(number) {
  const parts = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return parts ? `+1 ${parts[1]} ${parts[2]} ${parts[3]}` : number;
}

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** @param {string} text */
function notify(text) {
  const notice = part("notice", HTMLElement);
  notice.textContent = text;
  notice.hidden = !text;
}

/**
 * One line of the script.
 * @param {"said"|"mine"|"event"|"ended"} kind
 * @param {string} text
 * @param {{aside?: string, language?: string}} [more]
 */
function write(kind, text, { aside = "", language = "" } = {}) {
  const line = document.createElement("div");
  const when = document.createElement("time");
  const words = document.createElement("p");
  line.className = kind;
  when.textContent = answeredAt ? clock((performance.now() - answeredAt) / 1000) : "";
  words.textContent = text;
  if (language) words.lang = language;
  if (aside) {
    const small = document.createElement("small");
    small.textContent = ` ${aside}`;
    words.append(small);
  }
  line.append(when, words);
  const follows = script.scrollTop + script.clientHeight > script.scrollHeight - 60;
  script.append(line);
  if (follows) script.scrollTop = script.scrollHeight;
}

/** @param {string} key */
function press(key) {
  if (phone.state === "talking") {
    pressed.textContent = `${pressed.textContent ?? ""}${key}`;
    write("mine", key, { aside: "key pressed" });
  } else if (phone.state === "ready" && document.activeElement !== to) to.value += key;
  phone.digit(key);
}

async function dialOrHangUp() {
  if (phone.state === "incoming") return phone.accept();
  if (phone.state !== "ready") return phone.hangup();
  const number = plain(to.value);
  if (!number) return to.focus();
  notify("");
  part("who", HTMLElement).textContent = pretty(number);
  await phone.dial(number, plain(from.value));
}

/** @param {{state: string}} detail */
function showState({ state }) {
  const idle = state === "ready" || state === "offline";
  display.dataset.state = state;
  part("stage", HTMLElement).textContent = STAGES[state] ?? state;
  call.disabled = state === "offline";
  call.classList.toggle("hang", !idle && state !== "incoming");
  const label = state === "incoming" ? "Answer" : idle ? "Call" : "Hang up";
  call.querySelector("span")?.replaceChildren(label);
  refuse.hidden = state !== "incoming";
  mute.disabled = state !== "talking";
  part("dial", HTMLFormElement).inert = !idle;
  const up = state !== "offline";
  const line = part("line-state", HTMLElement);
  line.textContent = up ? "On the exchange" : "No exchange answers; trying again";
  line.className = `line-state ${up ? "up" : "down"}`;
  if (idle) {
    answeredAt = 0;
    pressed.textContent = "";
    timer.textContent = "0:00";
    for (const id of ["input", "output"]) part(id, HTMLMeterElement).value = 0;
    part("who", HTMLElement).textContent = "\u00a0";
  }
}

/** Loudness as the ear has it: 60 decibels over the whole meter. @param {number} level */
const heard = (level) => Math.max(0, Math.min(1, 1 + (20 * Math.log10(level + 1e-6)) / 60));

/** @param {any} detail */
function showCue({ kind, text, language }) {
  if (kind === "say") write("said", text, { language });
  else if (kind === "gather") write("event", text.includes("speech") ? "Listening for words or keys" : "Listening for keys");
  else if (kind in CUES) write("event", CUES[kind], { aside: kind === "play" || kind === "dial" || kind === "enqueue" ? text : "" });
}

/** @param {string} type @param {(detail: any) => void} listener */
const on = (type, listener) =>
  phone.addEventListener(type, (event) => event instanceof CustomEvent && listener(event.detail));

on("state", showState);
on("cue", showCue);
on("heard", ({ text }) => write("mine", `“${text}”`, { aside: "understood" }));
on("ringing", () => write("event", "Ringing"));
on("incoming", ({ from: caller }) => {
  part("who", HTMLElement).textContent = pretty(caller ?? "");
  write("event", `Incoming call from ${pretty(caller ?? "")}`);
});
on("message", ({ from: sender, text }) => write("said", text, { aside: `text message from ${pretty(sender ?? "")}` }));
on("answered", () => {
  answeredAt = performance.now();
  write("event", "Answered");
});
on("ended", ({ status, reason }) => {
  write("ended", `Call ${status === "completed" ? "ended" : (status ?? "ended")}`, { aside: reason ?? "" });
  phone.mute(false);
  mute.setAttribute("aria-pressed", "false");
});
for (const type of ["error", "refused"]) on(type, (detail) => notify(detail.message ?? detail.reason ?? "The exchange refused."));
on("microphone", ({ state, message }) => notify(state === "on" ? "" : message));
on("level", ({ input, output }) => {
  part("input", HTMLMeterElement).value = phone.state === "talking" ? heard(input) : 0;
  part("output", HTMLMeterElement).value = heard(output);
});

call.addEventListener("click", () => dialOrHangUp().catch((problem) => notify(problem.message)));
refuse.addEventListener("click", () => phone.reject());
mute.addEventListener("click", () => {
  phone.mute(!phone.muted);
  mute.setAttribute("aria-pressed", String(phone.muted));
});
part("dial", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  if (phone.state === "ready") call.click();
});
part("own", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  register();
});
part("erase", HTMLButtonElement).addEventListener("click", () => (to.value = to.value.slice(0, -1)));
part("clear", HTMLButtonElement).addEventListener("click", () => script.replaceChildren());
part("keys", HTMLElement).addEventListener("click", (event) => {
  const key = event.target instanceof Element && event.target.closest("[data-key]");
  if (key instanceof HTMLElement && key.dataset.key) press(key.dataset.key);
});
for (const button of document.querySelectorAll("[data-number]"))
  button.addEventListener("click", () => (to.value = button.getAttribute("data-number") ?? ""));

document.addEventListener("keydown", (event) => {
  if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!(button instanceof HTMLButtonElement) || event.repeat) return;
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 120);
  press(event.key);
});

setInterval(() => {
  if (answeredAt) timer.textContent = clock((performance.now() - answeredAt) / 1000);
}, 250);

function register() {
  const number = plain(from.value);
  part("own-shown", HTMLElement).textContent = pretty(number);
  phone.register(number);
}

const line = new URL(document.body.dataset.line ?? "/lines/phone", location.href);
line.protocol = line.protocol.replace("http", "ws");
line.search = location.search; // a password, where the exchange wants one
register();
phone.connect(line.href).catch(() => showState({ state: "offline" }));
Object.assign(globalThis, { callwrightPhone: phone }); // for tests and for the curious at the console
