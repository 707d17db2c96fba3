import type { LocalServer } from "../aws/server";
import { json } from "./misbehaviours";
import { jsonAnswer, type Received, type StandInAnswer, serveSystem, type Watch } from "./outside-system";

/** Exchanges of domains that people try. Any other domain takes its mail itself. */
const exchanges: Readonly<Record<string, readonly string[]>> = {
  "gmail.com": ["gmail-smtp-in.l.google.com"],
  "outlook.com": ["outlook-com.olc.protection.outlook.com"],
  "naver.com": ["mx1.naver.com"],
  "contoso.com": ["contoso-com.mail.protection.outlook.com"],
  "fabrikam.com": ["fabrikam-com.mail.protection.outlook.com"],
  "adatum.com": ["aspmx.l.google.com"],
};

/**
 * A stand-in for the DNS, which `mailFacts` asks for a domain's exchanges: `GET /mx/contoso.com`. A domain whose first label is
 * `nomail` takes no mail; one that names a misbehaviour, such as `slow` or `down`, gets that.
 */
export function serveExchanges(watch: Watch = {}): Promise<LocalServer> {
  return serveSystem(json, answer, watch);
}

function answer({ url }: Received): StandInAnswer {
  const domain = /^\/mx\/([^/]+)$/.exec(url.pathname)?.[1];
  if (domain === undefined) return jsonAnswer(404, {}, "404: no domain");
  const [label = ""] = domain.split(".");
  const names = label === "nomail" ? [] : Object.hasOwn(exchanges, domain) ? exchanges[domain] : [`mx.${domain}`];
  return { ...jsonAnswer(200, names, `200: ${names?.length} exchanges`), about: [label] };
}
