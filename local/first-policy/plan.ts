import { createHash } from "node:crypto";
import { type WhoAnswer, type WhoChange, whoAnswers } from "../../simulator/pages/who-answers";
import { changedLines } from "./changed-lines";
import { domainsNamed, filesOf, type PolicyFiles, WHO_FILE } from "./chosen";

/** The effect of writing an answer. */
export interface WhoPlan {
  readonly writes: PolicyFiles;
  /** Files of the earlier policy that this one does not need. */
  readonly removes: readonly string[];
  /** Hand-written lines that the answer replaces. */
  readonly changes: readonly WhoChange[];
  /** Hand-written files that stay. */
  readonly kept: readonly string[];
  /** Of the folder as it was read: who agrees to the changes agrees to those of this folder. */
  readonly seen: string;
}

/**
 * The policy that is shipped, by what its files come to: where this is a clone, that very folder is edited.
 * The suite test/local/first-policy says what to write here.
 */
export const shipped: Readonly<Record<string, string>> = {
  "after-sign-in.ts": "b042979e3d9fabec",
  "before-create-user.ts": "3e45256ce20dddce",
  "cases/access-list.csv": "365d52666c87e8f5",
  "cases/after-sign-in.json": "edfa2d4cff9b6b43",
  "cases/before-create-user.json": "e2cb19e4b65c53e0",
};

/** True if the policy still does what the shipped one does. */
export function isAsShipped(files: PolicyFiles): boolean {
  const code = [...files].filter(([path]) => path.endsWith(".ts"));
  return code.length === 2 && code.every(([path, text]) => isShippedFile(path, text));
}

/** Plans an answer's effect on a folder. @param schema of cases, from where they lie */
export function planFor(chosen: WhoAnswer, now: PolicyFiles, schema: string): WhoPlan {
  const wanted = new Map([...filesOf(chosen)].map(([path, text]) => [path, text.replace(SCHEMA, `$1${schema}"`)]));
  const isSame = (path: string, text: string) => plain(wanted.get(path) ?? "") === plain(text);
  const own = ownFiles(now);
  // Their rows are in the tables beside them.
  const keepsCases = [...own.keys()].some((path) => path.startsWith("cases/") && !wanted.has(path));
  return {
    writes: new Map([...wanted].filter(([path]) => !now.has(path) || !isSame(path, now.get(path) as string))),
    removes: [...now.keys()].filter((path) => !wanted.has(path) && !own.has(path) && !(keepsCases && path.endsWith(".csv"))),
    changes: [...own].flatMap(([path, text]) =>
      wanted.has(path) && !isSame(path, text) ? [{ file: path, lines: changedLines(text, wanted.get(path) as string) }] : [],
    ),
    kept: [...own.keys()].filter((path) => !wanted.has(path) && !isPartOfAll(path)),
    seen: seenIn(now),
  };
}

/** Identifies a plan's state of the folder, for the agreement to it. */
export function seenIn(now: PolicyFiles): string {
  return hashOf(JSON.stringify([...now]));
}

/** Files that neither the package nor an answer wrote, with the domains that the policy names now. */
function ownFiles(now: PolicyFiles): PolicyFiles {
  const domains = domainsNamed(now.get(WHO_FILE) ?? "");
  const written = whoAnswers.map((who) => filesOf({ who, domains: who === "domains" ? domains : [] }));
  const isWritten = (path: string, text: string) =>
    written.some((files) => files.has(path) && plain(files.get(path) as string) === plain(text));
  return new Map([...now].filter(([path, text]) => !isShippedFile(path, text) && !isWritten(path, text)));
}

/** True for files that serve any policy: a plan does not mention them. */
function isPartOfAll(path: string): boolean {
  return path === "tsconfig.json" || path.startsWith("people/");
}

function isShippedFile(path: string, text: string): boolean {
  return Object.hasOwn(shipped, path) && shipped[path] === fingerprint(text);
}

/** Of what a file says. */
export function fingerprint(text: string): string {
  return hashOf(plain(text));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

const SCHEMA = /("\$schema": *")[^"]*"/;

/** Wherever the schema of cases lies from here, and however the lines end. */
function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(SCHEMA, '$1"');
}
