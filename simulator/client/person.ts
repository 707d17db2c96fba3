import { createHash } from "node:crypto";
import * as v from "valibot";
import { type TenantKind, tenantKinds } from "../../engine/sign-up/sign-up";
import { type Attribute, isAttributeName, readAttribute, shortName, type Values } from "../contract/attributes";

export const SIMULATED_APPLICATION = "6d1f3b52-8c07-4e9a-a4d3-5b20c7e1f986";

/**
 * `mail`: a code proves the address. In a workforce tenant, the code is a one-time passcode; in other tenants, it is for a local account.
 * `entra`: an Entra or Microsoft account, in a workforce tenant only.
 */
export const identityProviders = ["google.com", "facebook.com", "mail", "entra"] as const;

/** True for such a provider, and for the issuer of a federation of the tenant's own: `login.contoso.com`, `https://id.contoso.com/oidc`. */
export function isProvider(text: string): boolean {
  const isOwn = /^(?!issuer:)(?:[^\s@/:]+\.[^\s@/:]+|[a-z][a-z0-9+.-]*:\S+)$/i.test(text);
  return isOwn || identityProviders.some((each) => each === text);
}

/** The places at which a request contains the address of an account at a provider. */
export const addressPlaces = ["identity", "attribute", "none"] as const;

const guid = v.pipe(v.string("must be a text"), v.uuid("must be a GUID"));

const values = v.pipe(
  v.record(
    v.pipe(v.string(), v.check(isAttributeName, "is no attribute: use displayName, city, … or extension_YourAttribute")),
    v.union(
      [v.string(), v.boolean(), v.pipe(v.number(), v.safeInteger("must be a text, true, false or a whole number"))],
      "must be a text, true, false or a whole number",
    ),
  ),
  v.transform((givenValues): Values => Object.fromEntries(Object.entries(givenValues).map(([name, value]) => [shortName(name), value]))),
);

const attribute = v.pipe(
  v.string("must be a text"),
  v.rawTransform(({ dataset, addIssue, NEVER }): Attribute => {
    const read = readAttribute(dataset.value);
    if (read !== undefined) return read;
    addIssue({
      message: "is no attribute: write city, extension_PartnerNumber, extension_SeatCount:integer or extension_Newsletter:boolean",
    });
    return NEVER;
  }),
);

const locales = v.pipe(
  v.union([v.string(), v.array(v.string())], "must be a language tag or a list of them"),
  v.transform((scopes): readonly string[] => (typeof scopes === "string" ? scopes.split(/[\s,]+/).filter((tag) => tag !== "") : scopes)),
);

const personSchema = v.pipe(
  v.strictObject({
    issuer: v.pipe(
      v.string("must be a text"),
      v.check(
        isProvider,
        `must be one of ${identityProviders.join(", ")}, or the issuer of your own federation, such as login.contoso.com`,
      ),
    ),
    /** The person's id at the provider. */
    accountId: v.optional(v.string("must be a text")),
    /** The address is not checked, so that people can also try addresses that Entra would never send. */
    email: v.string("must be a text"),
    locales: v.optional(locales, []),
    /** Claims that the identity provider asserts. */
    claims: v.optional(values, {}),
    /** Values typed over the prefilled form. An empty string clears a field. */
    form: v.optional(values, {}),
    /** Attributes that the user flow collects. */
    collects: v.optional(v.array(attribute, "must be a list"), ["displayName", "givenName", "surname"]),
    /** The application's client id. A workforce tenant does not send it. */
    application: v.optional(guid, SIMULATED_APPLICATION),
    /** The IP address. Only an external tenant sends it. */
    ipAddress: v.optional(v.pipe(v.string("must be a text"), v.ip("must be an IP address")), "203.0.113.24"),
    /**
     * The place at which an external tenant sends the address of an account at a provider: in an identity, only in the attribute `email`,
     * or nowhere. If "none", a connector sends no address either.
     */
    address: v.optional(v.picklist(addressPlaces, `must be one of ${addressPlaces.join(", ")}`), "identity"),
    /** True if the simulator loses the first answer of each step, so that Entra calls again. */
    loseFirstAnswer: v.optional(v.boolean("must be true or false"), false),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { form, collects } = dataset.value;
    const other = Object.keys(form).find((name) => !collects.some((each) => each.name === name));
    if (other !== undefined) addIssue({ message: `form has ${other}, which the flow does not collect: add it to collects` });
  }),
);

export type Person = v.InferOutput<typeof personSchema>;

/** Thrown if a description of a person is invalid. The message gives the place and a remedy. */
export class PersonError extends Error {
  override readonly name = "PersonError";
}

export function readPersonFile(content: unknown): Person {
  const { success, issues, output } = v.safeParse(personSchema, content);
  if (success) return output;
  throw new PersonError(issues.map(describeIssue).join("; "));
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  if (path === null) return issue.type === "raw_check" ? issue.message : "a person is described by an object";
  if (issue.received === "undefined") return `${path} is missing`;
  if (issue.type === "strict_object") return `${path} is unknown`;
  return `${path} ${issue.message}`;
}

export function assertComesTo(tenant: TenantKind, { issuer }: Pick<Person, "issuer">): void {
  if (tenant === "workforce" || issuer !== "entra") return;
  throw new PersonError("issuer entra is for workforce tenants: use google.com, facebook.com or mail");
}

export function describePerson({ collects, ...rest }: Person, write: (attribute: Attribute) => string): object {
  return { ...rest, collects: collects.map(write) };
}

/** Returns the person's own id at the provider, or else an id in the provider's form. The id for an address is the same in every run. */
export function computeAccountId({ accountId, email, issuer }: Pick<Person, "accountId" | "email" | "issuer">): string {
  if (accountId) return accountId;
  if (issuer === "mail") return email;
  return createHash("sha256").update(`${issuer}/${email}`).digest().readBigUInt64BE().toString();
}

/** Returns the id of the account that Entra creates: a GUID. The id of an address is the same in every run. */
export function computeUserId({ email }: Pick<Person, "email">): string {
  const hex = createHash("sha256").update(email).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface SavedPerson {
  readonly title?: string;
  readonly tenant: TenantKind;
  /** The gate; undefined for the default one. */
  readonly gate?: string;
  readonly person: Person;
}

/** Parses a description of a person that may contain a title, the kind of tenant and the gate. Throws PersonError. */
export function readSavedPerson(content: unknown): SavedPerson {
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return { tenant: "workforce", person: readPersonFile(content) };
  const { title, tenant = "workforce", gate, ...person } = content as Readonly<Record<string, unknown>>;
  const kind = tenantKinds.find((each) => each === tenant);
  if (title !== undefined && typeof title !== "string") throw new PersonError("title must be a text");
  if (gate !== undefined && typeof gate !== "string") throw new PersonError("gate must be the name of a gate");
  if (kind === undefined) throw new PersonError(`tenant must be one of ${tenantKinds.join(", ")}`);
  return { title, tenant: kind, gate, person: readPersonFile(person) };
}
