import { disposableEmailBlocklistSet } from "disposable-email-domains-js";
import freeMail from "email-providers/all.json";
import { addressIn, deniedMailboxOf, domainIn, endOf, entryKey, isAllow, isNobody, mailboxOf, proves, withoutTag } from "./address";
import { approvalStatus, requestApproval } from "./approval-rules";
import { CODE, invited } from "./invited";
import { expiry, minimumAge, oneAccount, terms } from "./person-rules";
import type { FieldSpec, FormatterName, RuleSpec, Spec, TableId, TableRow, Value, Values } from "./scenario";
import { type Answer, block, gateOf, go, type SignUp, type State, type Trouble } from "./state";
import { limit, lookup, partners, permittedValue, prefill, profileKeys, surge } from "./table-rules";

/** The rules, one function each, from the table in docs/policy.md, docs/reference.md and the recipes. */

/** `format` and `assign` reshape in order, before any rule looks. */
export function preparedBy(specs: readonly RuleSpec[], typed: Values): Record<string, Value> {
  const attributes: Record<string, Value> = { ...typed };
  for (const spec of specs) {
    if (spec.rule === "minimumAge" && !spec.options.keep) attributes[spec.attribute] = spec.options.instead ?? "";
    if (spec.rule === "assign") Object.assign(attributes, spec.attributes);
    if (spec.rule !== "format") continue;
    for (const [name, by] of Object.entries(spec.attributes)) {
      const value = attributes[name];
      if (typeof value === "string") attributes[name] = formatters[by](value);
    }
  }
  return attributes;
}

const formatters: Readonly<Record<FormatterName, (text: string) => string>> = {
  trim: (text) => text.trim(),
  upperCase: (text) => text.toUpperCase(),
  lowerCase: (text) => text.toLowerCase(),
  titleCase,
};

/** Capitalises each word of a text whose Latin letters are all lower or all upper case, but II to IX at its end, JP and PHD. */
function titleCase(text: string): string {
  const latin = text.match(/\p{Script=Latin}/gu)?.join("") ?? "";
  if (latin !== latin.toLowerCase() && latin !== latin.toUpperCase()) return text;
  const lower = text.replace(/\p{Script=Latin}/gu, (letter) => letter.toLowerCase());
  const titled = lower.replace(/(?<![\p{L}\p{M}\p{N}])\p{Script=Latin}/gu, (letter) => letter.toUpperCase());
  const kept = text.matchAll(/(?<= )(?:I{2,3}|IV|VI{1,3}|IX)$|(?<![\p{L}\p{M}\p{N}])[B-DF-HJ-NP-TV-XZ]{2,}(?![\p{L}\p{M}])/gu);
  return [...kept].reduce((all, { 0: word, index }) => all.slice(0, index) + word + all.slice(index + word.length), titled);
}

type Judge<Name extends RuleSpec["rule"]> = (spec: Spec<Name>, signUp: SignUp, state: State) => Answer;

export const judges: { readonly [Name in RuleSpec["rule"]]: Judge<Name> } = {
  format: () => go,
  assign: () => go,
  shadow: () => go,
  accessList,
  onlyDomains,
  notDomains,
  onlyApplications: ({ ids }, { call }) =>
    call.tenant !== "workforce" && ids.includes(call.application) ? go : block("application.not-allowed"),
  onlyProviders: ({ providers }, { person }) =>
    person.providers.every((each) => providers.includes(each)) ? go : block("provider.not-allowed"),
  permittedValue,
  lookup,
  prefill,
  partners,
  approvalStatus: ({ unless }, signUp, state) => (unless && signUp.findings.allowed && !signUp.waits ? go : approvalStatus(signUp, state)),
  requestApproval,
  limit,
  expiry,
  invited,
  minimumAge,
  oneAccount,
  surge,
  terms,
  validate,
};

/** The tables without whose rows rules cannot decide: all are read before the first decides. */
export function needsOf(spec: RuleSpec, { attributes, person }: SignUp): readonly TableId[] {
  const { rule } = spec;
  if (rule === "accessList") return ["accessList"];
  if (rule === "lookup" || rule === "prefill") return profileKeys(spec.trust, person).length > 0 ? ["profiles"] : [];
  if (isNobody(person) && rule !== "permittedValue") return [];
  if (rule === "approvalStatus" || rule === "requestApproval") return ["approvals"];
  if (rule === "terms" || rule === "minimumAge" || (rule === "expiry" && person.address !== undefined)) return ["ledger"];
  if (rule === "oneAccount") return proves(person, spec.options.trust) ? ["ledger"] : [];
  const isTyped = (attribute: string) => (attributes[attribute] ?? "") !== "";
  const byCode = rule === "invited" && (spec.options.by?.includes("code") ?? true) && isTyped(CODE);
  if (rule === "invited")
    return person.address === undefined ? [] : ["approvals", ...(byCode ? (["referenceData", "ledger"] as const) : [])];
  if (rule !== "permittedValue" || !isTyped(spec.attribute)) return [];
  const counts = (spec.options.maxUses ?? spec.options.guessesPerDay) !== undefined;
  if (counts && isNobody(person)) return [];
  return ["referenceData", ...(counts ? (["ledger"] as const) : [])];
}

/** Whether a rule has something to count by. What it cannot read is full, so it needs no row. */
export const counts = (spec: RuleSpec, { person }: SignUp): boolean =>
  spec.rule === "surge" ||
  (spec.rule === "limit" && (person.address !== undefined || !["mailbox", "domain", "organisation"].includes(spec.options.by)));

/** The most specific row decides; of two equally specific ones, the deny, then the approval. */
function accessList({ options }: Spec<"accessList">, signUp: SignUp, { rows }: State): Answer {
  const { person, call, now } = signUp;
  const { allows = true, otherwise = allows ? "block" : "continue", classes = [], trust } = options;
  const allowed = otherwise === "continue" && allows && { allowed: true };
  const rowsOf = (entry: string) => rows.accessList.filter((row) => entryKey(row) === entry);
  const own = (entry: string): ListEffect | undefined =>
    strictest(rowsOf(entry).map((row) => effectOf(row, person.providers, gateOf(call), now)));
  const found = (entry: string): ListEffect | undefined =>
    own(entry) !== undefined && rowsOf(entry).some((row) => isSuspended(row, now)) ? "allow" : own(entry);
  const isProven = proves(person, trust);
  const restrains = (entry: string) => (own(entry) === "allow" ? undefined : own(entry));
  const allowsByAddress = (entry: string) => (found(entry) === "allow" && !isProven ? restrains(entry) : found(entry));
  const only = (effect: ListEffect, entry: string) => (found(entry) === effect ? effect : undefined);
  const accounts = person.identities.map(({ issuer, id }) => `issuer:${issuer}/${id}`);
  const issuers = person.providers.map((issuer) => `issuer:${issuer}`);
  const { address } = person;
  const ranks: (() => (ListEffect | undefined)[])[] = [() => accounts.map(found), () => issuers.map((entry) => only("deny", entry))];
  if (address !== undefined) {
    const mailbox = mailboxOf(address);
    // What has the key of the mailbox lets in its people, too.
    const beside = [withoutTag(address), deniedMailboxOf(address)].filter((entry) => entry !== mailbox);
    ranks.push(
      () => [allowsByAddress(address.whole)],
      () => [allowsByAddress(mailbox), ...beside.map(restrains)],
      () => [allowsByAddress(address.domain)],
      ...parentsOf(address.domain).map((parent) => () => [allowsByAddress(`*.${parent}`)]),
      () => classes.filter((name) => isInClass(address.domain, name)).map(allowsByAddress),
    );
  }
  ranks.push(() => issuers.map((entry) => only("allow", entry)));
  const [account, ...closer] = ranks.map((rank) => strictest(rank()));
  const everyone = found("*");
  const closest = account ?? closer.find((effect) => effect !== undefined);
  // A provider's approval keeps back whom the list would let in, and no one else.
  const byProvider = account === undefined && closest !== "deny" && issuers.some((entry) => found(entry) === "approval");
  if (byProvider || account === "approval") return sentToApprover(otherwise, signUp);
  const effect = closest ?? (address === undefined && everyone !== "deny" ? undefined : everyone);
  if (effect === "deny") return block("access-list.denied");
  if (effect === "allow") return { kind: "continue", findings: { listed: "allow", ...allowed } };
  // Nobody approves an address that is not there, and where nobody is asked, the entry denies.
  if (address === undefined) return block(everyone === "approval" && !signUp.isAskedLater ? "access-list.no-approval" : "request.email");
  if (effect === "approval") return sentToApprover(otherwise, signUp);
  return otherwise === "block" ? block("access-list.unlisted") : { kind: "continue", findings: { listed: "unlisted" } };
}

const effects = ["deny", "approval", "allow"] as const;
type ListEffect = (typeof effects)[number];
const strictest = (found: readonly (ListEffect | undefined)[]) => effects.find((effect) => found.includes(effect));

/** An approver decides, unless an invitation of that address is a person's word already. Where no rule asks for one, it denies. */
function sentToApprover(otherwise: "block" | "continue", { isAskedLater, isInvited }: SignUp): Answer {
  if (!isAskedLater) return block("access-list.no-approval");
  const findings = { listed: "approval", ...(otherwise === "continue" && { allowed: true }) };
  return { kind: "continue", findings, ...(!isInvited && { waits: true }) };
}

/** Whether a deny or an approval lets people in for now. A mistake anywhere in the row, and it does not. */
function isSuspended(row: TableRow, now: number): boolean {
  const { entry, effect, issuer, gates, expiresAt, allowedUntil } = row;
  const until = allowedUntil === undefined ? undefined : endOf(allowedUntil);
  if (until === undefined || now >= until || !/^(deny|approval)$/i.test(String(effect).trim())) return false;
  const isReadable =
    (issuer === undefined || providerIn(issuer) !== undefined) &&
    (gates === undefined || gatesIn(gates) !== undefined) &&
    (expiresAt === undefined || endOf(expiresAt) !== undefined);
  // Of an address with a tag, the deny is kept without it, and an allow would be of another address.
  return isReadable && entryKey(row) === entryKey({ ...row, entry: entry as Value, effect: "allow" });
}

/** What a row says of this person, or undefined if it does not count. Mistakes fail closed. */
function effectOf({ effect, issuer, gates, expiresAt, allowedUntil }: TableRow, providers: readonly string[], gate: string, now: number) {
  const said = isAllow(effect) ? "allow" : /^approval$/i.test(String(effect).trim()) ? "approval" : "deny";
  const end = expiresAt === undefined ? Number.POSITIVE_INFINITY : endOf(expiresAt);
  const named = gates === undefined ? [gate] : gatesIn(gates);
  const provider = issuer === undefined ? undefined : providerIn(issuer);
  const isUnreadable = end === undefined || named === undefined || (issuer !== undefined && provider === undefined);
  // An allow ends by `expiresAt`: with the other column, nobody knows what was meant.
  if ((isUnreadable || allowedUntil !== undefined) && said === "allow") return undefined;
  // Of a deny or an approval, what cannot be read limits nothing.
  if (now >= (end ?? Number.POSITIVE_INFINITY) || named?.includes(gate) === false) return undefined;
  return provider === undefined || providers.includes(provider) ? said : undefined;
}

function gatesIn(cell: Value): readonly string[] | undefined {
  const names = typeof cell === "string" ? (cell.toLowerCase().match(/[^\s,]+/g) ?? []) : [];
  return names.length > 0 && names.every((name) => /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) ? names : undefined;
}

const providerIn = (cell: Value): string | undefined => /^[^\s,]+$/.exec(String(cell).trim().toLowerCase())?.[0];

/** `a.b.c` lies below `b.c` and `c`. */
const parentsOf = (domain: string) => [...domain.matchAll(/\./g)].map(({ index }) => domain.slice(index + 1));

/** The data that docs/recipes/consumer-mail.md names. */
const members = {
  disposable: disposableEmailBlocklistSet(),
  relay: new Set(["privaterelay.appleid.com", "mozmail.com", "duck.com"]),
  consumer: new Set([...freeMail, "fastmail.com"]),
};

const isInClass = (domain: string, name: keyof typeof members) => [domain, ...parentsOf(domain)].some((each) => members[name].has(each));

const suffixes = ["edu", "ac.kr", "ac.uk", "co.uk"];

function isAt(domain: string, named: string, subdomains: boolean): boolean {
  const name = domainIn(named) ?? named;
  if (suffixes.includes(name)) return domain.endsWith(`.${name}`);
  return domain === name || (subdomains && domain.endsWith(`.${name}`));
}

function onlyDomains({ domains, options }: Spec<"onlyDomains">, { person, findings }: SignUp): Answer {
  const { address } = person;
  if (options.unless && findings.allowed) return go;
  if (address === undefined) return block("request.email");
  const isNamed = domains.some((name) => isAt(address.domain, name, options.subdomains ?? false));
  const isIn = isNamed && proves(person, options.trust);
  if (options.otherwise === "continue") return isIn ? { kind: "continue", findings: { allowed: true } } : go;
  return isIn ? go : block("domain.not-allowed");
}

function notDomains({ domains, options }: Spec<"notDomains">, { person }: SignUp): Answer {
  const { address } = person;
  if (address === undefined) return block("request.email");
  if ((options.except ?? []).some((name) => isAt(address.domain, name, true))) return go;
  const isNamed = (name: string) =>
    name in members ? isInClass(address.domain, name as keyof typeof members) : isAt(address.domain, name, options.subdomains ?? true);
  const named = domains.filter(isNamed);
  if (named.includes("consumer") && named.every((name) => name in members)) return block("domain.consumer");
  return named.length > 0 ? block("domain.refused") : go;
}

function validate({ attributes: fields }: Spec<"validate">, { attributes, person }: SignUp): Answer {
  const needsAddress = fields.email !== undefined && !fields.email.optional;
  if (needsAddress && person.address === undefined) return block("request.email");
  const problems = Object.entries(fields).flatMap(([attribute, field]) => {
    const value = attribute === "email" ? person.address?.whole : attributes[attribute];
    const found = problemOf(attribute, field, value);
    return found === undefined ? [] : [found];
  });
  return problems.length > 0 ? { kind: "invalid", problems } : go;
}

function problemOf(attribute: string, { optional, min, max, email }: FieldSpec, value: Value | undefined): Trouble | undefined {
  if (value === undefined) return optional ? undefined : { attribute, reason: "attribute.required" };
  if (value === "") return { attribute, reason: "attribute.required" };
  const invalid = (text?: string, count = 0): Trouble => ({ attribute, reason: "attribute.invalid", ...(text && { text, count }) });
  if (typeof value !== "string") return invalid();
  if (min !== undefined && value.length < min) return invalid(min === 1 ? "short" : "atLeastCharacters", min);
  if (max !== undefined && value.length > max) return invalid(max === 1 ? "long" : "atMostCharacters", max);
  return email && addressIn(value) === undefined ? invalid("form") : undefined;
}
