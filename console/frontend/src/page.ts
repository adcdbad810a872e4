// What every page does: times in the reader's zone, toasts, the theme, the forgery token on every order.
import "./htmx";
import { startClocks, tellTimes } from "./times";
import { toast } from "./toasts";

function theme(): void {
  document.getElementById("theme")?.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  });
}

document.body.addEventListener("toast", (event) => {
  const { text, kind } = (event as CustomEvent<{ text: string; kind: string }>).detail;
  toast(text, kind === "error");
});
document.body.addEventListener("htmx:after:swap", () => tellTimes(document));
document.body.addEventListener("htmx:error", () => toast("The server cannot be reached. Check the connection; the page tries again.", true));
theme();
tellTimes(document);
startClocks();
