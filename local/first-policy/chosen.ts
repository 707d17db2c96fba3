import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { normaliseDomain } from "../../engine/sign-up/email";
import { partnerDomain } from "../../features/partners/domain";
import { packageRoot } from "../../lib/package-root";
import { SAMPLE_POLICIES } from "../../lib/policy-folder/policy-path";
import type { TypedDomains, WhoAnswer } from "../../simulator/pages/who-answers";

/** A policy's files by their paths in its folder, with `/` between folders. */
export type PolicyFiles = ReadonlyMap<string, string>;

/** Where an answer says who may sign up. */
export const WHO_FILE = "who.ts";
/** In the sample's files, where the chosen domains belong. */
const SAMPLE_DOMAIN = "contoso.com";

/** The domains in a text as people type one after the other. */
export function domainsIn(typed: string): TypedDomains {
  const words = typed.split(/[\s,;]+/).filter((word) => word !== "");
  const read = words.map((word) => ({ word, domain: normaliseDomain(word.replace(/^@/, "")) }));
  const isRight = (domain: string | undefined): domain is string => domain?.includes(".") === true;
  const domains = [...new Set(read.flatMap(({ domain }) => (isRight(domain) ? [domain] : [])))];
  return {
    domains,
    // Domains of no single partner: free mail, throw-away mail, a public suffix.
    anyones: domains.filter((domain) => "flaw" in partnerDomain(domain)),
    wrong: read.flatMap(({ word, domain }) => (isRight(domain) ? [] : [word])),
  };
}

/** The policy that an answer to "Who may sign up?" comes to, with its cases: a sample, with the domains that were chosen. */
export function filesOf({ who, domains }: WhoAnswer): PolicyFiles {
  const [first = SAMPLE_DOMAIN] = domains;
  const named = (text: string) =>
    text.replaceAll(`["${SAMPLE_DOMAIN}"]`, `[${domains.map((domain) => JSON.stringify(domain)).join(", ")}]`);
  const placed = (text: string) => named(text).replaceAll(SAMPLE_DOMAIN, first);
  const files = filesIn(join(packageRoot, SAMPLE_POLICIES, `who-${who}`));
  return domains.length === 0 ? files : new Map([...files].map(([path, text]) => [path, placed(text)]));
}

/** All that is in a policy's folder; nothing where there is none. */
export function filesIn(folder: string): PolicyFiles {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.sort().map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path, "utf8")]));
}

/** The domains that a policy's `who.ts` names, as an answer wrote them; none for a folder that has no such file. */
export function domainsOf(folder: string): readonly string[] {
  try {
    return domainsNamed(readFileSync(join(folder, WHO_FILE), "utf8"));
  } catch {
    return [];
  }
}

/** @param text of `who.ts` */
export function domainsNamed(text: string): readonly string[] {
  const [, list = ""] = /\bdomains: \[([^\]]*)\]/.exec(text) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].flatMap(([, domain]) => domain ?? []);
}
