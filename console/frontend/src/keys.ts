// Keys: a letter or digit clicks the button that names it; never while somebody types.
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function startKeys(): void {
  const help = document.getElementById("keys") as HTMLDialogElement | null;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "Escape" && isTyping(event.target)) (event.target as HTMLElement).blur();
    if (isTyping(event.target) || help?.open) return;
    if (event.key === "?") {
      help?.showModal();
      return;
    }
    const key = event.key.toLowerCase();
    if (key === "n") {
      document.querySelector<HTMLElement>("textarea.notes")?.focus();
      event.preventDefault();
      return;
    }
    const button = document.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
