import { getPublicSuffix, parse } from "tldts";
import { partsOf } from "../sign-up/email";
import { ENTRA_ISSUER } from "../sign-up/sign-up";
import { classesOf } from "./classes";
import type { Concern } from "./concern";
import { classNames, type Entry } from "./entry";
import { mailProviders } from "./mail-providers";

/** Mail domains where anyone gets an address within a minute: the largest ones, for a question and no more. */
const freeMail = new Set([
  ...mailProviders.flatMap(({ domains }) => domains),
  ...(
    "126.com 163.com aim.com alice.it arcor.de att.net bell.net bellsouth.net bigpond.com bk.ru bluewin.ch bol.com.br btinternet.com " +
    "centrum.cz charter.net comcast.net cox.net docomo.ne.jp duck.com earthlink.net email.com ezweb.ne.jp fastmail.com foxmail.com " +
    "free.fr freemail.hu freenet.de hanmail.net hey.com hushmail.com i.softbank.jp inbox.com inbox.lv inbox.ru interia.pl " +
    "juno.com kakao.com keemail.me laposte.net libero.it list.ru mail.com mail.de mail.ee mail.ru mailbox.org nate.com naver.com " +
    "neuf.fr ntlworld.com o2.pl onet.pl op.pl optonline.net optusnet.com.au orange.fr posteo.de qq.com rambler.ru rediffmail.com " +
    "rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com sympatico.ca t-online.de " +
    "talktalk.net tele2.nl telenet.be telus.net terra.com.br tiscali.it tuta.com tuta.io tutamail.com tutanota.com tutanota.de ukr.net " +
    "uol.com.br usa.com verizon.net videotron.ca vip.qq.com virgilio.it virginmedia.com volny.cz walla.co.il wanadoo.fr web.de wp.pl " +
    "yeah.net ziggo.nl zohomail.com"
  ).split(" "),
]);

/** Providers with a domain of the same name in many countries: yahoo.co.uk, gmx.at. */
const freeMailBrands = new Set("aol gmx hotmail live outlook rocketmail yahoo yandex ymail zoho".split(" "));

/** Where anyone can register a name, though the public suffix list has them not: Entra's own names of tenants. */
const anyonesSuffixes = new Set(["onmicrosoft.com", "onmicrosoft.us", "onmicrosoft.cn"]);

/** Why allowing an entry lets in more people than an operator may think; undefined where it does not. @param issuer the row's own column */
export function tooOpen(entry: Entry, issuer?: string): Concern | undefined {
  switch (entry.kind) {
    case "everyone":
      // Who has signed in with Google is still anyone.
      return issuer === undefined ? { code: "everyone", about: "*" } : { code: "everyoneOf", about: issuer };
    case "class":
      return { code: "class", about: entry.name };
    case "issuer":
      return { code: "issuer", about: entry.issuer };
    case "domain":
    case "wildcard":
      if (isFreeMail(entry.domain)) return { code: "freeMail", about: entry.domain };
      if (!isPublicSuffix(entry.domain) && !anyonesSuffixes.has(entry.domain)) return undefined;
      return { code: entry.kind === "domain" ? "suffix" : "allUnderSuffix", about: entry.domain };
    case "account":
    case "address":
      return undefined;
  }
}

/**
 * Why denying an entry shuts out more people than an operator may think; undefined where it does not.
 * @param own addresses and domains of the operators themselves
 */
export function tooClosed(entry: Entry, own: readonly string[] = []): Concern | undefined {
  switch (entry.kind) {
    case "everyone":
      return { code: "deniesEveryone", about: "*" };
    case "issuer":
      return { code: "deniesIssuer", about: entry.issuer };
    case "domain":
    case "wildcard": {
      const { kind, domain } = entry;
      const reached = own
        .map((each) => partsOf(each).domain)
        .find((each) => (kind === "domain" ? each === domain : each.endsWith(`.${domain}`)));
      if (reached !== undefined) return { code: "deniesOwn", about: reached };
      return kind === "wildcard" && isPublicSuffix(domain) ? { code: "deniesSuffix", about: domain } : undefined;
    }
    case "account":
    case "address":
    case "class":
      return undefined;
  }
}

function isFreeMail(domain: string): boolean {
  if (freeMail.has(domain) || classesOf(domain, classNames).length > 0) return true;
  const { domain: registered, domainWithoutSuffix } = parse(domain, { allowPrivateDomains: true });
  return registered === domain && freeMailBrands.has(domainWithoutSuffix ?? "");
}

/** Whether anyone can register a name under a domain: `com`, `co.uk`, `github.io`. */
function isPublicSuffix(domain: string): boolean {
  return getPublicSuffix(domain, { allowPrivateDomains: true }) === domain;
}

/** A person without a provider counts as coming from the last. */
const known = ["google.com", "facebook.com", "mail", ENTRA_ISSUER];

/**
 * The providers that a row names and from which nobody is likely to come. A federation of the operator's own goes by its domain
 * or URL, of which nothing is known here.
 * @param issuer the row's own column
 */
export function unknownIssuers(entry: Entry, issuer: string | undefined): readonly Concern[] {
  const named = new Set(["issuer" in entry ? entry.issuer : undefined, issuer]);
  return [...named].flatMap((each) =>
    each === undefined || known.includes(each) || /[.:]/.test(each) ? [] : [{ code: "unknownIssuer", about: each }],
  );
}
