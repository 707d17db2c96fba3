import type { GraphClient } from "../../../adapters/graph/graph";
import { fetchAllPages } from "../../../adapters/graph/patient-calls";

/** Permissions to read the log, both needed. Source: "List signUps", Graph beta. */
export const signUpLogPermissions = ["AuditLog.Read.All", "Directory.Read.All"] as const;

/** A selfServiceSignUp: one stage of a person's sign-up in an external tenant, without its personal properties. */
export interface LoggedStage {
  /** All stages of one sign-up have the same id. Entra's calls to extensions contain this id too. */
  readonly correlationId: string;
  readonly createdDateTime: string;
  readonly appId: string;
  readonly appDisplayName?: string | null;
  /** "attributeCollectionAndValidation", "userCreation" … */
  readonly signUpStage: string;
  /** The error code is 0 if the stage succeeded. */
  readonly status?: { readonly errorCode?: number | null } | null;
  readonly appliedEventListeners?: readonly AppliedListener[] | null;
  /** The result of Arkose or HUMAN. Absent if neither checked the person. Source: Graph beta, selfServiceSignUp. */
  readonly fraudProtectionDetails?: { readonly providerName?: string | null; readonly verdict?: string | null } | null;
}

/** A signIn, without its personal properties. */
export interface LoggedSignIn {
  readonly correlationId: string;
  readonly createdDateTime: string;
  readonly appId: string;
  readonly appDisplayName?: string | null;
  readonly appliedEventListeners?: readonly AppliedListener[] | null;
}

/** An extension that Entra called or should have called. */
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

/** Newest first. @param graph the beta version: version 1.0 does not have the sign-ups */
export async function signUpLog(graph: Log, from: Date, to: Date): Promise<readonly LoggedStage[]> {
  return await readLogLines<LoggedStage>(graph, "signUps", from, to);
}

/** Reads sign-ins. Only the beta version says which extensions were called. */
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
