import { parentsOf } from "../sign-up/email";
import type { ClassName } from "./entry";
import { freeMail } from "./free-mail-domains";

type Domains = ReadonlySet<string>;

/** Names of the package below which anyone can register a domain: `contoso.com.ar` is no consumer's. */
const suffixes =
  "cloudns.asia com.ar ddnsfree.com dns-cloud.net dnsabr.com dynu.net f5.si gleeze.com kozow.com msk.ru net.ua nom.za org.ua pp.ua spb.ru web.id za.com zp.ua";

/** Mail that anybody gets for themselves: the package's list, and the largest providers whether it has them or not. */
const loadConsumer = (): Domains => {
  const domains = new Set<string>([
    // biome-ignore lint/style/noRestrictedGlobals: a constant of the build, see below.
    ...(process.env.GATEHOUSE_DATA_CONSUMER === "absent" ? [] : (require("email-providers/all.json") as readonly string[])),
    ...freeMail,
  ]);
  for (const suffix of suffixes.split(" ")) domains.delete(suffix);
  return domains;
};

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

const loaders = {
  disposable: loadDisposable,
  relay: () => relays,
  // biome-ignore lint/style/noRestrictedGlobals: see entry.ts.
  ...(process.env.GATEHOUSE_CLASS_CONSUMER === "unused" ? undefined : { consumer: loadConsumer }),
} as Readonly<Record<ClassName, () => Domains>>;
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
