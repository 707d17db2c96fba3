import { createHash } from "node:crypto";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { swap } from "../policies/files";
import { type ChangedLine, type WhoAnswer, type WhoChange, whoAnswers } from "./answers";
import { buildPolicyFiles, type PolicyFiles, parseDomainList, WHO_FILE } from "./chosen";

interface WhoPlan {
  readonly writes: PolicyFiles;
  /** Files that the package or an earlier answer wrote, and that the new policy does not need. */
  readonly removes: readonly string[];
  /** Hand-written lines that the answer replaces. */
  readonly changes: readonly WhoChange[];
  /** Hand-written files that stay. */
  readonly kept: readonly string[];
  /** Identifies the folder's state. A person's consent to the changes is valid only for this state. */
  readonly seen: string;
}

/**
 * Hashes of the shipped files. The files themselves cannot be compared, because people who work in a clone edit them. The suite
 * test/local/first-policy prints the hashes.
 */
export const shippedHashes: Readonly<Record<string, string>> = {
  "after-sign-in.ts": "630f0b7407916e8e",
  "before-create-user.ts": "d1c093230e5a5217",
  "cases/access-list.csv": "365d52666c87e8f5",
  "cases/after-sign-in.json": "edfa2d4cff9b6b43",
  "cases/before-create-user.json": "e2cb19e4b65c53e0",
};

export function isAsShipped(files: PolicyFiles): boolean {
  const code = [...files].filter(([path]) => path.endsWith(".ts"));
  return code.length === 2 && code.every(([path, text]) => isShippedFile(path, text));
}

/** @param schema path from the cases to their schema */
export function planFor(chosen: WhoAnswer, now: PolicyFiles, schema: string): WhoPlan {
  const wantedFiles = new Map([...buildPolicyFiles(chosen)].map(([path, text]) => [path, text.replace(SCHEMA, `$1${schema}"`)]));
  const isSame = (path: string, text: string) => plain(wantedFiles.get(path) ?? "") === plain(text);
  const shippedFiles = ownFiles(now);
  // If hand-written cases stay, the CSV files stay too, because the cases may use their rows.
  const keepsCases = [...shippedFiles.keys()].some((path) => path.startsWith("cases/") && !wantedFiles.has(path));
  return {
    writes: new Map([...wantedFiles].filter(([path]) => !now.has(path) || !isSame(path, now.get(path) as string))),
    removes: [...now.keys()].filter((path) => !wantedFiles.has(path) && !shippedFiles.has(path) && !(keepsCases && path.endsWith(".csv"))),
    changes: [...shippedFiles].flatMap(([path, text]) =>
      wantedFiles.has(path) && !isSame(path, text) ? [{ file: path, lines: changedLines(text, wantedFiles.get(path) as string) }] : [],
    ),
    // Every policy can use the project file and the people.
    kept: [...shippedFiles.keys()].filter((path) => !wantedFiles.has(path) && path !== "tsconfig.json" && !path.startsWith("people/")),
    seen: seenIn(now),
  };
}

export function seenIn(now: PolicyFiles): string {
  return hashText(JSON.stringify([...now]));
}

/** Finds files that neither the package nor an answer wrote. An answer's files are computed with the policy's current domains. */
function ownFiles(now: PolicyFiles): PolicyFiles {
  const domains = parseDomainList(now.get(WHO_FILE) ?? "");
  const fileSets = whoAnswers.map((who) => buildPolicyFiles({ who, domains: who === "domains" ? domains : [] }));
  const isWritten = (path: string, text: string) =>
    fileSets.some((files) => files.has(path) && plain(files.get(path) as string) === plain(text));
  return new Map([...now].filter(([path, text]) => !isShippedFile(path, text) && !isWritten(path, text)));
}

function isShippedFile(path: string, text: string): boolean {
  return Object.hasOwn(shippedHashes, path) && shippedHashes[path] === fingerprint(text);
}

export function fingerprint(text: string): string {
  return hashText(plain(text));
}

function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

const SCHEMA = /("\$schema": *")[^"]*"/;

/** Files that differ only in the schema's path or in line endings count as equal. */
function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(SCHEMA, '$1"');
}

export function changedLines(before: string, after: string): readonly ChangedLine[] {
  const [one, other] = [before, after].map((text) => text.split(/\r?\n/)) as [string[], string[]];
  const common = commonLengths(one, other);
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  const lines: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    const [left, right] = [one[i], other[j]];
    if (left !== undefined && left === right) {
      lines.push({ sign: " ", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: "-", text: left });
      i += 1;
    } else {
      lines.push({ sign: "+", text: right as string });
      j += 1;
    }
  }
  return lines;
}

/** [i][j] is the length of the longest common subsequence of `one` from line i on and `other` from line j on. */
function commonLengths(one: readonly string[], other: readonly string[]): readonly (readonly number[])[] {
  const lengths = [...one, ""].map(() => [...other, ""].map(() => 0));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--) {
      const row = lengths[i] as number[];
      row[j] = one[i] === other[j] ? (lengths[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(lengths[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  return lengths;
}

/** A policy is shared by a team, unlike the instance's other files. */
const SHARED_FILE = 0o644;
const SHARED_FOLDER = 0o755;

/**
 * Builds and tests a draft beside the policy's folder. Then copies the folder to `before`, and replaces the folder by the draft. So the
 * policy is never half-written.
 * @param before the folder for the copy
 * @param assertUsable rejects if a folder holds no usable policy. Nothing has changed then.
 * @param isUnchanged returns false if a file was saved since the plan was made. Nothing changes then either.
 */
export async function writePlan(
  folder: string,
  { writes, removes }: Pick<WhoPlan, "writes" | "removes">,
  { before, assertUsable, isUnchanged }: { readonly before: string; assertUsable(draft: string): Promise<void>; isUnchanged(): boolean },
): Promise<void> {
  // The draft is at the folder's depth, so that relative imports of its files still work.
  const draft = mkdtempSync(join(dirname(folder), ".gatehouse-policy-"));
  try {
    copy(folder, draft);
    for (const path of removes) rmSync(join(draft, path), { force: true });
    for (const [path, text] of writes) writeShared(draft, path, text);
    await assertUsable(draft);
    if (!isUnchanged()) throw new Error("A file of the policy was saved meanwhile. Nothing was written: answer again.");
    copy(folder, before);
    swap(folder, draft);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function copy(from: string, to: string): void {
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  // The process's umask makes new folders private, so the modes of the original folders are set.
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true }).filter((each) => each.isDirectory())) {
    const path = relative(from, join(entry.parentPath, entry.name));
    chmodSync(join(to, path), statSync(join(from, path)).mode);
  }
  chmodSync(to, SHARED_FOLDER);
}

function writeShared(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  if (mkdirSync(dirname(file), { recursive: true, mode: SHARED_FOLDER }) !== undefined) chmodSync(dirname(file), SHARED_FOLDER);
  writeFileSync(file, text);
  chmodSync(file, SHARED_FILE);
}
