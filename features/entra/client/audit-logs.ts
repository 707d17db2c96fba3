import type { GraphClient } from "../../../adapters/graph/graph";
import { fetchAllPages } from "../../../adapters/graph/patient-calls";

/** Permissions to read the log. "List signUps", Graph beta: both of them. */
export const signUpLogPermissions = ["AuditLog.Read.All", "Directory.Read.All"] as const;

/** A selfServiceSignUp: one stage of somebody's way into an external tenant. Its personal properties are left out. */
export interface LoggedStage {
  /** The same for all stages of one sign-up, and in what extensions are asked. */
  readonly correlationId: string;
  readonly createdDateTime: string;
  readonly appId: string;
  readonly appDisplayName?: string | null;
  /** "attributeCollectionAndValidation", "userCreation" … */
  readonly signUpStage: string;
  /** An error code of 0 for what went well. */
  readonly status?: { readonly errorCode?: number | null } | null;
  readonly appliedEventListeners?: readonly AppliedListener[] | null;
  /** Arkose's or HUMAN's result, in their own words; absent without either. Source: Graph beta, selfServiceSignUp. */
  readonly fraudProtectionDetails?: { readonly providerName?: string | null; readonly verdict?: string | null } | null;
}

/** A signIn: its personal properties are left out. */
export interface LoggedSignIn {
  readonly correlationId: string;
  readonly createdDateTime: string;
  readonly appId: string;
  readonly appDisplayName?: string | null;
  readonly appliedEventListeners?: readonly AppliedListener[] | null;
}

/** An extension that was called, or was to be. */
export interface AppliedListener {
  /** "tokenIssuanceStart" … */
  readonly eventType?: string | null;
  /** A customExtensionCalloutResult. */
  readonly handlerResult?: {
    /** The code of the last call, if it failed. */
    readonly errorCode?: number | null;
    readonly httpStatus?: number | null;
    readonly numberOfAttempts?: number | null;
  } | null;
}

type Log = Pick<GraphClient, "get" | "address">;

/** The sign-ups in an external tenant's log, newest first. @param graph the beta version, which alone has them */
export async function signUpLog(graph: Log, from: Date, to: Date): Promise<readonly LoggedStage[]> {
  return await readLogLines<LoggedStage>(graph, "signUps", from, to);
}

/** The same of sign-ins by people. Only the beta version says which extensions were called. */
export async function signInLog(graph: Log, from: Date, to: Date): Promise<readonly LoggedSignIn[]> {
  return await readLogLines<LoggedSignIn>(graph, "signIns", from, to);
}

async function readLogLines<T>(graph: Log, log: string, from: Date, to: Date): Promise<readonly T[]> {
  const filter = `createdDateTime ge ${from.toISOString()} and createdDateTime le ${to.toISOString()}`;
  return await fetchAllPages<T>(graph, `/auditLogs/${log}?$filter=${encodeURIComponent(filter)}`, [
    "correlationId",
    "createdDateTime",
    "appId",
  ]);
}
