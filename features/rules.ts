import type { AboutRule, Misplaced } from "../engine/about-rule";
import { accessListAbout } from "./access-list/about";
import { approvalsAbout } from "./approvals/about";
import { assignAbout } from "./assign/about";
import { expiryAbout } from "./expiry/about";
import { formatAbout } from "./format/about";
import { invitationsAbout } from "./invitations/about";
import { limitAbout } from "./limit/about";
import { lookupAbout } from "./lookup/about";
import { mailFactsAbout } from "./mail-facts/about";
import { minimumAgeAbout } from "./minimum-age/about";
import { notDomainsAbout } from "./not-domains/about";
import { oneAccountAbout } from "./one-account/about";
import { onlyApplicationsAbout } from "./only-applications/about";
import { onlyDomainsAbout } from "./only-domains/about";
import { onlyProvidersAbout } from "./only-providers/about";
import { partnersAbout } from "./partners/about";
import { permittedValueAbout } from "./permitted-value/about";
import { postureAbout } from "./posture/about";
import { profilesAbout } from "./profiles/about";
import { shadowAbout } from "./shadow/about";
import { termsAbout } from "./terms/about";
import { validateAbout } from "./validate/about";
import { verifyIdentityAbout } from "./verify-identity/about";

// No function may import this: it would bring every rule into every step's bundle. Synth, cases, docs and tests derive from it.

const all = [
  ...accessListAbout,
  ...onlyDomainsAbout,
  ...notDomainsAbout,
  ...onlyApplicationsAbout,
  ...onlyProvidersAbout,
  ...partnersAbout,
  ...validateAbout,
  ...formatAbout,
  ...assignAbout,
  ...profilesAbout,
  ...lookupAbout,
  ...permittedValueAbout,
  ...minimumAgeAbout,
  ...verifyIdentityAbout,
  ...mailFactsAbout,
  ...invitationsAbout,
  ...expiryAbout,
  ...limitAbout,
  ...termsAbout,
  ...postureAbout,
  ...oneAccountAbout,
  ...approvalsAbout,
  ...shadowAbout,
] as const;

/** Every rule that a policy can use, in the order of the docs. */
export const ruleRegistry: readonly AboutRule[] = all;

/** The rules whose `steps` disagree with their types. A type test requires that there are none. */
export type MisplacedRules = Misplaced<(typeof all)[number]>;

/** Other exports of rules' folders for policies. */
export const ruleHelpers: readonly string[] = ruleRegistry.flatMap(({ helpers = [] }) => helpers);

/** Reasons of Gatehouse itself, for any policy. */
export const reasonsOfNoRule = [
  "request.email",
  "request.unreadable",
  "request.step",
  "request.tenant",
  "request.drill",
  "posture.closed",
  "posture.listed",
  "gatehouse.unavailable",
  "gatehouse.blocked",
] as const;
