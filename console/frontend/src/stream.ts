// The page's stream of changes. It comes back by itself after an interruption, from the last thing it heard.
export interface Change {
  topic: string;
  kind: string;
  data: Record<string, unknown>;
}

interface Listening {
  view: string;
  query?: Record<string, string>;
  since: string;
  onChange: (change: Change) => void;
  onReturn: () => void; // after an interruption: draw everything again
  onBeat?: () => void; // the server asks who is there: comes also where a hidden page's timers are slowed
}

const topics = ["agent", "call", "wall"];

export function listen({ view, query = {}, since, onChange, onReturn, onBeat }: Listening): void {
  const source = new EventSource(`/events?${new URLSearchParams({ view, since, ...query })}`);
  const state = document.getElementById("line-state");
  let wasLost = false;
  source.onopen = () => {
    if (state) state.hidden = true;
    if (wasLost) onReturn();
    wasLost = false;
  };
  source.onerror = () => {
    wasLost = true;
    if (state) {
      state.textContent = "Reconnecting…";
      state.hidden = false;
    }
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  };
  source.addEventListener("beat", () => onBeat?.());
  source.addEventListener("signed_out", () => {
    source.close();
    location.href = `/login?next=${encodeURIComponent(location.pathname)}`;
  });
  for (const topic of topics) {
    source.addEventListener(topic, (event) => onChange(JSON.parse((event as MessageEvent<string>).data) as Change));
  }
}
