// A review: the call beside its scorecard, answered by keys as well. Each answer is kept by itself.
import "./page";
import { playOrStop, startMoments } from "./moments";
import { startSound } from "./sound";

const questions = [...document.querySelectorAll<HTMLFormElement>(".question")];
let at = -1;

function look(place: number): void {
  const question = questions[place];
  if (!question) return;
  questions[at]?.classList.remove("at");
  at = place;
  question.classList.add("at");
  const choices = [...question.querySelectorAll<HTMLInputElement>("[type=radio]")];
  (choices.find((choice) => choice.checked) ?? choices[0])?.focus({ preventScroll: true });
  question.scrollIntoView({ block: "nearest" });
}

function choose(key: string): void {
  const choices = [...(questions[at]?.querySelectorAll<HTMLInputElement>("[type=radio]") ?? [])];
  const chosen = key === "0" ? choices.find((choice) => choice.value === "n/a") : choices.filter((choice) => choice.value !== "n/a")[Number(key) - 1];
  chosen?.click();
  chosen?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input:not([type=radio]), textarea, select, dialog[open]") !== null;
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j") look(Math.min(at + 1, questions.length - 1));
  else if (key === "k") look(Math.max(at - 1, 0));
  else if (key === "c") questions[at]?.querySelector<HTMLInputElement>(".comment")?.focus();
  else if (key === "p") playOrStop();
  else if (/^\d$/.test(key)) choose(key);
  else if (key === "s") document.querySelector<HTMLButtonElement>("button[data-key=s]")?.click();
  else if (key === "?") (document.getElementById("keys") as HTMLDialogElement | null)?.showModal();
  else return;
  event.preventDefault();
}

startSound();
startMoments();
document.addEventListener("focusin", (event) => {
  const question = event.target instanceof Element ? event.target.closest<HTMLFormElement>(".question") : null;
  if (question) at = questions.indexOf(question);
});
if (document.getElementById("keys")) document.addEventListener("keydown", press);
document.getElementById("main")?.setAttribute("data-ready", "1");
