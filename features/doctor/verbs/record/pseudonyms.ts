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
const LONG_NAME = /^extension_[0-9a-f]{32}_([A-Za-z]\w{0,63})$/i;
/**
 * If the name of a JSON member has this form, a recording shows the name unchanged. Entra or the tenant defines such names, and new ones
 * must be visible.
 */
const NAME = /^@?(odata\.)?[A-Za-z]\w{0,63}$/;
/** The first form that matches a text is used. % becomes the number of the text. */
const forms: readonly (readonly [form: RegExp, stands: string])[] = [
  [/^(|tenants|applications)$/, "$&"],
  [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(@?)$/i, "00000000-0000-4000-8000-%%%%%%%%%%%%$1"],
  [/^[^,/@]+(#EXT#?@|_EXT_@)$/i, "person%_example.com$1"],
  [/^[^,/@]+@$/, "person%@"],
  [/^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/, "2020-01-01T00:00:00Z"],
  [/^\d{4}-\d{2}-\d{2}$/, "2020-01-01"],
  [/^\d{1,3}(\.\d{1,3}){3}$/, "192.0.2.%"],
  [/^(?=.*::)[0-9a-f:]+$|^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$/i, "2001:db8::%"],
  [/^https?:\/\/.*$/is, "https://example.com/%"],
  [/^(true|false)$/i, "false"],
  [/^(?:[a-z0-9-]{1,63}\.)+(onmicrosoft|ciamlogin)\.com$/i, "tenant%.$1.com"],
  [/^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i, "tenant%.example.com"],
];
const ANY = "text%";
const MAX_DEPTH = 20;

/** Replaces each value with another of the same form. Equal values get equal replacements, so that relations stay visible. */
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

  /** A name that may be personal is replaced. */
  #name(name: string): string {
    const [, custom] = LONG_NAME.exec(name) ?? [];
    if (custom !== undefined) return `extension_${"0".repeat(32)}_${custom}`;
    return NAME.test(name) ? name : `name${this.#number("name", name)}`;
  }

  #text(text: string, name: string): string {
    if (WORD_NAMES.test(name) && (words.has(text) || ODATA_TYPE.test(text))) return text;
    if (LOCALE_NAMES.test(name)) return text.replace(/[^ ,;]+/g, localeForm);
    if (/^\d+$/.test(text)) return String(this.#number("digits", text)).padStart(Math.min(text.length, 40), "1");
    const [form, stands] = forms.find(([each]) => each.test(text)) ?? [/^.*$/s, ANY];
    // If no form matches the whole text of a list, a path or an address, each of its parts is replaced by the part's own form.
    if (stands === ANY && /[,/@]/.test(text)) return text.replace(/[^,/@]+@?/g, (part) => this.#text(part.trim(), ""));
    const number = () => this.#number(stands, text.toLowerCase().replace(/@$/, ""));
    return text.replace(form, stands).replace(/%+/, ({ length }) => String(number()).padStart(length, "0"));
  }

  #number(kind: string, value: string): number {
    const numbers = this.#known.get(kind) ?? new Map<string, number>();
    this.#known.set(kind, numbers);
    const number = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, number);
    return number;
  }
}

function localeForm(text: string): string {
  if (!LOCALE.test(text)) return "text";
  return /[A-Z]/.test(text) ? "en-US" : text.includes("-") ? "en-us" : "en";
}
