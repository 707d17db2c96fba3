import { parentsOf } from "../sign-up/email";
import type { ClassName } from "./entry";

type Domains = ReadonlySet<string>;

/** Private relays: addresses that forward to a person who stays hidden. Constant domains, few enough to keep here. */
const relays: Domains = new Set([
  "privaterelay.appleid.com", // Apple, Hide My Email for apps
  "mozmail.com", // Firefox Relay, custom subdomains included
  "relay.firefox.com", // Firefox Relay's first addresses
  "duck.com", // DuckDuckGo Email Protection
]);

// A constant of the build, not an environment: esbuild replaces the expression by "absent" where no rule of the step uses
// the class, and drops the data with it. Only an expression of this form can be replaced so.
const loadDisposable = (): Domains =>
  // biome-ignore lint/style/noRestrictedGlobals: see above.
  process.env.GATEHOUSE_DATA_DISPOSABLE === "absent"
    ? new Set()
    : (require("disposable-email-domains-js") as typeof import("disposable-email-domains-js")).disposableEmailBlocklistSet();

const loaders: Readonly<Record<ClassName, () => Domains>> = { disposable: loadDisposable, relay: () => relays };
const loaded = new Map<ClassName, Domains>();

function domainsOf(name: ClassName): Domains {
  let domains = loaded.get(name);
  if (domains === undefined) {
    domains = loaders[name]();
    loaded.set(name, domains);
  }
  return domains;
}

/** Which of these classes a domain belongs to, itself or through a domain above it. */
export function classesOf(domain: string, among: readonly ClassName[]): readonly ClassName[] {
  return among.filter((name) => [domain, ...parentsOf(domain)].some((each) => domainsOf(name).has(each)));
}
