/**
 * The audio thread of the softphone: microphone → 8 kHz µ-law frames of 20 ms; frames from the line → speaker.
 *
 * Messages in:  {type: "play", frame: Uint8Array}  some µ-law from the line (any length)
 *               {type: "clear"}                    forget what is queued (a new call)
 *               {type: "talk", on: boolean}        send frames, or not
 *               {type: "mute", on: boolean}        send silence instead of the microphone
 * Messages out: {type: "frame", frame: Uint8Array} 160 bytes, every 20 ms while talking
 *               {type: "level", input: number, output: number, queued: number, underruns: number}
 *                                                  loudness 0 to 1 ten times a second, milliseconds waiting to be heard
 */

const LINE_RATE = 8000;
const FRAME = 160;
const SILENCE = 0xff;

/** How much sound is collected before it is played: less stutters, more is heard as delay. */
const START_AFTER = 3 * FRAME;
/** Beyond this the buffer has fallen behind (a tab that slept): it is cut back to START_AFTER. */
const AT_MOST = 20 * FRAME;

const LEVELS_PER_SECOND = 10;

/** Points of the resampler's kernel for each input sample. */
const PHASES = 64;

/** @returns {Float32Array} the 256 values a µ-law byte can have, ±1 */
function ulawDecodingTable() {
  const table = new Float32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const code = ~byte & 0xff;
    const magnitude = ((((code & 0x0f) << 3) + 0x84) << ((code >> 4) & 0x07)) - 0x84;
    table[byte] = (code & 0x80 ? -magnitude : magnitude) / 32768;
  }
  return table;
}

/**
 * One sample as a µ-law byte (ITU-T G.711).
 * @param {number} sample ±1
 */
function toUlaw(sample) {
  const linear = Math.max(-32635, Math.min(32635, Math.round(sample * 32768)));
  const sign = linear < 0 ? 0x80 : 0;
  const magnitude = Math.abs(linear) + 0x84;
  const exponent = 24 - Math.clz32(magnitude);
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}

/** A streaming resampler: a windowed sinc, so that nothing above the lower rate's half folds back into speech. */
class Resampler {
  /**
   * @param {number} from
   * @param {number} to
   */
  constructor(from, to) {
    this.step = from / to;
    this.cutoff = Math.min(1, to / from) * 0.92;
    this.reach = Math.ceil(16 / this.cutoff); // input samples on each side of an output sample
    this.kernel = this.makeKernel();
    this.input = new Float32Array(8192);
    this.filled = this.reach; // begins with silence
    this.position = this.reach;
  }

  makeKernel() {
    const kernel = new Float32Array(this.reach * PHASES + 2);
    for (let place = 0; place < kernel.length; place++) {
      const at = place / PHASES;
      const x = Math.PI * at * this.cutoff;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const window = at < this.reach ? 0.5 + 0.5 * Math.cos((Math.PI * at) / this.reach) : 0;
      kernel[place] = this.cutoff * sinc * window;
    }
    return kernel;
  }

  /** @param {Float32Array} samples */
  push(samples) {
    if (this.filled + samples.length > this.input.length) this.forget();
    if (this.filled + samples.length > this.input.length) return; // nobody pulls: the newest is lost
    this.input.set(samples, this.filled);
    this.filled += samples.length;
  }

  /** Drop what no output sample needs any more. */
  forget() {
    const done = Math.max(0, Math.floor(this.position) - this.reach);
    this.input.copyWithin(0, done, this.filled);
    this.filled -= done;
    this.position -= done;
  }

  /** The next output sample, or null when more input is needed. */
  pull() {
    const centre = Math.floor(this.position);
    if (centre + this.reach >= this.filled) return null;
    const { input, kernel, reach } = this;
    const past = (this.position - centre) * PHASES;
    const sum = side(input, kernel, centre, -1, past, reach) + side(input, kernel, centre + 1, 1, PHASES - past, reach);
    this.position += this.step;
    return sum;
  }
}

/**
 * One half of the sum around an output sample: `count` inputs from `place` outwards, the first `distance` phases away.
 * @param {Float32Array} input
 * @param {Float32Array} kernel
 * @param {number} place
 * @param {number} direction
 * @param {number} distance
 * @param {number} count
 */
function side(input, kernel, place, direction, distance, count) {
  const whole = distance | 0;
  const part = distance - whole;
  let sum = 0;
  for (let step = 0, at = whole; step < count; step++, at += PHASES, place += direction)
    sum += input[place] * (kernel[at] + part * (kernel[at + 1] - kernel[at]));
  return sum;
}

/** What the line has sent and nobody has heard yet. */
class JitterBuffer {
  constructor() {
    /** @type {Uint8Array[]} */
    this.chunks = [];
    this.offset = 0;
    this.length = 0;
    this.playing = false;
    this.underruns = 0;
  }

  /** @param {Uint8Array} chunk */
  push(chunk) {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length > AT_MOST) while (this.length > START_AFTER) this.pull();
    if (this.length >= START_AFTER) this.playing = true;
  }

  /** The next byte; silence while there is not enough. */
  next() {
    if (!this.playing) return SILENCE;
    if (this.length === 0) {
      this.playing = false;
      this.underruns += 1;
      return SILENCE;
    }
    return this.pull();
  }

  pull() {
    const byte = this.chunks[0][this.offset++];
    this.length -= 1;
    if (this.offset === this.chunks[0].length) {
      this.chunks.shift();
      this.offset = 0;
    }
    return byte;
  }

  clear() {
    this.chunks = [];
    this.offset = this.length = 0;
    this.playing = false;
  }
}

class SoftphoneProcessor extends AudioWorkletProcessor {
  constructor() {
    super();
    this.table = ulawDecodingTable();
    this.down = new Resampler(sampleRate, LINE_RATE);
    this.up = new Resampler(LINE_RATE, sampleRate);
    this.jitter = new JitterBuffer();
    this.frame = new Uint8Array(FRAME);
    this.inFrame = 0;
    this.talking = false;
    this.muted = false;
    this.one = new Float32Array(1);
    this.nothing = new Float32Array(128);
    this.resetLevels();
    this.port.onmessage = (event) => this.told(event.data);
  }

  /** @param {{type: string, frame?: Uint8Array, on?: boolean}} message */
  told(message) {
    if (message.type === "play" && message.frame) this.jitter.push(message.frame);
    else if (message.type === "clear") this.jitter.clear();
    else if (message.type === "talk") this.talking = Boolean(message.on);
    else if (message.type === "mute") this.muted = Boolean(message.on);
  }

  /**
   * @param {Float32Array[][]} inputs
   * @param {Float32Array[][]} outputs
   */
  process(inputs, outputs) {
    const heard = inputs[0]?.[0] ?? this.nothing;
    this.capture(this.muted ? this.nothing.subarray(0, heard.length) : heard);
    this.playInto(outputs[0]);
    this.reportLevels(heard.length);
    return true;
  }

  /** @param {Float32Array} samples */
  capture(samples) {
    for (const sample of samples) this.inputPower += sample * sample;
    this.down.push(samples);
    for (let sample = this.down.pull(); sample !== null; sample = this.down.pull()) {
      this.frame[this.inFrame++] = toUlaw(sample);
      if (this.inFrame === FRAME) this.sendFrame();
    }
  }

  sendFrame() {
    this.inFrame = 0;
    if (!this.talking) return;
    this.port.postMessage({ type: "frame", frame: this.frame }, [this.frame.buffer]);
    this.frame = new Uint8Array(FRAME);
  }

  /** @param {Float32Array[]} channels */
  playInto(channels) {
    const [first, ...others] = channels;
    for (let place = 0; place < first.length; place++) {
      let sample = this.up.pull();
      while (sample === null) {
        this.one[0] = this.table[this.jitter.next()];
        this.up.push(this.one);
        sample = this.up.pull();
      }
      first[place] = sample;
      this.outputPower += sample * sample;
    }
    for (const channel of others) channel.set(first);
  }

  resetLevels() {
    this.inputPower = this.outputPower = this.counted = 0;
  }

  /** @param {number} samples */
  reportLevels(samples) {
    this.counted += samples;
    if (this.counted < sampleRate / LEVELS_PER_SECOND) return;
    this.port.postMessage({
      type: "level",
      input: Math.sqrt(this.inputPower / this.counted),
      output: Math.sqrt(this.outputPower / this.counted),
      queued: (this.jitter.length * 1000) / LINE_RATE,
      underruns: this.jitter.underruns,
    });
    this.resetLevels();
  }
}

registerProcessor("softphone", SoftphoneProcessor);
