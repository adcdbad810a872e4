/**
 * A telephone in the browser, for the exchange's phone page and for an agent's desk: one WebSocket, which carries JSON
 * text (what happens) and binary frames (160 bytes of 8 kHz µ-law, 20 ms) both ways. No dependency, no inline code.
 *
 *   import { Softphone } from "./softphone.js";
 *   const phone = new Softphone();
 *   phone.addEventListener("cue", (event) => console.log(event.detail.kind, event.detail.text));
 *   await phone.connect("ws://127.0.0.1:8090/lines/phone");      // or /lines/client?token=…
 *   await phone.dial("+12025550100", "+12025550142");            // in a click: the browser then lets sound out
 *
 * Events (all CustomEvents, `detail` as given):
 *   state       {state, was}        offline → ready → dialing → ringing → talking → ready; or ready → incoming → talking
 *   microphone  {state, message}    unasked, on, denied, absent: a call goes on without one, listening only
 *   level       {input, output, queued, underruns}   ten times a second while the sound is on
 *   and every message of the line under its own type: ringing, answered, cue, heard, incoming, ended, registered, error …
 *
 * A line that is lost is opened again by itself, except after `replaced`: another page rings in this one's place.
 */

import { KEYS, Sound } from "./softphone-sound.js";

/** @typedef {"offline"|"ready"|"dialing"|"ringing"|"incoming"|"talking"} State */
/** @typedef {"unasked"|"on"|"denied"|"absent"} Microphone */
/** @typedef {{type: string, [field: string]: any}} LineMessage */

const FIRST_RETRY = 500;
const LAST_RETRY = 10_000;
/** A line whose address is asked for anew is renewed so often, between calls: its token lasts an hour. */
const RENEW = 45 * 60_000;

/** What each message of the line makes of the phone. @type {Record<string, State>} */
const STATE_AFTER = { ringing: "ringing", answered: "talking", incoming: "incoming", ended: "ready" };

export class Softphone extends EventTarget {
  /** @param {{workletUrl?: string|URL, reconnect?: boolean}} [options] */
  constructor({ workletUrl = new URL("./softphone-worklet.js", import.meta.url), reconnect = true } = {}) {
    super();
    /** @type {State} */
    this.state = "offline";
    /** @type {Microphone} */
    this.microphone = "unasked";
    this.callSid = "";
    this.muted = false;
    this.sound = new Sound(workletUrl, this);
    this.reconnect = reconnect;
    /** @type {WebSocket|null} */
    this.socket = null;
    /** @type {string|(() => string|Promise<string>)} */
    this.address = "";
    this.registered = "";
    this.retryIn = FIRST_RETRY;
    this.wanted = false;
    this.stale = false;
    this.renewal = 0;
  }

  /**
   * Open the line. With a function, each reconnection asks it for a fresh address (tokens run out).
   * @param {string|(() => string|Promise<string>)} address
   */
  async connect(address) {
    this.address = address;
    this.wanted = true;
    await this.open();
  }

  /** Close the line for good; a call on it ends. */
  disconnect() {
    this.wanted = false;
    this.socket?.close();
    this.sound.close();
  }

  /** Ask for the microphone and start the sound, before the first call; must follow a click or a key. */
  async prepare() {
    await this.sound.start();
  }

  /**
   * Be reachable under a number, for calls back.
   * @param {string} number
   */
  register(number) {
    this.registered = number;
    this.send({ type: "register", number });
  }

  /**
   * Call a number.
   * @param {string} to
   * @param {string} [from]
   */
  async dial(to, from = "") {
    if (this.state !== "ready") throw new Error(`cannot dial while ${this.state}`);
    this.enter("dialing");
    await this.sound.start();
    this.send(from ? { type: "dial", to, from } : { type: "dial", to });
  }

  /** Answer the call that rings. */
  async accept() {
    if (this.state !== "incoming") return;
    await this.sound.start();
    this.send({ type: "accept" });
  }

  /** Refuse the call that rings. */
  reject() {
    if (this.state === "incoming") this.send({ type: "reject" });
  }

  /**
   * Press a key: 0-9, *, #. Sent as a message, not as sound; a short tone is heard here only.
   * @param {string} key
   */
  digit(key) {
    if (!KEYS.includes(key) || key.length !== 1) return;
    this.sound.key(key);
    if (this.state === "talking") this.send({ type: "digit", digit: key });
  }

  /** End the call, at whatever stage it is. */
  hangup() {
    if (this.state === "incoming") this.reject();
    else if (this.state !== "ready" && this.state !== "offline") this.send({ type: "hangup" });
  }

  /** @param {boolean} on */
  mute(on) {
    this.muted = on;
    this.sound.tell({ type: "mute", on });
  }

  async open() {
    try {
      this.socket = await this.opened();
    } catch (problem) {
      this.closed();
      throw problem;
    }
    this.retryIn = FIRST_RETRY;
    this.stale = false;
    this.socket.onmessage = (event) => this.received(event.data);
    this.socket.onclose = () => this.closed();
    this.enter("ready");
    if (this.registered) this.register(this.registered);
    if (typeof this.address === "function") this.renewal = setTimeout(() => this.renew(), RENEW);
  }

  /** @returns {Promise<WebSocket>} */
  async opened() {
    const url = typeof this.address === "function" ? await this.address() : this.address;
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    return new Promise((opened, failed) => {
      socket.onopen = () => opened(socket);
      socket.onclose = () => failed(new Error("the exchange does not answer"));
    });
  }

  /** Open the line anew with a fresh address, as soon as no call is on it. */
  renew() {
    this.stale = true;
    if (this.state === "ready") this.socket?.close();
  }

  closed() {
    this.socket = null;
    clearTimeout(this.renewal);
    this.sound.talk(false);
    this.enter("offline");
    if (!this.wanted || !this.reconnect) return;
    setTimeout(() => this.wanted && !this.socket && this.open().catch(() => undefined), this.retryIn);
    this.retryIn = Math.min(this.retryIn * 2, LAST_RETRY);
  }

  /** @param {string|ArrayBuffer} data */
  received(data) {
    if (typeof data !== "string") {
      this.sound.play(new Uint8Array(data));
      return;
    }
    /** @type {LineMessage} */
    const message = JSON.parse(data);
    if (message.callSid) this.callSid = message.callSid;
    if (message.type === "error" && this.state === "dialing") this.enter("ready");
    if (message.type === "replaced") this.wanted = false;
    if (message.type === "unregistered") this.renew();
    if (message.type in STATE_AFTER) this.enter(STATE_AFTER[message.type]);
    this.emit(message.type, message);
  }

  /** @param {LineMessage} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {Uint8Array<ArrayBuffer>} frame */
  sendFrame(frame) {
    if (this.state === "talking" && this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  /** @param {State} state */
  enter(state) {
    const was = this.state;
    if (was === state) return;
    this.state = state;
    if (state === "ready" || state === "offline") this.callSid = "";
    this.sound.talk(state === "talking");
    if (state === "ringing" || state === "incoming") this.sound.tell({ type: "clear" });
    this.emit("state", { state, was });
    if (state === "ready" && this.stale) this.socket?.close();
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
