import type { SignUp } from "../../../engine/sign-up/sign-up";
import { isGuarded } from "../../http/safe-url";
import { encoded, filledIn, leadsElsewhere, MAX_URL_LENGTH, PLACEHOLDER } from "./placeholders";

/** The URL for one sign-up; undefined if a value is missing, or is none that can stand in a URL. */
export type UrlTemplate = (signUp: Pick<SignUp, "email" | "attributes">) => URL | undefined;

/**
 * A URL with `{email}` and `{attribute}` in its path or query. Whatever a person typed stays within the path segment or
 * query value that the placeholder stands in. Throws for a template that could not hold to that.
 */
export function urlTemplate(template: string, what: string): UrlTemplate {
  const wrong = (why: string) =>
    new TypeError(`${what}: ${why}. It looks like "https://crm.contoso.com/people/{email}?code={extension_PartnerNumber}".`);
  if (typeof template !== "string") throw wrong("the URL is no text");
  if (/[{}]/.test(template.replace(PLACEHOLDER, ""))) throw wrong("a brace has no partner");
  const odd = [...template.matchAll(PLACEHOLDER)].find(([, name = ""]) => !/^[a-z]\w*$/i.test(name));
  if (odd !== undefined) throw wrong(`"${odd[0]}" names neither email nor an attribute by its short name`);
  const fixed = template.split("{", 1)[0] as string;
  if (fixed !== template && !/^[a-z]+:\/\/[^/?]+[/?]/i.test(fixed)) throw wrong("a placeholder stands before the path: the host is fixed");
  const { origin } = fixedUrl(template.replace(PLACEHOLDER, "x"), what);

  const [path = ""] = template.split("?", 1);
  const segments = path.split("/").filter((segment) => segment.includes("{"));
  return (signUp) => {
    const values = new Map<string, string>();
    for (const [, name = ""] of template.matchAll(PLACEHOLDER)) values.set(name, textOf(name, signUp));
    if ([...values.values()].includes("")) return undefined;
    if (segments.some((segment) => leadsElsewhere(filledIn(segment, values)))) return undefined;
    try {
      const url = new URL(filledIn(template, values, encoded));
      return url.origin === origin && url.href.length <= MAX_URL_LENGTH ? url : undefined;
    } catch {
      // Half of a character pair: such a text stands in nobody's data.
      return undefined;
    }
  };
}

/** A URL that calls may go to. Throws if secrets and answers would travel in the open, or the URL itself holds a secret. */
export function fixedUrl(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || /[\s\\]/.test(text)) throw new TypeError(`${what}: this is no URL. Write it as "https://host/path".`);
  if (!isGuarded(url)) {
    throw new TypeError(`${what}: the URL has to begin with https:// (http:// is for 127.0.0.1, [::1] and localhost).`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`${what}: the URL holds a user name or password. Put them into a secret, for basic("…").`);
  }
  if (text.includes("#")) throw new TypeError(`${what}: what follows "#" is never sent. Leave it out.`);
  return url;
}

/** Empty where there is no such value, or one that is no single text. */
function textOf(name: string, { email, attributes }: Pick<SignUp, "email" | "attributes">): string {
  if (name === "email") return email;
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
}
