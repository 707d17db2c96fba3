/** A JSON value without any personal data. */
export type JsonForm = string | number | boolean | null | readonly JsonForm[] | { readonly [name: string]: JsonForm };

/** Entra's own words, which say nothing about a person. */
const words = new Set([
  ...["builtIn", "directorySchemaExtension", "OAUTH2", "OAUTH2.0", "SAML", "Member", "Guest", "signIn", "signUp"],
  ...["email", "emailAddress", "federated", "phoneNumber", "userName", "userPrincipalName", "mail"],
  ...["apple", "apple.com", "facebook", "facebook.com", "google", "google.com", "live.com", "MicrosoftAccount"],
  ...["PostFederationSignup", "PostAttributeCollection", "PreTokenIssuance", "PreTokenApplicationClaims"],
]);
const WORD_NAMES = /^(@odata\.type|type|signInType|issuer|step|attributeType|protocol|requestType|userType)$/i;
const ODATA_TYPE = /^#?microsoft\.graph\.[A-Za-z0-9.]{1,120}$/;
const LOCALE_NAMES = /^(ui_locales|locale|market|preferredLanguage)$/i;
const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const LONG_NAME = /^extension_[0-9a-f]{32}_([A-Za-z]\w{0,63})$/i;
/** Names of members are Entra's or the tenant's own: a new one is what a recording is for. */
const NAME = /^@?(odata\.)?[A-Za-z]\w{0,63}$/;
const DOMAIN = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;
const MAX_DEPTH = 20;

/**
 * Puts another value of the same form in the place of each: an address for an address, an id for an id. Equal values get equal
 * ones, so that what belongs together can still be seen.
 */
export class Pseudonyms {
  readonly #known = new Map<string, Map<string, number>>();

  of(value: unknown, name = "", depth = 0): JsonForm {
    if (depth > MAX_DEPTH) return "too deep";
    if (value === null || value === undefined) return null;
    if (typeof value === "boolean") return false;
    if (typeof value === "number") return value === 0 ? 0 : Number.isInteger(value) ? 1 : 1.5;
    if (Array.isArray(value)) return value.map((each) => this.of(each, name, depth + 1));
    if (typeof value === "string") return this.#text(value, name);
    return Object.fromEntries(Object.entries(value).map(([each, member]) => [this.#name(each), this.of(member, each, depth + 1)]));
  }

  /** The name of a member: its own, unless that may be personal. */
  #name(name: string): string {
    const [, custom] = LONG_NAME.exec(name) ?? [];
    if (custom !== undefined) return `extension_${"0".repeat(32)}_${custom}`;
    return NAME.test(name) ? name : `name${this.#number("name", name)}`;
  }

  #text(text: string, name: string): string {
    if (text === "") return "";
    if (WORD_NAMES.test(name) && (words.has(text) || ODATA_TYPE.test(text))) return text;
    if (LOCALE_NAMES.test(name)) return this.#locales(text);
    if (/^\/tenants\/[^/]+\/applications\/[^/]+$/.test(text))
      return text
        .split("/")
        .map((part, at) => (at % 2 === 1 ? part : this.#text(part, "")))
        .join("/");
    if (text.replace(GUID, "") === "") return this.#guid(text);
    if (/^[^\s@]+@[^\s@]+$/.test(text)) return this.#address(text);
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text)) return "2020-01-01T00:00:00Z";
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return "2020-01-01";
    if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return `192.0.2.${this.#number("ip", text) % 255}`;
    if ((/^[0-9a-f:]+$/i.test(text) && text.includes("::")) || /^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$/i.test(text))
      return `2001:db8::${this.#number("ip", text)}`;
    if (/^https?:\/\//i.test(text)) return `https://example.com/${this.#number("url", text)}`;
    if (/^\d+$/.test(text)) return String(this.#number("digits", text)).padStart(Math.min(text.length, 40), "1");
    if (/^(true|false)$/i.test(text)) return "false";
    if (DOMAIN.test(text)) return this.#domain(text);
    if (text.includes(","))
      return text
        .split(",")
        .map((part) => this.#text(part.trim(), ""))
        .join(",");
    return `text${this.#number("text", text)}`;
  }

  #locales(text: string): string {
    return text
      .split(/([ ,;]+)/)
      .map((part) =>
        LOCALE.test(part) ? (/[A-Z]/.test(part) ? "en-US" : part.includes("-") ? "en-us" : "en") : /^[ ,;]+$/.test(part) ? part : "text",
      )
      .join("");
  }

  #guid(text: string): string {
    return `00000000-0000-4000-8000-${String(this.#number("guid", text.toLowerCase())).padStart(12, "0")}`;
  }

  /** Also a user principal name. */
  #address(text: string): string {
    const at = text.lastIndexOf("@");
    const [local, domain] = [text.slice(0, at), this.#domain(text.slice(at + 1))];
    if (local.replace(GUID, "") === "") return `${this.#guid(local)}@${domain}`;
    const [mark = ""] = /#EXT#?$/i.exec(local) ?? [];
    return `person${this.#number("person", local.toLowerCase())}${mark === "" ? "" : `_example.com${mark}`}@${domain}`;
  }

  #domain(text: string): string {
    const [end = "example.com"] = /\b(onmicrosoft|ciamlogin)\.com$/i.exec(text) ?? [];
    return `tenant${this.#number("domain", text.toLowerCase())}.${end.toLowerCase()}`;
  }

  #number(kind: string, value: string): number {
    const numbers = this.#known.get(kind) ?? new Map<string, number>();
    this.#known.set(kind, numbers);
    const number = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, number);
    return number;
  }
}
