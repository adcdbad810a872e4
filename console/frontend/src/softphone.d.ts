// The browser softphone of the exchange (exchange/static/softphone.js), bundled by build.mjs.
declare module "softphone.js" {
  export class Softphone extends EventTarget {
    constructor(options?: { workletUrl?: string | URL; reconnect?: boolean });
    state: "offline" | "ready" | "dialing" | "ringing" | "incoming" | "talking";
    microphone: "unasked" | "on" | "denied" | "absent";
    muted: boolean;
    connect(address: string | (() => string | Promise<string>)): Promise<void>;
    disconnect(): void;
    prepare(): Promise<void>;
    accept(): Promise<void>;
    reject(): void;
    digit(key: string): void;
    hangup(): void;
    mute(on: boolean): void;
  }
}
