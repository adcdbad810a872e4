// The list of calls: days are the reader's, and the address keeps what was searched for.
import "./page";

const form = document.getElementById("filter") as HTMLFormElement | null;
const zone = form?.elements.namedItem("zone") as HTMLInputElement | null;
if (zone) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

form?.addEventListener("htmx:after:request", () => {
  const asked = [...new FormData(form)].filter(([name, value]) => value && name !== "zone") as [string, string][];
  const query = new URLSearchParams(asked).toString();
  history.replaceState(null, "", query ? `?${query}` : location.pathname);
});
