// htmx, with the forgery token on every order it sends.
import htmx from "htmx.org";

interface Configured extends Event {
  detail: { ctx: { request: { headers: Record<string, string> } } };
}

export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

document.addEventListener("htmx:config:request", (event) => {
  (event as Configured).detail.ctx.request.headers["X-CSRFToken"] = csrf();
});

// ask a part of the page to fetch itself again
export function refresh(id: string): void {
  const part = document.getElementById(id);
  if (part) htmx.trigger(part, "refresh");
}

// an order without a form: the answer is returned, whatever it is
export async function order(url: string, form: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrf(), Accept: "application/json" },
    body: new URLSearchParams(form),
    credentials: "same-origin",
  });
}
