import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as v from "valibot";

/** A bundle's text, and the hash of each file from which it was built. */
const keptBundle = v.object({ text: v.string(), inputs: v.record(v.string(), v.string()) });

export function hashContent(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Returns the kept bundle. Undefined if there is none, or if a file from which it was built has changed. */
export function readKept(file: string): Uint8Array | undefined {
  try {
    const { text, inputs } = v.parse(keptBundle, JSON.parse(readFileSync(file, "utf8")));
    const isUnchanged = Object.entries(inputs).every(([input, hash]) => hashContent(readFileSync(input)) === hash);
    return isUnchanged ? Buffer.from(text) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a bundle whole, or not at all. @param inputs paths of the files from which the bundle was built */
export function keepBundle(file: string, text: Uint8Array, inputs: readonly string[]): void {
  try {
    const hashes = Object.fromEntries(inputs.map((input) => [input, hashContent(readFileSync(input))]));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify({ text: Buffer.from(text).toString("utf8"), inputs: hashes }));
    renameSync(`${file}.${process.pid}`, file);
  } catch {}
}
