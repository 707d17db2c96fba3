import type { SignUp } from "../../../engine/sign-up/sign-up";
import { NotAsked } from "../../../engine/sign-up/source";

/** The common limit of servers and proxies. */
export const MAX_URL_LENGTH = 2_048;

export const PLACEHOLDER = /\{([^{}]*)\}/g;

/** @param as encodes a value */
export function filledIn(text: string, values: ReadonlyMap<string, string>, as = (value: string) => value): string {
  return text.replace(PLACEHOLDER, (_, name: string) => as(values.get(name) ?? ""));
}

/** Encodes a value so that it cannot leave its place in a path or query. Throws URIError for half of a character pair. */
export function encodeUrlValue(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * True for a path segment that a server may read as "." or "..". Some servers decode twice, read an encoded slash as a real one, or cut off
 * what follows a semicolon.
 */
export function leadsElsewhere(segment: string): boolean {
  return segment.split(/[/\\]|%(?:25)*(?:2f|5c)/i).some((part) => /^(?:\.|%(?:25)*2e)+(?:;.*)?$/is.test(part));
}

/** Returns the URL with the sign-up's values. If a value is missing or cannot be part of a URL, returns a `NotAsked` that names it. */
export interface UrlTemplate {
  (signUp: Pick<SignUp, "email" | "attributes">): URL | NotAsked;
  readonly names: readonly string[];
}

/**
 * Parses a URL with `{email}` and `{attribute}` in its path or query. Throws if typed text could leave the path segment or query value of
 * its placeholder.
 */
export function urlTemplate(template: string, what: string): UrlTemplate {
  const wrong = (why: string) =>
    new TypeError(`${what}: ${why}. It looks like "https://crm.contoso.com/people/{email}?code={extension_PartnerNumber}".`);
  if (typeof template !== "string") throw wrong("the URL is no text");
  if (/[{}]/.test(template.replace(PLACEHOLDER, ""))) throw wrong("a brace has no partner");
  const odd = [...template.matchAll(PLACEHOLDER)].find(([, name = ""]) => !/^[a-z]\w*$/i.test(name));
  if (odd !== undefined) throw wrong(`"${odd[0]}" names neither email nor an attribute by its short name`);
  if (template.length > MAX_URL_LENGTH) throw wrong(`it has more than ${MAX_URL_LENGTH} characters`);
  const fixedPart = template.split("{", 1)[0] as string;
  if (fixedPart !== template && !/^[a-z]+:\/\/[^/?]+[/?]/i.test(fixedPart))
    throw wrong("a placeholder comes before the path: the host is fixed");
  const { origin } = fixedUrl(template.replace(PLACEHOLDER, "x"), what);

  const [path = ""] = template.split("?", 1);
  const segments = path.split("/").filter((segment) => segment.includes("{"));
  const names = namesIn(template);
  const urlFor = (signUp: Pick<SignUp, "email" | "attributes">): URL | NotAsked => {
    const values = new Map(names.map((name) => [name, getAttributeText(name, signUp)]));
    const missing = names.find((name) => values.get(name)?.trim() === "");
    if (missing !== undefined) return new NotAsked("missing", missing);
    const broken = names.find((name) => !values.get(name)?.isWellFormed());
    const astray = segments.find((segment) => leadsElsewhere(filledIn(segment, values)));
    const unusable = broken ?? (astray === undefined ? undefined : namesIn(astray)[0]);
    if (unusable !== undefined) return new NotAsked("unusable", unusable);
    const url = new URL(filledIn(template, values, encodeUrlValue));
    if (url.origin === origin && url.href.length <= MAX_URL_LENGTH) return url;
    return new NotAsked("unusable", longest(values));
  };
  return Object.assign(urlFor, { names });
}

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** True if nobody between here and the server can read requests to the URL: it is https, or leads to this machine. */
export function isGuarded({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && loopback.has(hostname));
}

/** Parses a URL that calls may use. Throws if secrets and answers would travel unencrypted, or if the URL itself contains a secret. */
export function fixedUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || /[\s\\]/.test(text)) throw new TypeError(`${what}: this is no URL. Write it as "https://host/path".`);
  if (!isGuarded(url)) {
    throw new TypeError(`${what}: the URL has to begin with https:// (http:// is for 127.0.0.1, [::1] and localhost).`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`${what}: the URL holds a user name or password. Put them into a secret, for basic("…").`);
  }
  const secret = [...url.searchParams].find(([name, value]) => looksSecret(name, value));
  if (secret !== undefined) {
    throw new TypeError(
      `${what}: the URL holds a secret, the parameter "${secret[0]}", which code and cases would show. Send it from a secret: apiKey("…", { header: "x-api-key" }).`,
    );
  }
  if (text.includes("#")) throw new TypeError(`${what}: what follows "#" is never sent. Leave it out.`);
  return url;
}

const secretName = /(?:api|subscription|access|functions?)[-_.]?key$|token$|secret$|^pass(?:word|wd|phrase)?$|^pwd$|^sig(?:nature)?$/i;
const maybeSecretName = /^(?:key|code)$/i;
/** Matches a value that looks like a key: 12 characters or more, with at least one letter and one digit. */
const random = /^(?=.*\d)(?=.*[a-z])[\w.~+/=-]{12,}$/i;

/** True if a parameter of a fixed URL looks like a secret: not `key=email`, `code=KR`, or the `x` that replaces a placeholder. */
function looksSecret(name: string, value: string): boolean {
  return secretName.test(name) ? value.length >= 4 : maybeSecretName.test(name) && random.test(value);
}

function namesIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name))];
}

function longest(values: ReadonlyMap<string, string>): string {
  return [...values].reduce((most, each) => (each[1].length > most[1].length ? each : most), ["", ""])[0];
}

function getAttributeText(name: string, signUp: Pick<SignUp, "email" | "attributes">): string {
  if (name === "email") return signUp.email;
  const { attributes } = signUp;
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
}
