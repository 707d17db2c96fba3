import { XMLParser, XMLValidator } from "fast-xml-parser";
import * as v from "valibot";
import { readSecretMembers } from "../../../adapters/aws/secret-members";
import { at, bodyText, type OutboundResponse } from "../../../adapters/http/outbound";
import { upstreamFailure, VENDOR_TIMEOUT, vendor } from "../../../adapters/vendors/vendor-call";
import { attributeText, type Feeds, type FieldRules } from "../../../adapters/vendors/vendor-fields";
import { buildFeedsSchema, replacedTimeLimit, timeLimit, vendorAddress } from "../../../adapters/vendors/vendor-options";
import { optionSchema } from "../../../engine/option-schema";
import { assertRuleOptions, readElsewhere } from "../../../engine/sign-up/rule-options";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { IdentityVerifier, Verification } from "../../../engine/sign-up/source";
import type { Timeout } from "../../../engine/sign-up/time";
import type { Problem } from "../../../engine/sign-up/verdict";
import { countryOf, stateCode } from "../../countries/countries";

const NAME = "idology";
const ENDPOINT = "https://web.idologylive.com/api/idiq.svc";

/** Fields of the vendor's form that a sign-up may fill. */
export type IdologyField =
  | "firstName"
  | "lastName"
  | "address"
  | "city"
  | "state"
  | "zip"
  | "dobMonth"
  | "dobYear"
  | "ssnLast4"
  | "telephone"
  | "email"
  | "ipAddress"
  | "uid";

/** Options: your account with IDology, and the data to send about a person. */
export interface IdologyOptions {
  /**
   * The secret with `username` and `password`.
   * @default "idology"
   */
  readonly secret?: string;
  /**
   * The attribute or function that gives the value of each of the vendor's fields: `{ telephone: "extension_PhoneNumber" }`.
   * @default as docs/recipes/idology.md lists them
   */
  readonly fields?: Feeds<IdologyField>;
  /**
   * The https address of the service.
   * @default "https://web.idologylive.com/api/idiq.svc"
   */
  readonly endpoint?: string;
  /**
   * Time to wait for the answer: `"1.5s"`, from 250ms to 18s.
   * @default "3s"
   */
  readonly timeout?: Timeout;
}

const rules: FieldRules<IdologyField> = {
  firstName: { from: "givenName", required: true },
  lastName: { from: "surname", required: true },
  address: { from: "streetAddress", required: true },
  city: { from: "city" },
  state: { from: "state", read: stateCode },
  // The vendor does not accept the last four digits of a nine-digit code.
  zip: { from: "postalCode", read: (text) => /^(\d{5})(?:[- ]?\d{4})?$/.exec(text)?.[1] },
  dobMonth: { read: (text) => (/^(0?[1-9]|1[0-2])$/.test(text) ? text.padStart(2, "0") : undefined) },
  dobYear: { read: matching(/^\d{4}$/) },
  ssnLast4: { read: matching(/^\d{4}$/) },
  telephone: { read: tenDigits },
  email: {},
  ipAddress: {},
  uid: {},
};

/**
 * IDology ExpectID, for `verifyIdentity`, in the United States only. See docs/recipes/idology.md.
 * @throws TypeError for impossible options, RangeError for a limit out of range
 *
 * @example
 * beforeCreateUser([verifyIdentity(idology({ fields: { telephone: "extension_PhoneNumber" } }))])
 */
export function idology(options: IdologyOptions = {}): IdentityVerifier {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(NAME, options, idologyOptions());
  const { secret = NAME, fields: feeds = {}, endpoint = ENDPOINT, timeout = VENDOR_TIMEOUT } = options;
  const verifier = vendor({
    name: NAME,
    secret,
    shape: { username: "your-api-user-name", password: "your-api-password" },
    timeout,
    rules,
    feeds,
    async request(fields, reference, keyring) {
      const { username, password } = await readSecretMembers(keyring, secret, ["username", "password"]);
      // The same question has the same reference, so the vendor can recognise a repeat.
      const form = new URLSearchParams({ username, password, ...fields, invoice: reference });
      const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/xml, text/xml" };
      return { url: at(new URL(endpoint), NAME), headers, body: form.toString() };
    },
    outcomeIn,
  });
  return {
    ...verifier,
    asks: [...(verifier.asks ?? []), "country"],
    fieldsOf(signUp) {
      const read = verifier.fieldsOf(signUp);
      const problems = [...("problems" in read ? read.problems : []), ...countryProblems(signUp)];
      return problems.length > 0 ? { problems } : read;
    },
  };
}

/** A problem if the country is not the United States: the vendor knows only people there. */
function countryProblems(signUp: SignUp): readonly Problem[] {
  const name = attributeText(signUp, "country");
  // A flow need not collect the country.
  return name === "" || countryOf(name)?.alpha2 === "US" ? [] : [{ attribute: "country", reason: "identity.country" }];
}

function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

/** Returns "2065550100" for "+1 (206) 555-0100". */
function tenDigits(text: string): string | undefined {
  if (!/^\+?[\d\s().-]+$/.test(text)) return undefined;
  return /^1?(\d{10})$/.exec(text.replace(/\D/g, ""))?.[1];
}

const refusedAccess = /\bip\b|password|user ?name|credential|log ?in|authori[sz]ed/i;
const knownKeys = new Set(["id.success", "id.failure", "id.partial"]);
const RESTRICTED = "result.match.restricted";

function outcomeIn(response: OutboundResponse): Verification {
  const root = readRoot(response);
  if (Object.hasOwn(root, "error")) throw upstreamFailure(NAME, refusedAccess.test(JSON.stringify(root.error)) ? "unauthorised" : "failed");
  const summary = textAt(root, "summary-result", "key");
  const result = textAt(root, "results", "key");
  if (summary === undefined && result === undefined) throw upstreamFailure(NAME, "unexpected");

  const number = textAt(root, "id-number") ?? "";
  const vendorReference = /^\d{1,32}$/.test(number) ? { vendorReference: number } : {};
  const code = summary !== undefined && knownKeys.has(summary) ? summary : "other";
  if (code === "id.failure") return { kind: "refuted", ...vendorReference, code };
  // A person on a watch list needs a review, even if the summary is "id.success".
  if (Object.hasOwn(root, "restriction") || result === RESTRICTED) return { kind: "review", ...vendorReference, code: RESTRICTED };
  return { kind: code === "id.success" ? "verified" : "review", ...vendorReference, code };
}

const parser = new XMLParser({ processEntities: false, parseTagValue: false });

type Element = Readonly<Record<string, unknown>>;

/** Returns the element `response`. Refuses a document that could declare entities: the parser does not resolve them. */
function readRoot(response: OutboundResponse): Element {
  const text = bodyText(NAME, withDeclaredCharset(response));
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw upstreamFailure(NAME, "unreadable");
  const document = parseXml(text);
  const root = Object.hasOwn(document, "response") ? document.response : undefined;
  if (!isElement(root)) throw upstreamFailure(NAME, "unexpected");
  return root;
}

function parseXml(text: string): Element {
  try {
    // The parser alone would accept half a document.
    if (XMLValidator.validate(text) === true) return parser.parse(text) as Element;
  } catch {
    // The parser throws if the document is nested too deep, or has a forbidden name.
  }
  throw upstreamFailure(NAME, "unreadable");
}

/** A charset in the content type takes precedence over the XML declaration: RFC 7303 §3. */
function withDeclaredCharset(response: OutboundResponse): OutboundResponse {
  if (/charset/i.test(response.headers["content-type"] ?? "")) return response;
  const declaration = response.body.subarray(0, 128).toString("latin1");
  const charset = /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']/.exec(declaration)?.[1];
  return charset === undefined ? response : { ...response, headers: { "content-type": `application/xml; charset=${charset}` } };
}

/** Throws if an element on the path occurs twice, because the contract does not allow that. */
function textAt(element: Element, ...[name = "", ...rest]: readonly string[]): string | undefined {
  const child = Object.hasOwn(element, name) ? element[name] : undefined;
  if (Array.isArray(child)) throw upstreamFailure(NAME, "unexpected");
  if (rest.length > 0) return isElement(child) ? textAt(child, ...rest) : undefined;
  return typeof child === "string" ? child : undefined;
}

function isElement(value: unknown): value is Element {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function idologyOptions() {
  return optionSchema<IdologyOptions>(
    {
      secret: v.optional(readElsewhere<string>()),
      fields: buildFeedsSchema(rules),
      endpoint: v.optional(vendorAddress()),
      timeout: timeLimit(),
    },
    replacedTimeLimit(),
  );
}
