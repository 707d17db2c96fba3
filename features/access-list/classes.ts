import { listParentDomains } from "../../engine/sign-up/email";
import { freeMail } from "../free-mail/domains";
import type { ClassName } from "./entry";

// Constants that esbuild sets in a build. If no rule of a step uses a class, their values make esbuild drop the data of the class. Outside
// a build, the constants are undeclared, so check them with `typeof`.
declare const GATEHOUSE_DATA_CONSUMER: string | undefined;
declare const GATEHOUSE_DATA_DISPOSABLE: string | undefined;
declare const GATEHOUSE_CLASS_CONSUMER: string | undefined;

type Domains = ReadonlySet<string>;

/**
 * Names in the list of the package email-providers that do not count as consumer domains, because anyone can register a domain under them,
 * such as `contoso.com.ar`.
 */
const suffixes =
  "cloudns.asia com.ar ddnsfree.com dns-cloud.net dnsabr.com dynu.net f5.si gleeze.com kozow.com msk.ru net.ua nom.za org.ua pp.ua spb.ru web.id za.com zp.ua";

/**
 * Names in the list of the package email-providers that do not count as consumer domains, because these organisations give only their own
 * people an address.
 */
const organisations = "bt.com live.mdx.ac.uk live.vu.edu.au mail.bcu.ac.uk nus.edu.sg";

/**
 * Domains at which anyone can get a mailbox: those of the package email-providers, unless the build drops its data, and those of the
 * largest providers.
 */
const loadConsumer = (): Domains => {
  const domains = new Set<string>([
    ...(typeof GATEHOUSE_DATA_CONSUMER === "string" && GATEHOUSE_DATA_CONSUMER === "absent"
      ? []
      : (require("email-providers/all.json") as readonly string[])),
    ...freeMail,
  ]);
  for (const name of `${suffixes} ${organisations}`.split(" ")) domains.delete(name);
  return domains;
};

/** Domains of private relays, whose addresses forward mail to a hidden mailbox. They are few and do not change, so they are listed here. */
const relays: Domains = new Set([
  "privaterelay.appleid.com", // Apple, Hide My Email for apps
  "mozmail.com", // Firefox Relay, custom subdomains included
  "relay.firefox.com", // Firefox Relay's first addresses
  "duck.com", // DuckDuckGo Email Protection
]);

const loadDisposable = (): Domains =>
  typeof GATEHOUSE_DATA_DISPOSABLE === "string" && GATEHOUSE_DATA_DISPOSABLE === "absent"
    ? new Set()
    : (require("disposable-email-domains-js") as typeof import("disposable-email-domains-js")).disposableEmailBlocklistSet();

const loaders = {
  disposable: loadDisposable,
  relay: () => relays,
  ...(typeof GATEHOUSE_CLASS_CONSUMER === "string" && GATEHOUSE_CLASS_CONSUMER === "unused" ? undefined : { consumer: loadConsumer }),
} as Readonly<Record<ClassName, () => Domains>>;
/** Loads the domains of a class on first use, and caches them. */
export function classLookup(): (domain: string, among: readonly ClassName[]) => readonly ClassName[] {
  const loadedClasses = new Map<ClassName, Domains>();
  const loadDomains = (name: ClassName): Domains => {
    const domains = loadedClasses.get(name) ?? loaders[name]();
    loadedClasses.set(name, domains);
    return domains;
  };
  return (domain, among) => among.filter((name) => [domain, ...listParentDomains(domain)].some((each) => loadDomains(name).has(each)));
}

/** Returns the classes that a domain belongs to, directly or through a parent domain. */
export const classesOf = classLookup();
