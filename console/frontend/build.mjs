// Bundles the screens' modules into ../static/build and writes manifest.json: asked-for name → built name.
import { build } from "esbuild";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "build");
const softphone = join(here, "..", "..", "exchange", "static");
const pages = ["page", "desk", "wall", "calls", "call", "designer", "scoring"];

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const result = await build({
  entryPoints: [...pages.map((name) => join(here, "src", `${name}.ts`)), join(here, "src", "screens.css")],
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  sourcemap: false,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  alias: { "softphone.js": join(softphone, "softphone.js") },
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [path, made] of Object.entries(result.metafile.outputs)) {
  if (made.entryPoint) manifest[basename(made.entryPoint).replace(/\.ts$/, ".js")] = basename(path);
}
// the worklet is a file of its own: the browser loads it into the audio thread by its address
await copyFile(join(softphone, "softphone-worklet.js"), join(out, "softphone-worklet.js"));
await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
