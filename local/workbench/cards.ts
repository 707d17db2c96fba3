import { ENTRA_ISSUER, listIssuers, MAIL_ISSUER } from "../../engine/sign-up/issuers";
import { unwrapRule } from "../../engine/sign-up/policy";
import { alreadyHasAccount, waitsForApproval } from "../../engine/sign-up/recording";
import type { Row } from "../../engine/sign-up/rule";
import type { Step } from "../../engine/sign-up/sign-up";
import { NO_APPROVAL } from "../../features/access-list/reasons";
import { listStepUses, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { type Person, readPersonFile } from "../../simulator/client/person";
import { buildForm } from "../../simulator/client/sign-up";
import { type CallingTenant, entraRequest } from "../../simulator/client/visit";
import { isAttributeName, type Values } from "../../simulator/contract/attributes";
import type { RecordedAnswer } from "../cases/format";
import type { CaseOutcome } from "../cases/outcome";
import { CaseError } from "../cases/run-case";
import { runAskedCall, type SideAnswer } from "./ask";
import type { CardRows, CardTables } from "./live-tables";

export const cardNames = [
  "allowed",
  "colleague",
  "approval",
  "approved",
  "unlisted",
  "uninvited",
  "open",
  "referred",
  "denied",
  "provider",
  "expired",
  "code",
  "used-code",
  "expired-code",
  "wrong-code",
  "forgets",
  "vendor-down",
  "korean",
] as const;
export type CardName = (typeof cardNames)[number];
export type CardOutcome = "let-in" | "approval" | "has-account" | "refused" | "correction";

/** A person made from the policy and the list, to sign up in one click. */
export interface Card {
  readonly name: CardName;
  readonly person: Person;
  /** Absent if only a real sign-up can show it, because a rule calls an outside system. */
  readonly outcome?: CardOutcome;
}

export function cardOutcome({ verdict, reasons }: Pick<SideAnswer, "verdict" | "reasons">): CardOutcome {
  if (verdict === "continue") return "let-in";
  if (verdict === "invalid") return "correction";
  if (alreadyHasAccount(reasons)) return "has-account";
  return reasons.some(waitsForApproval) ? "approval" : "refused";
}

export interface CardsAsked {
  readonly gate: string | undefined;
  readonly tenant: CallingTenant;
  /** Short names of attributes that the user flow collects beyond the usual ones. */
  readonly custom: readonly string[];
  /** Domains that the policy treats as its own. */
  readonly domains: readonly string[];
}

type Judged = Pick<CaseOutcome, "verdict" | "reasons" | "asked">;

interface Candidate {
  readonly name: CardName;
  readonly person: Person;
  readonly answers?: readonly RecordedAnswer[];
  shows(judgement: Judged): boolean;
}

/** A domain that cannot exist: `.example` is reserved. */
const UNLISTED = "unlisted.example";
const surnames: Readonly<Record<string, string>> = {
  kim: "Abercrombie",
  yuna: "Park",
  dana: "Roth",
  omar: "Haddad",
  lena: "Berg",
  ravi: "Nair",
  minji: "Kim",
};
/** The usual values of attributes. If the policy requires an attribute, a valid value from reference data is used instead. */
const usual: Values = {
  jobTitle: "Engineer",
  city: "Redmond",
  country: "US",
  state: "WA",
  postalCode: "98052",
  streetAddress: "1 Main Street",
};
/** Tried in turn for a required attribute without reference data or usual value: a code, a ticked box, a date of birth. */
const guesses = ["ABC-123", "true", "1990-01-31"];
const DOWN: RecordedAnswer = { status: 500 };
const vendors: readonly string[] = ["idology", "experian"];
/** The vendors' stand-ins fail for this name. */
const DOWN_NAME = "Down";
/** The number of rounds after which the required attributes of any form are known. */
const MOST_ROUNDS = 6;

/** Judges each candidate as a sign-up, and leaves out a candidate without the result that its card needs. */
export async function buildCards(policy: readonly PolicyStep[], job: CardsAsked, live: CardTables): Promise<readonly Card[]> {
  const cardRows = await live.cardRows();
  const rows = {
    ...cardRows,
    accessList: [...cardRows.accessList].sort((one, other) => (String(one.entry) < String(other.entry) ? -1 : 1)),
    // Invitations are left out, because the sign-up of a card would use up an invitation that somebody was given.
    approvals: cardRows.approvals.filter(({ invitation }) => invitation === undefined),
  };
  const judge = judgeBy(policy, job, live);
  const now = new Date();
  const vendor = policy.flatMap(listStepUses).some((use) => "service" in use && vendors.includes(use.service));
  const asks = policy.flatMap(({ policy: { rules } }) => rules.flatMap((rule) => unwrapRule(rule).asks ?? []));
  const collects = [...job.custom, ...asks.filter((name) => usual[name] !== undefined)];
  const wantedForm = await findRequiredForm(chooseAllowedPerson(rows, now), rows, now, { ...job, collects, vendor }, judge);
  const judgements = await Promise.all(
    candidates(rows, now, wantedForm).map(async ({ name, person, answers, shows }) => {
      const end = await judge(person, answers);
      if (end === "outside") return [{ name, person }];
      return end !== undefined && shows(end) ? [{ name, person, outcome: cardOutcome(end) }] : [];
    }),
  );
  const all = judgements.flat();
  const cards: readonly Card[] = cardNames.flatMap((name) => all.find((card) => card.name === name) ?? []);
  const isRepeated = ({ person }: Card, at: number) =>
    cards.slice(0, at).some((one) => one.outcome === undefined && JSON.stringify(one.person) === JSON.stringify(person));
  return cards.filter((card, at) => card.outcome !== undefined || !isRepeated(card, at));
}

type Judge = (person: Person, answers?: readonly RecordedAnswer[]) => Promise<Judged | "outside" | undefined>;

/** `outside`: a rule calls a system for which `answers` has no answer. */
function judgeBy(policy: readonly PolicyStep[], { gate, tenant }: Pick<CardsAsked, "gate" | "tenant">, live: CardTables): Judge {
  const has = (step: Step) => policy.some((each) => each.step === step);
  return async (person, answers = []) => {
    const id = crypto.randomUUID();
    const flow = { tenant };
    const ask = async (step: Step, attributes: Values) => {
      const body = entraRequest(step, { person, flow, id }, attributes);
      const { outcome } = await runAskedCall(policy, { step, gate, now: new Date().toISOString(), body, seen: [], answers }, live);
      return outcome;
    };
    try {
      const first =
        has("after-sign-in") && !(tenant.kind === "b2c" && person.issuer === "mail")
          ? await ask("after-sign-in", person.claims)
          : undefined;
      if (first !== undefined && first.verdict !== "continue") return first;
      if (!has("before-create-user")) return first;
      return await ask("before-create-user", buildForm({ person }, (first?.attributes ?? {}) as Values));
    } catch (error) {
      if (!(error instanceof CaseError)) throw error;
      return error.path.includes("answers") ? "outside" : undefined;
    }
  };
}

interface Wanted {
  /** Values for fields that the policy requires. */
  readonly form: Values;
  /** Attributes that the form collects in addition to the names and the city, which every form collects. */
  readonly collects: readonly string[];
  /** Domains in the policy's `who.ts`. */
  readonly domains: readonly string[];
  /** True if a rule calls a vendor that has a stand-in. */
  readonly vendor: boolean;
}

async function findRequiredForm(
  allowedPerson: PersonGiven,
  { referenceData }: CardRows,
  now: Date,
  job: Omit<Wanted, "form">,
  judge: Judge,
): Promise<Wanted> {
  let form: Values = {};
  const tries = new Map<string, number>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const judgement = await judge(buildPerson(allowedPerson, { ...job, form }));
    // The policy may require an attribute whose name is mistyped. No form has a field with a mistyped name, so the name is left out.
    const missing = judgement === undefined || judgement === "outside" ? [] : judgement.asked.filter(isAttributeName);
    const better = missing.flatMap((name) => {
      const count = tries.get(name) ?? 0;
      tries.set(name, count + 1);
      const knownValue = referenceData.find(({ list, expiresAt }) => list === name && !isPast(expiresAt, now))?.value ?? usual[name];
      const value = (knownValue === undefined ? guesses : [knownValue])[count];
      return value === undefined ? [] : [[name, String(value)]];
    });
    if (better.length === 0) break;
    form = { ...form, ...Object.fromEntries(better) };
  }
  return { ...job, form };
}

type PersonGiven = Pick<Person, "email" | "issuer">;

function buildPerson({ email, issuer }: PersonGiven, { form, collects }: Wanted, more: object = {}): Person {
  const local = email.split("@")[0] ?? "";
  const givenName = `${local.slice(0, 1).toUpperCase()}${local.slice(1)}`;
  const surname = surnames[local] ?? "Lee";
  const names = { displayName: `${givenName} ${surname}`, givenName, surname };
  const all = [...new Set([...Object.keys(names), "city", ...Object.keys(form), ...collects])];
  const usualValues = Object.fromEntries(all.flatMap((name) => (name in names || usual[name] === undefined ? [] : [[name, usual[name]]])));
  return readPersonFile({
    issuer,
    email,
    locales: ["en-US"],
    ...(issuer === MAIL_ISSUER ? {} : { claims: names }),
    collects: all,
    form: { ...(issuer === MAIL_ISSUER && names), ...usualValues, ...form },
    ...more,
  });
}

function chooseAllowedPerson({ accessList }: CardRows, now: Date): PersonGiven {
  const allowing = accessList.filter(({ effect, expiresAt }) => effect === "allow" && !isPast(expiresAt, now));
  const domain = allowing.find(({ entry }) => isDomain(entry));
  const address = allowing.find(({ entry }) => isAddress(entry));
  if (domain !== undefined) return { email: `kim@${domain.entry}`, issuer: readEntryProvider(domain) };
  return address === undefined
    ? { email: `kim@${UNLISTED}`, issuer: "google.com" }
    : { email: String(address.entry), issuer: readEntryProvider(address) };
}

/** Lists the people to try. Candidates for the same card follow each other. */
function candidates({ accessList, referenceData, approvals }: CardRows, now: Date, wantedForm: Wanted): readonly Candidate[] {
  const allowedPerson = chooseAllowedPerson({ accessList, referenceData, approvals }, now);
  const denying = accessList.filter(({ effect }) => effect === "deny");
  const referring = accessList.filter(({ effect, expiresAt }) => effect === "approval" && !isPast(expiresAt, now));
  const of = (name: CardName, person: PersonGiven, shows: Candidate["shows"], more?: object): Candidate => ({
    name,
    person: buildPerson(person, wantedForm, more),
    shows,
  });
  const selectListedPeople = (entries: readonly Row[], at: string) =>
    entries.flatMap((row): PersonGiven[] => {
      if (isAddress(row.entry))
        return [{ email: String(row.entry), issuer: row.issuer === undefined ? MAIL_ISSUER : readEntryProvider(row) }];
      return isDomain(row.entry) ? [{ email: `${at}@${row.entry}`, issuer: readEntryProvider(row) }] : [];
    });
  const listedEntries = new Set(accessList.map(({ entry }) => entry));
  const strangers = ["yuna", "dana", "omar", "lena", "ravi"]
    .map((name) => ({ email: `${name}@${UNLISTED}`, issuer: "google.com" as const }))
    .filter(({ email }) => !listedEntries.has(email));
  // A request belongs to the account that made it.
  const applicants = approvals.flatMap(({ email, identities }): PersonGiven[] => {
    const [issuer = ENTRA_ISSUER] = listIssuers({ identities });
    return email === undefined ? [] : [{ email, issuer }];
  });
  const [required] = Object.keys(wantedForm.form);
  return [
    of("allowed", allowedPerson, ({ verdict }) => verdict === "continue"),
    ...selectListedPeople(
      accessList.filter(({ effect, expiresAt }) => effect === "allow" && isPast(expiresAt, now)),
      "lee",
    ).map((each) => of("expired", each, ({ reasons }) => reasons.includes("access-list.unlisted"))),
    ...wantedForm.domains
      .slice(0, 1)
      .map((domain) => of("colleague", { email: `lena@${domain}`, issuer: "google.com" }, ({ verdict }) => verdict === "continue")),
    ...strangers.map((each) => of("uninvited", each, ({ reasons }) => reasons.includes("invitation.none"))),
    ...strangers.map((each) => of("unlisted", each, ({ reasons }) => reasons.includes("access-list.unlisted"))),
    ...strangers.map((each) => of("open", each, ({ verdict }) => verdict === "continue")).slice(0, approvals.length === 0 ? 1 : 0),
    ...strangers.map((each) => of("approval", each, isWaiting)),
    ...[...applicants, ...strangers].map((each) => of("approved", each, isApproved)).slice(0, approvals.length === 0 ? 0 : undefined),
    ...selectListedPeople(referring, "ines").map((each) =>
      of("referred", each, (judgement) => isWaiting(judgement) || judgement.reasons.includes(NO_APPROVAL)),
    ),
    ...selectListedPeople(denying, "sam").map((each) => of("denied", each, ({ reasons }) => reasons.includes("access-list.denied"))),
    ...denying
      .filter(({ entry }) => entry === "issuer:facebook.com")
      .map(() => of("provider", { ...allowedPerson, issuer: "facebook.com" }, ({ reasons }) => reasons.includes("access-list.denied"))),
    ...withCodes(referenceData, allowedPerson, now, wantedForm),
    ...(required === undefined
      ? []
      : [
          of("forgets", allowedPerson, ({ asked: names }) => names.includes(required), {
            form: { ...buildPerson(allowedPerson, wantedForm).form, [required]: "" },
          }),
        ]),
    ...(wantedForm.vendor
      ? [
          {
            ...of("vendor-down", allowedPerson, () => true, {
              form: { ...buildPerson(allowedPerson, wantedForm).form, surname: DOWN_NAME },
            }),
            answers: [DOWN, DOWN, DOWN],
          },
        ]
      : []),
    of("korean", { email: `minji@${UNLISTED}`, issuer: "google.com" }, () => true, { locales: ["ko-KR", "en"] }),
  ];
}

function withCodes(
  referenceData: CardRows["referenceData"],
  allowedPerson: PersonGiven,
  now: Date,
  wantedForm: Wanted,
): readonly Candidate[] {
  const codes = referenceData.filter(({ list }) => wantedForm.form[String(list)] !== undefined);
  const withCode = (name: CardName, value: unknown, list: unknown, shows: Candidate["shows"]): Candidate => ({
    name,
    person: buildPerson(allowedPerson, wantedForm, {
      form: { ...buildPerson(allowedPerson, wantedForm).form, [String(list)]: String(value) },
    }),
    shows,
  });
  return [
    ...codes.map(({ value, list }) => withCode("code", value, list, ({ verdict }) => verdict === "continue")),
    ...codes.map(({ value, list }) => withCode("used-code", value, list, ({ reasons }) => reasons.includes("code.used-up"))),
    ...codes
      .filter(({ expiresAt }) => isPast(expiresAt, now))
      .map(({ value, list }) => withCode("expired-code", value, list, ({ verdict }) => verdict === "invalid")),
    ...codes.slice(0, 1).map(({ list }) => withCode("wrong-code", "NOT-A-CODE", list, ({ verdict }) => verdict === "invalid")),
  ];
}

function isWaiting({ reasons }: Judged): boolean {
  return reasons.some((reason) => reason === "approval.requested" || reason === "approval.pending");
}

function isApproved({ verdict, reasons }: Judged): boolean {
  return verdict === "continue" || alreadyHasAccount(reasons) || reasons.includes("approval.approved");
}

function readEntryProvider({ issuer = "google.com" }: Row): Person["issuer"] {
  return String(issuer);
}

function isAddress(entry: unknown): boolean {
  return /^[^@\s*:]+@[^@\s*:]+$/.test(String(entry));
}

function isDomain(entry: unknown): boolean {
  return /^[^@\s*:]+\.[^@\s*:]+$/.test(String(entry));
}

/** True if the time has passed. A date without a time lasts to the end of that day. */
function isPast(expiresAt: unknown, now: Date): boolean {
  return (
    typeof expiresAt === "string" && expiresAt !== "" && new Date(expiresAt.length === 10 ? `${expiresAt}T23:59:59Z` : expiresAt) < now
  );
}
