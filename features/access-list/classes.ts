import { listParentDomains } from "../../engine/sign-up/email";
import { freeMail } from "../free-mail/domains";
import type { ClassName } from "./entry";

// Constants of esbuild's build: they drop the data of classes that no rule of a step uses. Undeclared outside a build: use `typeof`.
declare const GATEHOUSE_DATA_CONSUMER: string | undefined;
declare const GATEHOUSE_DATA_DISPOSABLE: string | undefined;
declare const GATEHOUSE_CLASS_CONSUMER: string | undefined;

type Domains = ReadonlySet<string>;

/** Names in email-providers that are no consumer domains, because anyone can register a domain under them: `contoso.com.ar`. */
const suffixes =
  "cloudns.asia com.ar ddnsfree.com dns-cloud.net dnsabr.com dynu.net f5.si gleeze.com kozow.com msk.ru net.ua nom.za org.ua pp.ua spb.ru web.id za.com zp.ua";

/** Names in email-providers that are no consumer domains, because these organisations give addresses only to their own people. */
const organisations = "bt.com live.mdx.ac.uk live.vu.edu.au mail.bcu.ac.uk nus.edu.sg";

/** Domains at which anyone can get a mailbox. */
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

/** Domains of private relays, which forward mail to a hidden mailbox. Listed here because they are few and do not change. */
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
export function classLookup(): (domain: string, among: readonly ClassName[]) => readonly ClassName[] {
  const loadedClasses = new Map<ClassName, Domains>();
  const loadDomains = (name: ClassName): Domains => {
    const domains = loadedClasses.get(name) ?? loaders[name]();
    loadedClasses.set(name, domains);
    return domains;
  };
  return (domain, among) => among.filter((name) => [domain, ...listParentDomains(domain)].some((each) => loadDomains(name).has(each)));
}

/** The classes that a domain belongs to, directly or through a parent domain. */
export const classesOf = classLookup();
