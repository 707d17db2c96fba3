import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Arrivals } from "../../features/arrivals/stack";
import { EventQueue } from "../../features/decisions/stack/event-queue";
import { AuditLog } from "../../features/notifications/stack/audit-log";
import { Notifications } from "../../features/notifications/stack/notifications";
import type { GatehouseProps } from "../../lib/gatehouse-options";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import type { SynthOptions } from "./synth";

const GUID = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";

const keyIn = (region: string) => `arn:aws:kms:${region}:111111111111:key/00000000-0000-0000-0000-00000000000a`;

/** Options that make no resource of another type, or stand for what the stack would make. */
type Plain =
  | "policy"
  | "tables"
  | "secrets"
  | "standby"
  | "rateLimit"
  | "logRetention"
  | "api"
  | "decisionDays"
  | "afterSignInDays"
  | "deletionProtection"
  | "setsApiLogRole"
  | "alarmTopic"
  | "network"
  | "approvalMail"
  | "cloud"
  | "extensionsAppId"
  | "runbookUrl";

/** Every option that makes something. The compiler asks for a new one. */
const options: Required<Omit<GatehouseProps, Plain>> = {
  // Loaded here, so that no stack of it compiles the policy.
  gates: {
    tokens: { policy: [...loadPolicyFolder("samples/policies/prefill").slice(0, 1), ...loadPolicyFolder("samples/policies/tokens")] },
  },
  addressAttribute: "extension_WorkMail",
  alarmEmail: "it@contoso.com",
  expectSignUps: { withinHours: 72 },
  waf: true,
  customDomain: {
    domainName: "signup.contoso.com",
    certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1",
    failover: { hostedZoneId: "Z0123456789ABC", record: "primary" },
    trustStore: { bucketName: "contoso-authorities", key: "authorities.pem", version: "v1", subject: "CN=entra.contoso.com" },
  },
  fixedOutgoingAddress: true,
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
  externalTenant: { tenantId: GUID, audience: GUID },
  events: { format: "ocsf" },
  rotation: {},
  graphSignIn: "role",
  replicas: ["eu-central-1"],
  webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
  eventArchiveDays: 30,
  backup: { keepDays: 365 },
  auditArchive: { keepDays: 365 },
  canary: true,
  keepWarm: true,
  provisionedConcurrency: 1,
  reservedConcurrency: 10,
  // With copies, the keys are there already: a stack without makes one.
  encryptionKey: { "eu-west-1": keyIn("eu-west-1"), "eu-central-1": keyIn("eu-central-1") },
  permissionsBoundaryArn: "arn:aws:iam::111111111111:policy/boundary",
  tracing: true,
  dashboard: true,
};

/** A stack with all that there is, for what holds of every resource. */
export const everything: SynthOptions = {
  folder: "samples/policies/approval",
  env: { account: "111111111111", region: "eu-west-1" },
  ...options,
  add(gatehouse) {
    new EventQueue(gatehouse, "Events");
    new Notifications(gatehouse, "Stopped", { subscriptions: [new EmailSubscription("it@contoso.com")] });
    new AuditLog(gatehouse, "Audit");
    const accessPackage = { id: GUID, policyId: GUID };
    new Arrivals(gatehouse, "Partners", { tenantId: GUID, clientId: GUID, groupId: GUID, accessPackage, sponsors: true });
  },
};
