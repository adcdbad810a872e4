// Times as the reader's clock shows them, and clocks that run. The server's time is the truth: how far its clock is
// ahead of ours is measured when a page is drawn, and taken off.
const shapes: Record<string, Intl.DateTimeFormatOptions> = {
  time: { hour: "2-digit", minute: "2-digit" },
  second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
  date: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
};

export function clock(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

export function tellTimes(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[data-shape]")) {
    const at = new Date(element.dateTime);
    const shape = shapes[element.dataset.shape ?? "time"] ?? shapes.time;
    const text = new Intl.DateTimeFormat(undefined, { ...shape, ...year(at, element.dataset.shape) }).format(at);
    if (element.textContent !== text) element.textContent = text;
    element.title = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" }).format(at);
  }
  tick();
}

function year(at: Date, shape?: string): Intl.DateTimeFormatOptions {
  return shape === "date" && at.getFullYear() !== new Date().getFullYear() ? { year: "numeric" } : {};
}

const ahead = Number(document.documentElement.dataset.now ?? Date.now()) - Date.now();

function tick(): void {
  const now = Date.now() + ahead;
  for (const element of document.querySelectorAll<HTMLElement>("[data-since]")) {
    const text = clock(now - Number(element.dataset.since));
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of document.querySelectorAll<HTMLElement>(".left[data-until]")) {
    element.textContent = clock(Number(element.dataset.until) - now);
  }
  for (const fuse of document.querySelectorAll<HTMLProgressElement>("progress[data-until]")) {
    const [from, until] = [Number(fuse.dataset.from), Number(fuse.dataset.until)];
    fuse.value = Math.min(1, Math.max(0, (until - now) / Math.max(1, until - from)));
  }
}

export function startClocks(): void {
  setInterval(tick, 500);
}
