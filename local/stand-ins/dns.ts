import { existsSync, readFileSync } from "node:fs";
import type { LocalServer } from "../aws/server";
import { json } from "./misbehaviours";
import { jsonAnswer, type Received, type StandInAnswer, serveSystem, type Watch } from "./outside-system";

/** Mail exchanges of domains that people try. Any other domain receives its mail itself. */
const exchanges: Readonly<Record<string, readonly string[]>> = {
  "gmail.com": ["gmail-smtp-in.l.google.com"],
  "outlook.com": ["outlook-com.olc.protection.outlook.com"],
  "naver.com": ["mx1.naver.com"],
  "contoso.com": ["contoso-com.mail.protection.outlook.com"],
  "fabrikam.com": ["fabrikam-com.mail.protection.outlook.com"],
  "adatum.com": ["aspmx.l.google.com"],
};

/** A data folder's zone file: `{ "txt": { "_gatehouse.contoso.com": ["gatehouse-partner=…"] } }`. */
interface Zone {
  readonly txt?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Answers `GET /mx/DOMAIN` and `GET /txt/NAME`. A domain whose first label is `nomail` has no mail exchanges. If a domain's first label
 * names a misbehaviour, the stand-in misbehaves in that way.
 * @param file a Zone; read at each request, so that an edit applies at once
 */
export function serveNames(file: string, watch: Watch = {}): Promise<LocalServer> {
  return serveSystem(json, ({ url }) => exchangesAt(url) ?? textsAt(file, url) ?? jsonAnswer(404, {}, "404: no domain"), watch);
}

function exchangesAt({ pathname }: Received["url"]): StandInAnswer | undefined {
  const domain = /^\/mx\/([^/]+)$/.exec(pathname)?.[1];
  if (domain === undefined) return undefined;
  const [label = ""] = domain.split(".");
  const names = label === "nomail" ? [] : Object.hasOwn(exchanges, domain) ? exchanges[domain] : [`mx.${domain}`];
  return { ...jsonAnswer(200, names, `200: ${names?.length} exchanges`), about: [label] };
}

function textsAt(file: string, { pathname }: Received["url"]): StandInAnswer | undefined {
  const name = /^\/txt\/([^/]+)$/.exec(pathname)?.[1];
  if (name === undefined) return undefined;
  const { txt = {} }: Zone = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Zone) : {};
  const texts = Object.hasOwn(txt, name) ? (txt[name] ?? []) : [];
  return jsonAnswer(200, texts, `200: ${texts.length} texts`);
}
