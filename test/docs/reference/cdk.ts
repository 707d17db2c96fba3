import { Duration } from "aws-cdk-lib";
import type { Role } from "aws-cdk-lib/aws-iam";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import {
  ApprovalApi,
  Arrivals,
  AuditLog,
  EventQueue,
  type Gatehouse,
  GatehouseStack,
  GroupMembership,
  gatehouseFunction,
  loadPolicyFolder,
  Notifications,
  PolicyError,
  readSettings,
  runApp,
} from "entra-gatehouse/cdk";

// What docs/reference.md shows of the constructs and their types: each part stands under its name, in a line `// NAME`.

// ApprovalApi
export function letDecide(gatehouse: Gatehouse, role: Role): void {
  ApprovalApi.of(gatehouse).grantDecide(role, ["approve"]);
}

// AuditLog
export function keepForYears(gatehouse: Gatehouse): void {
  new AuditLog(gatehouse, "AuditLog", { retention: RetentionDays.FIVE_YEARS });
}

// EventQueue
export function readBlocks(gatehouse: Gatehouse, reader: Role): void {
  const { queue } = new EventQueue(gatehouse, "Blocks", { eventPattern: { detail: { verdict: ["block"] } } });
  queue.grantConsumeMessages(reader);
}

// GatehouseStack
export function oneStack(): void {
  runApp((app) => {
    new GatehouseStack(app, "Gatehouse", readSettings(app));
  });
}

// Arrivals
export function lookAfterNewAccounts(gatehouse: Gatehouse): void {
  new Arrivals(gatehouse, "Partners", {
    tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
    clientId: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
    accessPackage: { id: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4", policyId: "c4dd5f5e-9f0a-4a2f-8f0b-7be0e0a0a8f1" },
    sponsors: true,
  });
}

// GroupMembership
export function addToGroup(gatehouse: Gatehouse): void {
  new GroupMembership(gatehouse, "Partners", {
    tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45",
    clientId: "5f0d1c2a-6b1e-4a53-9a53-0a5d7d1f3c11",
    groupId: "0d4f6d52-93b7-4c0f-8a5e-2b9a31c6e0f4",
  });
}

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
