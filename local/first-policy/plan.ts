import { createHash } from "node:crypto";
import { type WhoAnswer, type WhoChange, whoAnswers } from "./answers";
import { changedLines } from "./changed-lines";
import { buildPolicyFiles, domainsNamed, type PolicyFiles, WHO_FILE } from "./chosen";

export interface WhoPlan {
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
    kept: [...shippedFiles.keys()].filter((path) => !wantedFiles.has(path) && !isPartOfAll(path)),
    seen: seenIn(now),
  };
}

export function seenIn(now: PolicyFiles): string {
  return hashText(JSON.stringify([...now]));
}

/** Finds files that neither the package nor an answer wrote. An answer's files are computed with the policy's current domains. */
function ownFiles(now: PolicyFiles): PolicyFiles {
  const domains = domainsNamed(now.get(WHO_FILE) ?? "");
  const fileSets = whoAnswers.map((who) => buildPolicyFiles({ who, domains: who === "domains" ? domains : [] }));
  const isWritten = (path: string, text: string) =>
    fileSets.some((files) => files.has(path) && plain(files.get(path) as string) === plain(text));
  return new Map([...now].filter(([path, text]) => !isShippedFile(path, text) && !isWritten(path, text)));
}

/** True for files that every policy can use. `kept` does not list them. */
function isPartOfAll(path: string): boolean {
  return path === "tsconfig.json" || path.startsWith("people/");
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
