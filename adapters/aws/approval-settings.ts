import * as v from "valibot";
import { readSender, type SenderProblem } from "../../engine/mail/sender";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { normalisePossibleEmail } from "../../engine/unmatched";
import { isTenantDomain } from "../graph/users";
import { workerEnvironment } from "./environment";
import type { KeptValue } from "./secrets";
import {
  BY_CREDENTIAL,
  type CredentialChoice,
  checkedSettings,
  credentialIn,
  filledText,
  guid,
  NO_TEXT,
  type SettingsSecret,
  type SettingsWorld,
  settingsObject,
  settingsReader,
} from "./settings";

/** Settings for mail. They have a secret of their own: a function that only sends mail cannot read the credential for accounts. */
export interface ApprovalSettings {
  /** An address, or a name with an address, ready for the mail's header. Without a sender, no mail is sent. */
  readonly mailFrom?: string;
  /** The addresses that get mail about new requests; may be empty. */
  readonly approvers: readonly string[];
  /** The URL where people sign in. */
  readonly redirectUrl: string;
  /** By gate: the URL of the application whose user flow calls the gate. @default `redirectUrl` */
  readonly redirectUrls?: Readonly<Record<string, string>>;
}

export interface ProvisioningSettings {
  readonly tenantId: string;
  readonly clientId: string;
  /** The text that `readCredential` parses. Undefined if a role signs in and the secret holds no credential. */
  readonly credential: string | undefined;
  readonly tenantDomain: string;
  readonly redirectUrl: string;
  /** True if Microsoft sends its own invitation mail. */
  readonly invitationMail: boolean;
  /** True if everybody is invited, whichever provider they signed in with. */
  readonly inviteAll: boolean;
  /** The new accounts' sponsor, written like `sponsor` in AccountOptions. Empty for no sponsor. */
  readonly sponsor: string;
}

/** SES accepts at most 50 recipients for one mail, and one mail goes to all approvers. */
const MAX_APPROVERS = 50;
const mailSecret: SettingsSecret = { output: "ApprovalMailSecret", page: "docs/approvals.md" };
const provisioningSecret: SettingsSecret = { output: "ApprovalsSecret", page: "docs/approvals.md" };

const domain = v.optional(v.pipe(filledText, v.check(isTenantDomain, "is no domain such as contoso.onmicrosoft.com")), "");
const url = v.optional(
  v.pipe(
    filledText,
    v.check((value) => URL.canParse(value) && new URL(value).protocol === "https:", "is no https address"),
  ),
  "",
);
const urls = v.optional(v.record(v.string(), url, "is no object with a gate's address each"));
const address = v.pipe(v.string(NO_TEXT), v.transform(normalisePossibleEmail), v.string("is no e-mail address"));
const senderProblems: Readonly<Record<SenderProblem, string>> = {
  address: "is no e-mail address",
  name: "has a name with quotes, with line breaks or of more than 100 characters",
};
const sender = v.optional(
  v.pipe(
    v.string(senderProblems.address),
    v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
      if (value === "") return undefined;
      const read = readSender(value);
      if ("from" in read) return read.from;
      addIssue({ message: senderProblems[read.problem] });
      return NEVER;
    }),
  ),
  "",
);
const addresses = v.pipe(
  v.string(NO_TEXT),
  v.transform((value) => value.split(",").filter((each) => each.trim() !== "")),
  v.array(address),
  v.maxLength(MAX_APPROVERS, `has more than ${MAX_APPROVERS} addresses`),
);
const sponsorForm = /^(|approver|(users|groups)\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
/** The console's form stores true and false as texts. */
const flag = v.pipe(
  v.unknown(),
  v.transform((value) => (typeof value === "object" ? "" : String(value))),
  v.picklist(["true", "false"], "is neither true nor false"),
  v.transform((value) => value === "true"),
);

const approvalSchema = v.object({ mailFrom: sender, approvers: v.optional(addresses, ""), redirectUrl: url, redirectUrls: urls });
const provisioningSchema = v.object({
  tenantId: guid,
  clientId: guid,
  tenantDomain: domain,
  redirectUrl: url,
  invitationMail: v.optional(flag, "true"),
  inviteAll: v.optional(flag, "false"),
  sponsor: v.optional(v.pipe(v.string(NO_TEXT), v.regex(sponsorForm, "is none of approver, users/OBJECT-ID, groups/OBJECT-ID")), ""),
});

/** Parses the secret's text. Throws SettingsError. */
export function readApprovalSettings(secret: string): ApprovalSettings {
  const { mailFrom, redirectUrls, ...settings } = checkedSettings(mailSecret, approvalSchema, settingsObject(mailSecret, secret));
  return { ...settings, mailFrom, redirectUrls };
}

/** Returns the address to which a mail about the gate leads. */
export function findRedirectUrl({ redirectUrl, redirectUrls = {} }: ApprovalSettings, gate: string = DEFAULT_GATE): string {
  return redirectUrls[gate] ?? redirectUrl;
}

/** Returns why the sender in settings cannot be used. */
export function findSenderProblem(mailFrom: unknown): string | undefined {
  const read = v.safeParse(sender, mailFrom);
  return read.success ? undefined : read.issues[0].message;
}

/** Hosts of Microsoft's own applications, also in national clouds: no user flow runs there, so nobody can sign up. */
const FLOWLESS = /(^|\.)((office|microsoft)\.(com|us)|portal\.azure\.(com|us|cn)|office365\.us|windowsazure\.cn)$/i;

/** Returns the addresses in settings at which nobody can sign up. */
export function findFlowlessUrls({ redirectUrl, redirectUrls = {} }: Partial<Pick<ApprovalSettings, "redirectUrl" | "redirectUrls">>) {
  // The settings may be unread yet, as `secrets set` has them.
  const all = [redirectUrl, ...Object.values(redirectUrls ?? {})].filter((each) => typeof each === "string");
  return [...new Set(all.filter((each) => URL.canParse(each) && FLOWLESS.test(new URL(each).hostname)))];
}

/** Parses the secret's text. Throws SettingsError. */
export function readProvisioningSettings(secret: string, choice: CredentialChoice = BY_CREDENTIAL): ProvisioningSettings {
  const members = settingsObject(provisioningSecret, secret);
  const credential = credentialIn(provisioningSecret, members, choice);
  return { ...checkedSettings(provisioningSecret, provisioningSchema, members), credential };
}

/**
 * Returns a reader of the settings, which are at most a minute old. The reader throws SettingsError, or the error that prevents reading the
 * secret.
 */
export function approvalSettings(world: SettingsWorld): () => Promise<ApprovalSettings> {
  return settingsReader(world, workerEnvironment.approvalMailSecret, readApprovalSettings);
}

/** The reader's settings are at most a minute old. The reader throws SettingsError, or the error that prevents reading the secret. */
export function provisioningSettings(world: SettingsWorld): KeptValue<ProvisioningSettings> {
  return settingsReader(world, workerEnvironment.approvalsSecret, readProvisioningSettings);
}
