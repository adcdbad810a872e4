// The desk's telephone: registers as the agent's client and answers, by itself, the leg of the call that was accepted.
import { Softphone } from "softphone.js";
import { order } from "./htmx";
import { toast } from "./toasts";

interface Pass {
  token: string;
  url: string;
}

interface Leg {
  reservation: string;
}

const patience = 6000;

export class DeskPhone {
  private readonly phone = new Softphone({ workletUrl: "/static/build/softphone-worklet.js" });
  private accepted = "";
  private ringing: Leg | null = null;
  private started = false;
  private isElsewhere = false;

  constructor(private readonly wrong: (text: string) => void) {
    this.phone.addEventListener("state", () => this.show());
    this.phone.addEventListener("microphone", (event) => {
      const { state, message } = (event as CustomEvent<{ state: string; message: string }>).detail;
      if (state !== "on" && message) toast(message, true);
      this.show();
    });
    this.phone.addEventListener("level", (event) => {
      const meter = document.getElementById("level") as HTMLMeterElement | null;
      if (meter) meter.value = Math.min(1, (event as CustomEvent<{ input: number }>).detail.input * 4);
    });
    this.phone.addEventListener("incoming", (event) => this.rings(event as CustomEvent));
    this.phone.addEventListener("ended", () => (this.ringing = null));
    this.phone.addEventListener("replaced", () => {
      this.isElsewhere = true;
      this.show();
    });
    this.phone.addEventListener("error", (event) => {
      const why = (event as CustomEvent<{ message?: string }>).detail?.message;
      this.wrong(`The telephone line refuses your softphone${why ? ` (${why})` : ""}. Reload the page.`);
    });
  }

  get isOnline(): boolean {
    return this.phone.state !== "offline";
  }

  // register with the exchange; each reconnection asks for a fresh pass
  async start(): Promise<void> {
    if (this.started) return;
    this.started = true;
    this.show("Phone: connecting…");
    try {
      await this.phone.connect(async () => {
        const answer = await order("/desk/token");
        if (!answer.ok) throw new Error("no pass");
        const pass = (await answer.json()) as Pass;
        return `${pass.url}?token=${encodeURIComponent(pass.token)}`;
      });
    } catch {
      this.show();
    }
  }

  // take the calls back from another page, or ask for the microphone
  async help(): Promise<void> {
    if (this.isElsewhere) {
      this.isElsewhere = this.started = false;
      await this.start();
    }
    await this.prepare();
  }

  // ask for the microphone while a click is fresh, so that the first call has sound at once
  async prepare(): Promise<void> {
    await this.phone.prepare().catch(() => undefined);
    this.show();
  }

  // the reservation the agent has accepted: its leg, and no other, is answered
  expect(reservation: string): void {
    if (this.accepted === reservation) return;
    this.accepted = reservation;
    if (!reservation) return;
    void this.answer();
    setTimeout(() => {
      if (this.accepted === reservation && this.phone.state === "offline") {
        this.wrong("Your softphone is not connected to the telephone line, so the caller cannot be put through. Reload the page.");
      }
    }, patience);
  }

  toggleMute(): boolean {
    this.phone.mute(!this.phone.muted);
    return this.phone.muted;
  }

  unmute(): void {
    if (this.phone.muted) this.phone.mute(false);
  }

  get isMuted(): boolean {
    return this.phone.muted;
  }

  private rings(event: CustomEvent<{ parameters?: Record<string, string> }>): void {
    this.ringing = { reservation: event.detail.parameters?.reservation ?? "" };
    void this.answer();
  }

  private async answer(): Promise<void> {
    if (this.ringing && this.accepted && this.ringing.reservation === this.accepted) await this.phone.accept();
  }

  private show(text?: string): void {
    const place = document.getElementById("phone-state");
    const help = document.getElementById("phone-help");
    if (!place || !help) return;
    const { state, microphone } = this.phone;
    const hearsNobody = microphone === "denied" || microphone === "absent";
    place.className = `phone-state ${state === "offline" || hearsNobody ? "wrong" : state}`;
    place.textContent = this.isElsewhere ? "Phone: your calls ring in another page" : (text ?? sentence(state, microphone));
    help.textContent = this.isElsewhere ? "Take calls here" : "Use microphone";
    const meter = document.getElementById("level");
    if (meter) meter.hidden = microphone !== "on";
    help.hidden = !this.isElsewhere && (state === "offline" || microphone === "on");
  }
}

function sentence(state: string, microphone: string): string {
  if (state === "offline") return "Phone: the telephone line does not answer, trying again";
  if (microphone === "denied") return "Phone: the microphone is not allowed, callers cannot hear you";
  if (microphone === "absent") return "Phone: no microphone, callers cannot hear you";
  return state === "talking" ? "Phone: talking" : "Phone: ready";
}
