import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readTypedDomain } from "../../engine/meant-entries";
import { newPartnerDomain } from "../../features/partners/entries";
import { packageRoot } from "../../lib/app-root";
import { SAMPLE_POLICIES } from "../../lib/policy-folder/policy-files";
import type { TypedDomains, WhoAnswer } from "./answers";

/** Files by their paths in the policy's folder, with `/` between folders. */
export type PolicyFiles = ReadonlyMap<string, string>;

/** The policy's file that is written from the answer to "Who may sign up?". */
export const WHO_FILE = "who.ts";
/** Stands for the chosen domains in the sample's files. */
const SAMPLE_DOMAIN = "contoso.com";

export function domainsIn(typedText: string): TypedDomains {
  const words = typedText.split(/[\s,;]+/).filter((word) => word !== "");
  const read = words.map((word) => ({ word, domain: readTypedDomain(word) }));
  const isRight = (domain: string | undefined): domain is string => domain?.includes(".") === true;
  const domains = [...new Set(read.flatMap(({ domain }) => (isRight(domain) ? [domain] : [])))];
  return {
    domains,
    // Domains that belong to no single partner: free mail, throw-away mail, a public suffix.
    anyones: domains.filter((domain) => "flaw" in newPartnerDomain(domain, false)),
    wrong: read.flatMap(({ word, domain }) => (isRight(domain) ? [] : [word])),
  };
}

/** Builds the policy and the cases of an answer from a sample. */
export function buildPolicyFiles({ who, domains }: WhoAnswer): PolicyFiles {
  const [first = SAMPLE_DOMAIN] = domains;
  const insertDomainList = (text: string) =>
    text.replaceAll(`["${SAMPLE_DOMAIN}"]`, `[${domains.map((domain) => JSON.stringify(domain)).join(", ")}]`);
  const insertDomains = (text: string) => insertDomainList(text).replaceAll(SAMPLE_DOMAIN, first);
  const files = filesIn(join(packageRoot, SAMPLE_POLICIES, `who-${who}`));
  return domains.length === 0 ? files : new Map([...files].map(([path, text]) => [path, insertDomains(text)]));
}

export function filesIn(folder: string): PolicyFiles {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.sort().map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path, "utf8")]));
}

/** Returns the domains in the folder's `who.ts`. Empty if there is no such file. */
export function readPolicyDomains(folder: string): readonly string[] {
  try {
    return parseDomainList(readFileSync(join(folder, WHO_FILE), "utf8"));
  } catch {
    return [];
  }
}

/** @param text of `who.ts` */
export function parseDomainList(text: string): readonly string[] {
  const [, list = ""] = /\bdomains: \[([^\]]*)\]/.exec(text) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].flatMap(([, domain]) => domain ?? []);
}
