// The picture of a recording: the caller's loudness above the line, the other side's below.
export interface Peaks {
  seconds: number;
  channels: number[][];
}

const quiet = 0.08; // below this nothing is made taller: silence is to look like silence

export function drawWave(canvas: HTMLCanvasElement, peaks: Peaks, played: number): void {
  const scale = devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.scale(scale, scale);
  const [caller, other] = ["--accent", "--busy"].map((name) => colour(canvas, name));
  const half = height / 2;
  const rows = peaks.channels.length > 1 ? peaks.channels : [peaks.channels[0] ?? [], peaks.channels[0] ?? []];
  const highest = Math.max(quiet, ...rows.slice(0, 2).map((row) => loudest(row, 0, 1)));
  rows.slice(0, 2).forEach((row, side) => {
    for (let x = 0; x < width; x += 3) {
      const loud = loudest(row, x / width, (x + 3) / width) / highest;
      const tall = Math.max(1, loud * (half - 4));
      pen.globalAlpha = x / width <= played ? 1 : 0.45;
      pen.fillStyle = (side === 0 ? caller : other) ?? "gray";
      pen.fillRect(x, side === 0 ? half - 1 - tall : half + 1, 2, tall);
    }
  });
  pen.globalAlpha = 1;
  pen.fillStyle = colour(canvas, "--ink");
  if (played > 0) pen.fillRect(Math.min(width - 1, played * width), 0, 1, height);
}

function loudest(row: number[], from: number, to: number): number {
  const first = Math.floor(from * row.length);
  return row.slice(first, Math.max(first + 1, Math.floor(to * row.length))).reduce((most, one) => Math.max(most, one), 0);
}

// a custom property may hold light-dark(); only a computed colour has decided
function colour(canvas: HTMLCanvasElement, name: string): string {
  const probe = canvas.style;
  const before = probe.color;
  probe.color = `var(${name})`;
  const decided = getComputedStyle(canvas).color;
  probe.color = before;
  return decided;
}
