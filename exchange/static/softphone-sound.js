/** The sound of a softphone: the microphone, the speaker, the worklet between them and the line, and the keys' tones. */

/** The keys of a telephone, row by row. */
export const KEYS = "123A456B789C*0#D";
const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];

/** The sound of one phone: microphone, speaker, and the worklet between them and the line. */
export class Sound {
  /**
   * @param {string|URL} workletUrl
   * @param {import("./softphone.js").Softphone} phone
   */
  constructor(workletUrl, phone) {
    this.workletUrl = workletUrl;
    this.phone = phone;
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {AudioWorkletNode|null} */
    this.node = null;
    /** @type {MediaStream|null} */
    this.stream = null;
    /** @type {Promise<void>|null} */
    this.starting = null;
  }

  /** Start once; later calls only wake a context the browser put to sleep. */
  async start() {
    this.starting ??= this.build();
    await this.starting;
    await this.context?.resume();
    if (this.phone.microphone !== "on") await this.askForMicrophone();
  }

  async build() {
    this.context = new AudioContext({ latencyHint: "interactive" });
    await this.context.audioWorklet.addModule(this.workletUrl);
    this.node = new AudioWorkletNode(this.context, "softphone", { outputChannelCount: [1] });
    this.node.port.onmessage = (event) => this.told(event.data);
    this.node.connect(this.context.destination);
    this.tell({ type: "mute", on: this.phone.muted });
    this.talk(this.phone.state === "talking");
  }

  async askForMicrophone() {
    try {
      if (!navigator.mediaDevices) throw new DOMException("", "SecurityError");
      const wishes = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: wishes });
      if (this.context && this.node) this.context.createMediaStreamSource(this.stream).connect(this.node);
      for (const track of this.stream.getTracks()) track.onended = () => this.lost();
      this.report("on", "");
    } catch (problem) {
      const name = problem instanceof DOMException ? problem.name : "";
      if (name === "NotFoundError") this.report("absent", "No microphone was found. You can listen and press keys.");
      else if (name === "SecurityError") this.report("denied", "The browser allows a microphone only on localhost or https.");
      else this.report("denied", "The microphone is not allowed. You can listen and press keys.");
    }
  }

  lost() {
    this.stream = null;
    this.report("absent", "The microphone was unplugged. You can listen and press keys.");
  }

  /**
   * @param {import("./softphone.js").Microphone} state
   * @param {string} message
   */
  report(state, message) {
    this.phone.microphone = state;
    this.phone.emit("microphone", { state, message });
  }

  /** @param {{type: string, frame?: Uint8Array<ArrayBuffer>, input?: number, output?: number}} message */
  told(message) {
    if (message.type === "frame" && message.frame) this.phone.sendFrame(message.frame);
    else if (message.type === "level") this.phone.emit("level", message);
  }

  /** @param {boolean} on */
  talk(on) {
    this.tell({ type: "talk", on });
  }

  /** @param {Uint8Array} frame */
  play(frame) {
    this.node?.port.postMessage({ type: "play", frame }, [frame.buffer]);
  }

  /** @param {object} message */
  tell(message) {
    this.node?.port.postMessage(message);
  }

  /**
   * The key's own two tones, for the finger's sake.
   * @param {string} key
   */
  key(key) {
    if (!this.context || !this.node) return;
    const place = KEYS.indexOf(key);
    const gain = new GainNode(this.context, { gain: 0.06 });
    gain.connect(this.context.destination);
    for (const frequency of [ROWS[place >> 2], COLUMNS[place & 3]]) {
      const tone = new OscillatorNode(this.context, { frequency });
      tone.connect(gain);
      tone.start();
      tone.stop(this.context.currentTime + 0.1);
    }
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.context?.close();
    this.context = this.node = this.stream = this.starting = null;
    this.phone.microphone = "unasked";
  }
}
