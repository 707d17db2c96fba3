import { createHmac } from "node:crypto";
import * as v from "valibot";
import { certificateIn, type SecretTexts, textsIn } from "../../../adapters/aws/secret-members";
import { at, type OutboundResponse, parseJsonBody } from "../../../adapters/http/outbound";
import { safeUrl, upstreamFailure, VENDOR_TIMEOUT, vendor } from "../../../adapters/vendors/vendor-call";
import type { Feeds, FieldRules } from "../../../adapters/vendors/vendor-fields";
import { buildFeedsSchema, replacedTimeLimit, timeLimit, vendorAddress } from "../../../adapters/vendors/vendor-options";
import { optionSchema } from "../../../engine/option-schema";
import { assertRuleOptions, notAs, readElsewhere } from "../../../engine/sign-up/rule-options";
import type { Fields, IdentityVerifier, Verification } from "../../../engine/sign-up/source";
import type { Timeout } from "../../../engine/sign-up/time";
import { countryOf, stateCode } from "../../countries/countries";

const NAME = "experian";

/** The vendor's fields for facts about the person. `telephone` is `telephones[0].number` in the request. */
export type ExperianField =
  | "firstName"
  | "middleNames"
  | "surName"
  | "street"
  | "postTown"
  | "stateProvinceCode"
  | "postal"
  | "countryCode"
  | "telephone";

/** Settings from the contract with Experian. A setting given here overrides the one in the secret. */
export interface ExperianAccount {
  /** The https address of the service. @default the address in the secret */
  readonly endpoint?: string;
  /** Your tenant at Experian. @default the tenant in the secret */
  readonly tenantId?: string;
  /** The request type in your contract. @default the request type in the secret */
  readonly requestType?: string;
  /** Your organisation's code. @default the code in the secret */
  readonly organisationCode?: string;
  /** The code of the model that decides. @default the code in the secret */
  readonly modelCode?: string;
}

/** Options: your account with Experian, and the data to send about a person. */
export interface ExperianOptions extends ExperianAccount {
  /**
   * The secret with `hmacKey`, the certificate, and those settings of the contract that are not given here: docs/recipes/experian.md.
   * @default "experian"
   */
  readonly secret?: string;
  /**
   * The workflow that the request names.
   * @default "wf1"
   */
  readonly workflow?: string;
  /** The form of country codes (ISO 3166-1) in your contract. @default "alpha-3" */
  readonly countryCode?: "alpha-2" | "alpha-3";
  /**
   * The attribute or function that gives the value of each of the vendor's fields: `{ telephone: "extension_Mobile" }`.
   * @default as docs/recipes/experian.md lists them
   */
  readonly fields?: Feeds<ExperianField>;
  /**
   * Time to wait for the answer: `"1.5s"`, from 250ms to 18s.
   * @default "3s"
   */
  readonly timeout?: Timeout;
}

const _accountOptions = [
  "endpoint",
  "tenantId",
  "requestType",
  "organisationCode",
  "modelCode",
] as const satisfies (keyof ExperianAccount)[];

const shape = {
  endpoint: "https://crosscore.invalid/",
  tenantId: "your-tenant-id",
  requestType: "your-request-type",
  organisationCode: "your-organisation-code",
  modelCode: "your-model-code",
  hmacKey: "your-signature-key",
  certificate: "-----BEGIN CERTIFICATE-----...",
  privateKey: "-----BEGIN PRIVATE KEY-----...",
};

/**
 * Experian CrossCore, by client certificate and signature, for `verifyIdentity`. See docs/recipes/experian.md.
 * @throws TypeError for impossible options, RangeError for a limit out of range
 *
 * @example
 * beforeCreateUser([verifyIdentity(experian({ tenantId: "contoso", fields: { telephone: "extension_Mobile" } }))])
 */
export function experian(options: ExperianOptions = {}): IdentityVerifier {
  if (typeof GATEHOUSE_OPTIONS === "undefined") assertRuleOptions(NAME, options, experianOptions());
  const { secret = NAME, workflow = "wf1", countryCode = "alpha-3", fields: feeds = {}, timeout = VENDOR_TIMEOUT } = options;
  return vendor({
    name: NAME,
    secret,
    shape,
    timeout,
    rules: rulesFor(countryCode),
    feeds,
    async request(fields, reference, keyring, now) {
      const texts = await textsIn(keyring, secret);
      const setting = (name: keyof ExperianAccount) => options[name] ?? textIn(texts, name);
      const endpoint = safeUrl(setting("endpoint"));
      if (endpoint === undefined) throw upstreamFailure(NAME, "secret");
      const url = at(endpoint, NAME);

      const header = { tenantId: setting("tenantId"), requestType: setting("requestType"), workflow };
      const control = { organisationCode: setting("organisationCode"), modelCode: setting("modelCode") };
      // The signature must be of exactly the bytes that are sent.
      const body = Buffer.from(JSON.stringify(requestFor(fields, { ...header, ...control, reference, now })), "utf8");
      const headers = {
        "content-type": "application/json",
        accept: "application/json",
        "hmac-signature": createHmac("sha256", textIn(texts, "hmacKey")).update(body).digest("base64"),
      };
      return { url, headers, body, ...(url.protocol === "https:" && { certificate: certificateIn(keyring, texts) }) };
    },
    outcomeIn,
  });
}

function rulesFor(countryCode: "alpha-2" | "alpha-3"): FieldRules<ExperianField> {
  return {
    firstName: { from: "givenName", required: true },
    middleNames: { from: "extension_MiddleName" },
    surName: { from: "surname", required: true },
    street: { from: "streetAddress", required: true },
    postTown: { from: "city", required: true },
    // The vendor gets a code for a state of the United States, and the typed text for other countries.
    stateProvinceCode: {
      from: "state",
      read: (text, { countryCode: country = "" }) => (countryOf(country)?.alpha2 === "US" ? stateCode(text) : text),
    },
    postal: { from: "postalCode", required: true },
    countryCode: { from: "country", required: true, read: (text) => countryOf(text)?.[countryCode === "alpha-2" ? "alpha2" : "alpha3"] },
    telephone: { from: "extension_PhoneNumber" },
  };
}

function textIn(texts: SecretTexts, name: string): string {
  const text = texts[name];
  if (text === undefined) throw upstreamFailure(NAME, "secret");
  return text;
}

interface Particulars {
  readonly tenantId: string;
  readonly requestType: string;
  readonly workflow: string;
  readonly organisationCode: string;
  readonly modelCode: string;
  readonly reference: string;
  readonly now: Date;
}

const CONTACT = "MAINCONTACT_1";

/** The vendor accepts no nulls, so an absent value stays undefined: JSON leaves it out. */
function requestFor(fields: Fields, { tenantId, requestType, workflow, organisationCode, modelCode, reference, now }: Particulars): object {
  const { firstName, middleNames, surName, street, postTown, stateProvinceCode, postal, countryCode, telephone } = fields;
  // The vendor's format: UTC, whole seconds.
  const time = now.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    header: { tenantId, requestType, clientReferenceId: reference, messageTime: time, options: { workflow } },
    payload: {
      source: "WEB",
      control: [
        { option: "ORG_CODE", value: organisationCode },
        { option: "MODEL_CODE", value: modelCode },
        { option: "EVENT_ID", value: reference },
      ],
      application: {
        type: "APPLICANT",
        // The contract misspells this name.
        applicantionId: "APPLICATION_1",
        originalRequestTime: time,
        applicants: [{ id: "MAINAPPLICANT_1", type: "INDIVIDUAL", applicantType: "APPLICANT", contactId: CONTACT }],
      },
      contacts: [
        {
          id: CONTACT,
          person: { names: [{ firstName, middleNames, surName }] },
          addresses: [{ street, postTown, stateProvinceCode, postal, countryCode }],
          telephones: telephone === undefined ? undefined : [{ number: telephone }],
        },
      ],
    },
  };
}

const outcomes: Readonly<Record<string, "verified" | "refuted" | "review">> = { CONTINUE: "verified", STOP: "refuted", REFER: "review" };

/** Throws for a decision in other words than the contract's. */
function outcomeIn(response: OutboundResponse): Verification {
  const header = member(parseJsonBody(NAME, response), "responseHeader");
  if (member(header, "responseType") === "ERROR") throw upstreamFailure(NAME, "failed");
  const decision = member(member(header, "overallResponse"), "decision");
  const kind = typeof decision === "string" && Object.hasOwn(outcomes, decision) ? outcomes[decision] : undefined;
  if (kind === undefined) throw upstreamFailure(NAME, "unexpected");
  const id = member(header, "expRequestId");
  const reference = typeof id === "string" && /^[A-Za-z0-9-]{1,64}$/.test(id) ? { vendorReference: id } : {};
  return { kind, ...reference, code: decision as string };
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function experianOptions() {
  const text = (option: string, otherwise = "the secret's") =>
    v.pipe(v.string(notAs(`${option} is a text`)), v.regex(/\S/, `${option} is empty; leave it out to take ${otherwise}.`));
  const createOptionalText = (...about: Parameters<typeof text>) => v.optional(text(...about));
  return optionSchema<ExperianOptions>(
    {
      endpoint: v.optional(v.pipe(text("endpoint"), vendorAddress())),
      tenantId: createOptionalText("tenantId"),
      requestType: createOptionalText("requestType"),
      organisationCode: createOptionalText("organisationCode"),
      modelCode: createOptionalText("modelCode"),
      secret: v.optional(readElsewhere<string>()),
      workflow: createOptionalText("workflow", '"wf1"'),
      countryCode: v.optional(v.picklist(["alpha-2", "alpha-3"], notAs('countryCode is "alpha-2" or "alpha-3"'))),
      fields: buildFeedsSchema(rulesFor("alpha-3")),
      timeout: timeLimit(),
    },
    replacedTimeLimit(),
  );
}
