// Runs the softphone's worklet without a browser: argv = the worklet, the context's sample rate; prints JSON.
import fs from "node:fs";

const [path, rateText] = process.argv.slice(2);
const rate = Number(rateText);
const posted = [];
class AudioWorkletProcessor {
  port = { postMessage: (message) => posted.push(message) };
}
let Phone;
const names = ["sampleRate", "AudioWorkletProcessor", "registerProcessor"];
const body = `${fs.readFileSync(path, "utf8")}; return { toUlaw, ulawDecodingTable };`;
const { toUlaw, ulawDecodingTable } = new Function(...names, body)(rate, AudioWorkletProcessor, (_, kind) => (Phone = kind));

function captured(frequency, { seconds = 1, mute = false } = {}) {
  const phone = new Phone();
  phone.told({ type: "talk", on: true });
  phone.told({ type: "mute", on: mute });
  posted.length = 0;
  for (let at = 0; at < rate * seconds; at += 128) {
    const input = Float32Array.from({ length: 128 }, (_, i) => 0.5 * Math.sin((2 * Math.PI * frequency * (at + i)) / rate));
    phone.process([[input]], [[new Float32Array(128)]]);
  }
  return posted.filter(({ type }) => type === "frame").map(({ frame }) => [...frame]);
}

function played(frames, seconds) {
  const phone = new Phone();
  const heard = [];
  for (let at = 0; at < rate * seconds; at += 128) {
    while (frames.length && frames[0].due <= at / rate) phone.told({ type: "play", frame: frames.shift().sound });
    const output = new Float32Array(128);
    phone.process([[]], [[output]]);
    heard.push(...output);
  }
  return { heard, underruns: phone.jitter.underruns, queued: phone.jitter.length };
}

const tone = (from, to) => Uint8Array.from({ length: to - from }, (_, i) => toUlaw(0.5 * Math.sin((2 * Math.PI * 1000 * (from + i)) / 8000)));
const steady = Array.from({ length: 100 }, (_, n) => ({ due: n * 0.02 + (n % 3) * 0.008, sound: tone(n * 160, n * 160 + 160) }));
const gap = steady.slice(0, 20).map(({ due, sound }, n) => ({ due: n < 10 ? due : due + 1, sound }));
const flood = Array.from({ length: 100 }, () => ({ due: 0, sound: tone(0, 160) }));

console.log(JSON.stringify({
  encoded: Array.from({ length: 65536 }, (_, i) => toUlaw((i - 32768) / 32768)),
  decoded: [...ulawDecodingTable()].map((value) => Math.round(value * 32768)),
  captured: Object.fromEntries([440, 3000, 5000, 12000].map((frequency) => [frequency, captured(frequency)])),
  muted: captured(440, { mute: true }),
  steady: played(steady, 2),
  gap: { underruns: played(gap, 2).underruns },
  flood: { queued: played(flood, 0.01).queued },
}));
