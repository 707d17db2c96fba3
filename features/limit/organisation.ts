declare const GATEHOUSE_DATA_SUFFIXES: string | undefined;

/** The name under which `uses` asks for the list of public suffixes. */
export const SUFFIX_DATA = "suffixes";

// A constant of the build: without such a limit, esbuild leaves the list of suffixes outside the step's bundle.
const tldts =
  typeof GATEHOUSE_DATA_SUFFIXES === "string" && GATEHOUSE_DATA_SUFFIXES === "absent"
    ? undefined
    : (require("tldts") as typeof import("tldts"));

/**
 * Returns the registrable domain, `contoso.co.uk` of `mail.hr.contoso.co.uk`. Names below a private suffix (`github.io`,
 * `onmicrosoft.com`) belong to its owner: anybody gets any number of them for nothing.
 */
export function organisationOf(domain: string): string {
  return tldts?.getDomain(domain, { validateHostname: false, detectIp: false, extractHostname: false }) ?? domain;
}
