import * as v from "valibot";
import { GUID } from "../../engine/guid";
import { normaliseEmail } from "../../engine/sign-up/email";
import { isTenantDomain } from "../graph/accounts/upn";
import { readCredential } from "../graph/sign-in";
import { type AwsClient, awsClient, secretsManager } from "./client";
import { environment, required } from "./environment";
import { secretVersion } from "./secret-version";

/** What mails about approvals need: a secret of its own, so that who sends mail cannot make accounts. */
export interface ApprovalSettings {
  /** Who mails come from; without it, none are sent. */
  readonly mailFrom?: string;
  /** Who hears of new requests; may be nobody. */
  readonly approvers: readonly string[];
  /** Where people sign in. */
  readonly redirectUrl: string;
}

/** What making accounts needs. */
export interface ProvisioningSettings {
  readonly tenantId: string;
  readonly clientId: string;
  /** As `readCredential` takes it. */
  readonly credential: string;
  readonly tenantDomain: string;
  readonly redirectUrl: string;
  /** Whether Microsoft sends its own mail with an invitation. */
  readonly invitationMail: boolean;
}

/** The settings cannot be used; the message says what is wrong with them, and quotes no value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/** A changed secret counts within that time. */
const FRESH_MS = 60_000;
/** They are the recipients of one mail, of which SES takes no more. */
const MAX_APPROVERS = 50;
// Every check has its own message: the library's quote what they got.
const NO_TEXT = "is no text";

/** A text that must be there. */
const filled = v.pipe(v.string(NO_TEXT), v.trim(), v.nonEmpty("is missing"));
const guid = v.optional(v.pipe(filled, v.regex(GUID, "is no GUID, as Entra shows it")), "");
const domain = v.optional(v.pipe(filled, v.check(isTenantDomain, "is no domain such as contoso.onmicrosoft.com")), "");
const url = v.optional(v.pipe(filled, v.check(isHttpsAddress, "is no https address")), "");
const address = v.pipe(v.string(NO_TEXT), v.transform(normaliseEmail), v.string("is no e-mail address"));
const oneAddress = v.optional(
  v.union(
    [
      v.pipe(
        v.literal(""),
        v.transform(() => undefined),
      ),
      address,
    ],
    "is no e-mail address",
  ),
  "",
);
const addresses = v.pipe(
  v.string(NO_TEXT),
  v.transform((value) => value.split(",").filter((each) => each.trim() !== "")),
  v.array(address),
  v.maxLength(MAX_APPROVERS, `has more than ${MAX_APPROVERS} addresses`),
);
/** True and false are texts where the secret was filled in by the console's form. */
const flag = v.pipe(
  v.unknown(),
  v.transform((value) => (typeof value === "object" ? "" : String(value))),
  v.picklist(["true", "false"], "is neither true nor false"),
  v.transform((value) => value === "true"),
);

const approvalSchema = v.object({ mailFrom: oneAddress, approvers: v.optional(addresses, ""), redirectUrl: url });
const provisioningSchema = v.object({
  tenantId: guid,
  clientId: guid,
  tenantDomain: domain,
  redirectUrl: url,
  invitationMail: v.optional(flag, "true"),
});

/** Reads the secret's text. Throws SettingsError. */
export function readApprovalSettings(secret: string): ApprovalSettings {
  const { mailFrom, ...settings } = checked("ApprovalMailSecret", approvalSchema, objectOf("ApprovalMailSecret", secret));
  return { ...settings, ...(mailFrom !== undefined && { mailFrom }) };
}

/** Reads the secret's text. Throws SettingsError. */
export function readProvisioningSettings(secret: string): ProvisioningSettings {
  const members = objectOf("ApprovalsSecret", secret);
  const settings = checked("ApprovalsSecret", provisioningSchema, members);
  // Whoever fills in a form leaves a member empty rather than out.
  const given = ["clientSecret", "certificate", "privateKey"].filter((name) => members[name] !== undefined && members[name] !== "");
  const credential = JSON.stringify(Object.fromEntries(given.map((name) => [name, members[name]])));
  try {
    readCredential(credential);
  } catch {
    throw wrong("ApprovalsSecret", "it needs clientSecret, or certificate and privateKey");
  }
  return { ...settings, credential };
}

/** The settings as they stand, at most a minute old. Throws SettingsError, and whatever keeps the secret from being read. */
export const approvalSettings = settingsReader(environment.approvalMailSecret, readApprovalSettings);
export const provisioningSettings = settingsReader(environment.approvalsSecret, readProvisioningSettings);

/** The same value as long as the secret is the same. */
function settingsReader<T>(variable: string, read: (secret: string) => T): () => Promise<T> {
  let client: AwsClient | undefined;
  let last: { readonly at: number; readonly secret: string; readonly settings: T } | undefined;
  return async () => {
    if (last !== undefined && Date.now() - last.at < FRESH_MS) return last.settings;
    client ??= awsClient(secretsManager);
    const secret = (await secretVersion(client, required(variable), "AWSCURRENT"))?.SecretString ?? "";
    last = { at: Date.now(), secret, settings: last?.secret === secret ? last.settings : read(secret) };
    return last.settings;
  };
}

/** The output that names a secret. */
type Output = "ApprovalsSecret" | "ApprovalMailSecret";

function objectOf(output: Output, secret: string): Readonly<Record<string, unknown>> {
  try {
    const members: unknown = JSON.parse(secret);
    if (typeof members === "object" && members !== null && !Array.isArray(members)) return members as Record<string, unknown>;
  } catch {
    // What is no JSON is said below.
  }
  throw wrong(output, "it holds no JSON object");
}

function checked<T extends v.GenericSchema>(output: Output, schema: T, members: object): v.InferOutput<T> {
  const read = v.safeParse(schema, members, { abortPipeEarly: true });
  if (read.success) return read.output;
  const problems = read.issues.map((issue) => `${v.getDotPath(issue)?.split(".", 1)[0]} ${issue.message}`);
  throw wrong(output, [...new Set(problems)].join("; "));
}

function isHttpsAddress(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === "https:";
}

function wrong(output: Output, what: string): SettingsError {
  return new SettingsError(`The secret named by the output ${output} cannot be used: ${what}. docs/approvals.md says what goes in.`);
}
