// One sentence in the corner: what happened, and what to do.
const shown = 8000;

export function toast(text: string, isError = false): void {
  const place = document.getElementById("toasts");
  if (!place || [...place.children].some((one) => one.firstElementChild?.textContent === text)) return;
  const box = document.createElement("div");
  box.className = isError ? "toast error" : "toast";
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  place.append(box);
  setTimeout(() => box.remove(), isError ? 2 * shown : shown);
}
