import * as v from "valibot";
import {
  anyObject,
  anyText,
  createChoiceSchema,
  createListSchema,
  createTextSchema,
  flag,
  wholeNumber,
  withMeaning,
} from "../../engine/fields";
import { type Attributes, type Json, steps, tenantKinds } from "../../engine/sign-up/sign-up";
import type { Path } from "../../lib/schema-flaws";
import { addressPlaces } from "../../simulator/client/person";
import { caseMembers, earlierWords, rowMembers, tableMembers } from "../case-features";
import { applicationMember, ipAddressMember } from "../case-words";
import { anyJson, fault, type faults, recordedMembers } from "../stand-ins/services/answer-file";

// Defines case files: their type, their check and docs/schemas/cases.json.

const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?$/;

function moment(means: string): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.regex(MOMENT),
    v.check((text) => !Number.isNaN(Date.parse(text))),
    v.description(means),
  );
}

const textOrTexts = v.union([v.string(), createListSchema(v.string())]);

const attributes: v.GenericSchema<Attributes> = withMeaning(
  v.record(
    v.string(),
    withMeaning(
      v.union([v.string(), v.number(), v.boolean(), createListSchema(withMeaning(anyJson, "Any JSON.")), anyObject<object>()]),
      "Text, number, true or false.",
    ),
  ),
  "Attributes by short name: `displayName`, `extension_PartnerNumber`.",
) as v.GenericSchema<unknown> as v.GenericSchema<Attributes>;

const step = createChoiceSchema(steps, "The step that is asked. The default is before-create-user, or the policy's only step.");
const now = moment('When the request comes: "2026-06-15T12:00:00Z", or a date. The default is the moment of the run.');

const repeat = wholeNumber(
  "How often the request comes, one after another. `{n}` in its email, accountId, ipAddress and attributes is 1, 2, 3 and so on. What is expected is the last answer.",
  2,
  1_000,
);

const afterMs = wholeNumber("How long it takes, in milliseconds. Nothing waits: the step's time passes at once.", 0, 60_000);
const recordedAnswer = withMeaning(v.strictObject({ ...recordedMembers, afterMs: v.optional(afterMs) }), "What the system answers.");

const answers = withMeaning(
  v.record(
    v.string(),
    withMeaning(
      v.union([fault, recordedAnswer, createListSchema(v.union([fault, recordedAnswer]), "Its answers to one call after another.")]),
      "Its answer.",
    ),
  ),
  "What systems outside answer, by the name that the policy gives them, or by host name.",
);

const row = anyObject<Readonly<Record<string, unknown>>>("A row, by its columns.");
const anyRows = {
  ...tableMembers,
  ledger: v.optional(createListSchema(row, "Rows of the ledger, which rules of your own may keep.")),
  approvals: v.optional(createListSchema(row, "Requests for approval. `earlier` says them in a word.")),
  decisions: v.optional(createListSchema(row, "Records of decisions.")),
};
const rows = withMeaning(
  v.strictObject(anyRows),
  "Rows of the tables. In a file: for all its cases, in place of the folder's CSV files. In a case: added to those; a row of the same key takes its place.",
);

const ownRows = withMeaning(
  v.strictObject({ ...anyRows, ...rowMembers }),
  "Rows beside those of the file; a row of the same key takes its place.",
);

const person = {
  email: createTextSchema("The person's address."),
  issuer: v.optional(
    createTextSchema(
      "The identity provider: google.com, facebook.com, mail (a code sent to the address), entra. The default is entra in a workforce tenant, else mail.",
    ),
  ),
  accountId: v.optional(createTextSchema("The account's id at that provider. Made from the address by default.")),
  attributes: v.optional(attributes),
};

const request = withMeaning(
  v.strictObject({
    ...person,
    locales: v.optional(withMeaning(textOrTexts, 'The person\'s languages, the first choice first: "ko-KR".')),
    tenant: v.optional(createChoiceSchema(tenantKinds, "The kind of tenant that asks: workforce (the default), b2c, external-tenant.")),
    application: applicationMember,
    ipAddress: ipAddressMember,
    address: v.optional(
      createChoiceSchema(
        addressPlaces,
        "Where external-tenant sends the address of an account at a provider: identity (the default); attribute: in `email` alone, as the provider's word if an earlier sign-up at after-sign-in had the same; none: nowhere.",
      ),
    ),
    collects: v.optional(
      createListSchema(
        createTextSchema(),
        'What an external tenant\'s form collects beside the attributes of the request: "city", "extension_Seats:integer". An answer can set nothing else.',
      ),
    ),
  }),
  "The request in short.",
);

const outsideCall = withMeaning(
  v.union([
    createTextSchema("The system's name."),
    withMeaning(
      v.strictObject({
        service: createTextSchema("The system's name."),
        method: v.optional(anyText("GET or POST.")),
        url: v.optional(anyText("The whole address.")),
        body: v.optional(withMeaning(anyJson, "What is sent: of JSON and forms, the members that matter; a text is compared whole.")),
      }),
      "A call, as closely as matters.",
    ),
  ]),
  "A call.",
);

const expect = withMeaning(
  v.strictObject({
    verdict: v.optional(createChoiceSchema(["continue", "block", "invalid"], "What is answered.")),
    attributes: v.optional(withMeaning(attributes, "Every attribute that the answer changes, and to what; `{}`: it changes none.")),
    rule: v.optional(anyText("The rule that stops the sign-up.")),
    reason: v.optional(withMeaning(textOrTexts, "The reason for which it is stopped; a list where there are several, in order.")),
    asked: v.optional(createListSchema(v.string(), "Names of the attributes that the person is asked to correct, in order.")),
    text: v.optional(
      withMeaning(
        v.union([anyText("In the person's own language."), withMeaning(v.record(v.string(), v.string()), "By language tag.")]),
        "What the person reads, but for the reference code.",
      ),
    ),
    events: v.optional(
      withMeaning(
        v.record(
          v.string(),
          v.union([flag("Whether there is one."), anyObject<Readonly<Record<string, Json>>>("The members that matter.")]),
        ),
        "Events on the bus, by type: `true`, `false` for none, or members that it has.",
      ),
    ),
    outside: v.optional(
      createListSchema(outsideCall, "Every call to a system outside, in order; `[]`: nobody is asked. Fetching a token does not count."),
    ),
    findings: v.optional(
      withMeaning(
        v.record(
          v.string(),
          withMeaning(v.union([v.string(), v.number(), v.boolean(), v.null()]), "Text, number, true or false; null: no rule leaves it."),
        ),
        'What rules leave for later ones, by name: `{ "listed": "allow" }`. Only those named are checked.',
      ),
    ),
    failure: v.optional(
      createChoiceSchema(["rule", "read", "write", "deadline", "request"], "What fails, where the answer is that of a failure."),
    ),
  }),
  "What is answered and done. What is not named is not checked.",
);

const earlierSignUp = withMeaning(
  v.strictObject({
    email: v.optional(person.email),
    issuer: person.issuer,
    accountId: person.accountId,
    attributes: person.attributes,
    application: applicationMember,
    ipAddress: ipAddressMember,
    step: v.optional(step),
    minutesBefore: v.optional(wholeNumber("How many minutes before the case that was. 60 by default.", 0, 1_000_000)),
    now: v.optional(withMeaning(now, "When that was, in place of `minutesBefore`.")),
    answers: v.optional(answers),
    repeat: v.optional(withMeaning(repeat, "How often it comes, one after another: once by default. `{n}` as in a case.")),
    expect: v.optional(withMeaning(expect, "What is answered to it, each time that it comes.")),
  }),
  "A sign-up before the case: what it writes is there when the case begins. Members left out are as in the case's request.",
);

const earlierWord = v.union(earlierWords);
const earlier = withMeaning(
  v.union([earlierWord, earlierSignUp, createListSchema(v.union([earlierWord, earlierSignUp]))]),
  'What happened before: "approved", or `{ "email": "lee@contoso.com" }` for another sign-up that came first; a list: several, in order.',
);

const caseOf = withMeaning(
  v.strictObject({
    name: createTextSchema("What the case claims."),
    step: v.optional(step),
    gate: v.optional(createTextSchema("The gate that is asked. The one whose policy it is by default.")),
    ...caseMembers,
    now: v.optional(now),
    request: v.optional(request),
    body: v.optional(anyObject<Readonly<Record<string, Json>>>("The whole body, as Entra sends it, in place of `request`.")),
    rows: v.optional(ownRows),
    answers: v.optional(answers),
    earlier: v.optional(earlier),
    repeat: v.optional(repeat),
    expect: v.optional(expect),
  }),
  "A request, and its expected outcome.",
);

export const caseFile = withMeaning(
  v.strictObject({
    $schema: v.optional(anyText("This schema, for the editor.")),
    step: v.optional(step),
    now: v.optional(now),
    rows: v.optional(rows),
    answers: v.optional(answers),
    cases: createListSchema(caseOf, "The cases."),
  }),
  "Cases of a policy: requests, and what the policy must make of them. `npm run gate -- test` runs them.",
);

export type CaseFile = Readonly<v.InferOutput<typeof caseFile>>;
export type Case = Readonly<v.InferOutput<typeof caseOf>>;
export type Expectation = Readonly<v.InferOutput<typeof expect>>;
export type ShortRequest = Readonly<v.InferOutput<typeof request>>;
export type EarlierSignUp = Readonly<v.InferOutput<typeof earlierSignUp>>;
export type CaseRows = Readonly<v.InferOutput<typeof rows>>;
export type Answers = Readonly<v.InferOutput<typeof answers>>;
export type RecordedAnswer = Readonly<v.InferOutput<typeof recordedAnswer>> | (typeof faults)[number];
export type OutsideCall = Readonly<v.InferOutput<typeof outsideCall>>;

export function listEarlierEvents({ earlier = [] }: Case): readonly (readonly [happened: string | EarlierSignUp, at: Path])[] {
  return Array.isArray(earlier)
    ? earlier.map((one: string | EarlierSignUp, place) => [one, ["earlier", place]] as const)
    : [[earlier as string | EarlierSignUp, ["earlier"]]];
}
