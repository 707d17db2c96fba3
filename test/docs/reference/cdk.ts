import { Duration } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import {
  type AccountArrived,
  type AccountCreated,
  ApprovalApi,
  type ApprovalDecided,
  type ApprovalExpired,
  type ApprovalMailOptions,
  type ApprovalRequested,
  Arrivals,
  type ArrivalsProps,
  AuditLog,
  type AuditLogProps,
  type ConsoleOptions,
  type CustomDomainOptions,
  EventQueue,
  type EventQueueProps,
  type ExternalTenantOptions,
  type Gatehouse,
  type GatehouseFunctionProps,
  type GatehouseProps,
  type GatehouseSettings,
  GatehouseStack,
  type GatehouseStackProps,
  GroupMembership,
  type GroupMembershipProps,
  gatehouseFunction,
  loadPolicyFolder,
  type NoteTemplate,
  Notifications,
  type NotificationsProps,
  type OutgoingAddressOptions,
  PolicyError,
  readSettings,
  runApp,
  type SignUpDecided,
  type StagedSettings,
  type WebhookOptions,
} from "entra-gatehouse/cdk";

// What docs/reference.md shows of the constructs and their types: each part stands under its name, in a line `// NAME`.

// AccountCreated
export const whereTo = ({ reference }: AccountCreated): string => `The account for ${reference} is there.`;

// ApprovalApi
export function letDecide(gatehouse: Gatehouse, role: Role): void {
  ApprovalApi.of(gatehouse).grantDecide(role, ["approve"]);
}

// ApprovalDecided
export const decided = ({ reference, state }: ApprovalDecided): string => `${reference}: ${state}`;

// ApprovalExpired
export const expired = ({ reference }: ApprovalExpired): string => `Nobody answered ${reference}.`;

// ApprovalMailOptions
export const mail: ApprovalMailOptions = { approverLanguage: "ko", consoleUrl: "https://desk.contoso.com/requests/{id}" };

// ApprovalRequested
export const asked = ({ email, emailProven }: ApprovalRequested): string => (emailProven ? email : `${email}, not proven`);

// AuditLog
export function keepForYears(gatehouse: Gatehouse): void {
  new AuditLog(gatehouse, "AuditLog", { retention: RetentionDays.FIVE_YEARS });
}

// AuditLogProps
export const fiveYears: AuditLogProps = { retention: RetentionDays.FIVE_YEARS };

// ConsoleOptions
export const pages: ConsoleOptions = {
  tenantId: "contoso.onmicrosoft.com",
  clientId: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
  requireNote: "deny",
  noteTemplates: [
    { text: "Contract in place", verb: "approve" },
    { text: { en: "No contract", ko: "계약 없음" }, verb: "deny" },
  ],
};

// CustomDomainOptions
export const ownDomain: CustomDomainOptions = {
  domainName: "signup.contoso.com",
  certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/4b1c2d3e",
};

// EventQueue
export function readBlocks(gatehouse: Gatehouse, reader: Role): void {
  const { queue } = new EventQueue(gatehouse, "Blocks", { eventPattern: { detail: { verdict: ["block"] } } });
  queue.grantConsumeMessages(reader);
}

// EventQueueProps
export const blocks: EventQueueProps = { eventPattern: { detail: { verdict: ["block"] } }, visibilityTimeout: Duration.minutes(2) };

// ExternalTenantOptions
export const customers: ExternalTenantOptions = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  audience: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
};

// GatehouseFunctionProps
export const reader = (gatehouse: Gatehouse): GatehouseFunctionProps => ({
  ...gatehouse.functionDefaults,
  description: "Tells the CRM who signed up",
  entry: "/app/tell-crm.ts",
  timeout: Duration.seconds(20),
});

// GatehouseProps
export const options: GatehouseProps = { policy: "policy", alarmEmail: "it@contoso.com", decisionDays: 30 };

// GatehouseSettings
export const settings: GatehouseSettings = { alarmEmail: "it@contoso.com", rateLimit: 50 };

// GatehouseStack
export function oneStack(): void {
  runApp((app) => {
    new GatehouseStack(app, "Gatehouse", readSettings(app));
  });
}

// GatehouseStackProps
export const inRegion: GatehouseStackProps = { policy: "policy", env: { region: "eu-west-1" } };

// AccountArrived
export const whose = ({ accountId, reference }: AccountArrived): string => `${accountId} came by ${reference}.`;

// Arrivals
export function lookAfterNewAccounts(gatehouse: Gatehouse): void {
  new Arrivals(gatehouse, "Partners", partners);
}

// ArrivalsProps
export const partners: ArrivalsProps = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  clientId: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
  accessPackage: { id: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4", policyId: "c4dd5f5e-9f0a-4a2f-8f0b-7be0e0a0a8f1" },
  sponsors: true,
};

// GroupMembership
export function addToGroup(gatehouse: Gatehouse): void {
  new GroupMembership(gatehouse, "Partners", {
    tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
    clientId: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
    groupId: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4",
  });
}

// GroupMembershipProps
export const ofContoso: GroupMembershipProps = {
  tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
  clientId: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
  groupId: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4",
  detail: { email: [{ suffix: "@contoso.com" }] },
};

// gatehouseFunction
export function ownFunction(gatehouse: Gatehouse): void {
  gatehouseFunction(gatehouse, "TellCrm", {
    ...gatehouse.functionDefaults,
    description: "Tells the CRM who signed up",
    entry: "/app/tell-crm.ts",
    timeout: Duration.seconds(20),
  });
}

// loadPolicyFolder
export const stepsOfThePolicy = (): readonly string[] => loadPolicyFolder("policy").map(({ step }) => step);

// Notifications
export function tellIt(gatehouse: Gatehouse): void {
  new Notifications(gatehouse, "Blocks", { subscriptions: [new EmailSubscription("it@contoso.com")], verdicts: ["block"] });
}

// NotificationsProps
export const toChat: NotificationsProps = { chat: true, verdicts: ["block", "invalid"] };

// NoteTemplate
export const noVisitors: NoteTemplate = { text: "Visitors sign in at the front desk", verb: "deny", gate: "visitors" };

// OutgoingAddressOptions
export const ownAddress: OutgoingAddressOptions = { allocationIds: ["eipalloc-0abc1234def567890"] };

// PolicyError
export function flawsOf(folder: string): string | undefined {
  try {
    loadPolicyFolder(folder);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyError) return error.message;
    throw error;
  }
}

// readSettings
export function asTheCommandLineSays(): void {
  runApp((app) => {
    new GatehouseStack(app, "Gatehouse", { ...readSettings(app), alarmEmail: "it@contoso.com" });
  });
}

// SignUpDecided
export const line = ({ reference, verdict, reasons }: SignUpDecided): string => `${reference} ${verdict} ${reasons.join(", ")}`;

// StagedSettings
export const byStage: StagedSettings = (stage) => ({ alarmEmail: stage === "test" ? "dev@contoso.com" : "it@contoso.com" });

// WebhookOptions
export const toCrm: WebhookOptions = { name: "Crm", url: "https://crm.contoso.com/sign-ups", rateLimit: 5 };
