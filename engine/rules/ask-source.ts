import { valueTexts } from "../messages/rule-texts";
import { isBuiltInAttribute, isListAttribute, readListValue } from "../protocols/attributes";
import { assertSettable, assertShortName, isBlank, isRounded, MAX_BODY_BYTES, nameFlaw, textFlaw } from "../sign-up/attributes";
import { UpstreamError } from "../sign-up/failure";
import type { AnyRule, Context } from "../sign-up/rule";
import type { UpstreamFailure } from "../sign-up/service";
import type { Attributes, AttributeValue, SignUp } from "../sign-up/sign-up";
import { NotAsked, type Source } from "../sign-up/source";
import type { Block, Evidence, Findings, Invalid, Problem } from "../sign-up/verdict";

export type SourceResult =
  /** `empty`: names of attributes that the source returns without a value. */
  | { readonly kind: "known"; readonly known: Attributes; readonly empty: readonly string[]; readonly evidence?: Evidence }
  | { readonly kind: "not-found" }
  | { readonly kind: "not-asked"; readonly reason: NotAsked }
  /** The call failed, and the source's author lets sign-ups go on without the source's answer. */
  | { readonly kind: "unavailable"; readonly upstreamFailure: UpstreamFailure };

export function assertSource(source: Source | undefined, rule: string): void {
  if (typeof source?.find === "function" && Array.isArray(source.uses)) return;
  throw new TypeError(`${rule} needs a source, such as profiles() or http({ … }).`);
}

export function goesBy(source: Source): Pick<AnyRule, "byAddress" | "trust"> {
  const { trust } = source;
  return { ...(searchesByAddress(source) && { byAddress: true }), trust };
}

export function searchesByAddress({ trust, byAddress = trust !== undefined }: Source): boolean {
  return byAddress;
}

export function assertOnly(only: readonly string[] | undefined, rule: string, example = "extension_PartnerNumber"): void {
  if (only === undefined) return;
  if (Array.isArray(only) && only.length === 0)
    throw new TypeError(`${rule}: only is empty: list at least one attribute that the source may set, only: ["${example}"].`);
  if (!Array.isArray(only)) throw new TypeError(`${rule}: only must list short names of attributes, like ["${example}"].`);
  for (const name of only) assertShortName(name, `${rule}: each of only`);
}

export function selectAttributes(attributes: Attributes, only: readonly string[] | undefined): Attributes {
  return only === undefined ? attributes : Object.fromEntries(Object.entries(attributes).filter(([name]) => only.includes(name)));
}

/** True if a source has no `asks`: it searches by no attribute that a person types. */
export function searchesByNone({ asks = [] }: Pick<Source, "asks">): boolean {
  return asks.length === 0;
}

/** Describes the people who pass while the source's calls fail, for a rule's `admits`. Undefined if a failed call stops them. */
export function describeAdmittedPeople({ name, onFailure }: Pick<Source, "name" | "onFailure">): string | undefined {
  return onFailure === "continue" ? `everybody while ${name} does not answer` : undefined;
}

/** If the call fails and the source's `onFailure` is "continue", returns "unavailable". Any other failure throws: it blocks the sign-up. */
export async function askSource(source: Source, signUp: SignUp, context: Context): Promise<SourceResult> {
  try {
    const foundAttributes = await source.find(signUp, context);
    if (foundAttributes === undefined) return { kind: "not-found" };
    if (foundAttributes instanceof NotAsked) return { kind: "not-asked", reason: foundAttributes };
    const evidence = source.evidence?.(signUp, context);
    return { kind: "known", ...readFound(source.name, foundAttributes, signUp), ...(evidence && { evidence }) };
  } catch (error) {
    if (error instanceof UpstreamError && source.onFailure === "continue") return { kind: "unavailable", upstreamFailure: error.failure };
    throw error;
  }
}

/** The finding of a rule that continues although the source gave no attributes: the result's kind, under the source's name. */
export function continueWithoutSource(
  source: string,
  sourceResult: Exclude<SourceResult, { readonly kind: "known" }>,
): { readonly findings: Findings; readonly evidence?: Evidence; readonly upstreamFailure?: UpstreamFailure } {
  const findings = { [source]: sourceResult.kind };
  if (sourceResult.kind === "unavailable") return { findings, upstreamFailure: sourceResult.upstreamFailure };
  return sourceResult.kind === "not-asked" ? { findings, evidence: buildEvidence(sourceResult.reason) } : { findings };
}

const untrustedBlock: Block = { kind: "block", reason: "lookup.address-unproven", message: valueTexts["lookup.address-unproven"] };
const notPermitted = { reason: "value.not-permitted", message: valueTexts["value.not-permitted"] };

/** Returns a problem with the attribute that `reason` names. Without an attribute, blocks because the address is unproven. */
export function refuseUnasked(reason: NotAsked): Block | Invalid {
  const { why, attribute } = reason;
  const evidence = buildEvidence(reason);
  if (attribute === undefined) return { ...untrustedBlock, evidence };
  const problem = why === "missing" ? { attribute, reason: "attribute.required" } : { attribute, ...notPermitted };
  return { kind: "invalid", problems: [problem], evidence };
}

/** Returns a problem for each attribute in `names` that the person filled in. The source does not confirm these attributes. */
export function findUnfoundedClaims(names: readonly string[], { attributes }: SignUp): readonly Problem[] {
  // An empty field and an unticked box claim nothing.
  const claims = (name: string) => attributes[name] !== false && !isBlank(attributes[name]);
  return names.filter(claims).map((attribute) => ({ attribute, ...notPermitted }));
}

/** Builds the evidence, for example "missing jobTitle". features/decisions/words.ts has the text for operators. */
function buildEvidence({ why, attribute }: NotAsked): Evidence {
  return { notAsked: [why, ...(attribute === undefined ? [] : [attribute])].join(" ") };
}

/** Throws UpstreamError if a person could not have sent one of the values: the source is then unreliable. */
function readFound(
  service: string,
  foundAttributes: Attributes,
  signUp: SignUp,
): { readonly known: Attributes; readonly empty: readonly string[] } {
  if (typeof foundAttributes !== "object" || foundAttributes === null || Array.isArray(foundAttributes))
    throw new UpstreamError({ service, kind: "unexpected" });
  // An object of a class is a fault in the source's code, not in its data. So the TypeError stops the sign-up, whatever `onFailure` is.
  if (!isPlain(foundAttributes)) {
    const { name = "" } = ((foundAttributes as object).constructor ?? {}) as { readonly name?: string };
    const what = name === "" ? "a class" : `the class ${name}`;
    throw new TypeError(`The source ${service} found an object of ${what}: it must find plain attributes, NotAsked or undefined.`);
  }
  const knownEntries: [string, AttributeValue][] = [];
  const empty: string[] = [];
  for (const [name, value] of Object.entries(foundAttributes)) {
    if (value === undefined) continue;
    const read = value === null ? "" : readValue(service, name, value, signUp);
    if (isBlank(read)) empty.push(name);
    else knownEntries.push([name, read]);
  }
  if (Buffer.byteLength(JSON.stringify(knownEntries)) >= MAX_BODY_BYTES) throw new UpstreamError({ service, kind: "too-large" });
  return { known: Object.fromEntries(knownEntries), empty };
}

/** True for an object that a literal or JSON.parse made. The members of a class's object are not attributes. */
function isPlain(foundObject: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(foundObject);
  // Each realm has its own Object.prototype. At the end of a prototype chain, only an Object.prototype has the member `isPrototypeOf`.
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, "isPrototypeOf"));
}

function readValue(service: string, name: string, value: AttributeValue, signUp: SignUp): AttributeValue {
  try {
    assertSettable(name);
    const flaw = nameFlaw(name);
    if (flaw !== undefined) throw new TypeError(flaw);
    return toAttributeValue(name, value, signUp);
  } catch (cause) {
    throw new UpstreamError({ service, kind: "unexpected", ...(/^[a-z_]\w{0,39}$/i.test(name) && { at: name }) }, { cause });
  }
}

/** Converts a value to Entra's form: a source may have a postal code as a number. Throws for a value that no attribute can hold. */
function toAttributeValue(name: string, value: AttributeValue, signUp: SignUp): AttributeValue {
  if (isRounded(value))
    throw new TypeError("The number is too large for JavaScript, which has changed its digits: a source has to give it as text.");
  if (isListAttribute(name, signUp.listAttributes)) {
    return readListValue(typeof value === "number" ? String(value) : value)?.map((each) => plainText(name, each)) ?? "";
  }
  if (typeof value === "string") return plainText(name, value);
  if (Number.isFinite(value)) return isBuiltInAttribute(name) ? String(value) : value;
  if (typeof value === "boolean" && !isBuiltInAttribute(name)) return value;
  // An attribute can have a list in two cases: it is a choice on an external tenant's form, or it is a claim of a token.
  const takesLists = signUp.source === "external-tenant" || signUp.step === "before-sending-token";
  if (Array.isArray(value) && takesLists && !isBuiltInAttribute(name)) {
    return value.map((each) => {
      if (typeof each === "object") throw new TypeError("An attribute holds no list of lists.");
      return toAttributeValue(name, each, signUp);
    });
  }
  throw new TypeError("An attribute holds a text, a number or a boolean.");
}

/** Puts a text on one line, unless the attribute is `streetAddress`. Throws for a text that no form accepts. */
function plainText(name: string, text: string): string {
  const flaw = textFlaw(text);
  if (flaw !== undefined) throw new TypeError(flaw);
  if (name === "streetAddress" || !/[\n\r\t]/.test(text)) return text;
  const lines = text.split(/[\n\r\t]/).map((line) => line.trim());
  return lines.filter((line) => line !== "").join(" ");
}
