/** Everything a CDK app may use. */

export type { AccountArrived } from "../engine/access/event";
export type { AccountCreated, ApprovalDecided, ApprovalExpired, ApprovalRequested } from "../engine/approvals/event";
export type { SignUpDecided } from "../engine/sign-up/event";
export { ApprovalApi } from "./approvals/approval-api";
export type { ApprovalMailOptions } from "./approvals/approval-mail";
export type { ConsoleOptions } from "./console/console";
export { Arrivals, type ArrivalsProps, GroupMembership, type GroupMembershipProps } from "./events/arrivals";
export { AuditLog, type AuditLogProps } from "./events/audit-log";
export { EventQueue, type EventQueueProps } from "./events/event-queue";
export { Notifications, type NotificationsProps } from "./events/notifications";
export type { WebhookOptions } from "./events/webhooks";
export { Gatehouse } from "./gatehouse";
export type { GatehouseProps } from "./gatehouse-options";
export { type GatehouseSettings, GatehouseStack, type GatehouseStackProps } from "./gatehouse-stack";
export type { OutgoingAddressOptions } from "./network/outgoing-address";
export { PolicyError } from "./policy-folder/policy-error";
export { loadPolicyFolder } from "./policy-folder/policy-folder";
export { type GatehouseFunctionProps, gatehouseFunction } from "./resources/gatehouse-function";
export { runApp } from "./run-app";
export { readSettings, type StagedSettings } from "./settings";
export type { CustomDomainOptions } from "./sign-up/custom-domain";
export type { ExternalTenantOptions } from "./sign-up/external-tenant";
