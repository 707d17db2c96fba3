// What the forms of all events are made of, in the words of OCSF 1.1.0.

/** What the bus calls a kind of event: a data lake keeps each class apart. */
export type OcsfType = "ocsf.authentication" | "ocsf.account_change" | "ocsf.entity_management" | "ocsf.incident_finding";

/** What an event says, before the parts that all events of OCSF share. */
export interface OcsfForm {
  readonly type: OcsfType;
  readonly activity: OcsfActivity;
  /** How it went, and how grave that is. */
  readonly outcome: object;
  readonly message: string;
  /** What only this class or activity has. */
  readonly more: object;
  /** What OCSF has no name for. */
  readonly unmapped: object;
  /** The sign-in in Entra's own logs. */
  readonly correlationId?: string | undefined;
}

/** A class numbers its own activities. */
type OcsfActivity = readonly [number, string];

export const otherActivity = (name: string): OcsfActivity => [99, name];

export const success = { status_id: 1, status: "Success" };
export const failure = { status_id: 2, status: "Failure" };
export const otherStatus = (status: string) => ({ status_id: 99, status });

export const informational = { severity_id: 1, severity: "Informational" };
export const low = { severity_id: 2, severity: "Low" };
export const medium = { severity_id: 3, severity: "Medium" };

/** Somebody with a right that others lack: an approver, an administrator. */
export const operator = (name: string, uid?: string) => ({ name, ...(uid !== undefined && { uid }), type_id: 2, type: "Admin" });
/** Gatehouse itself. */
export const gatehouseItself = { name: "Gatehouse", type_id: 3, type: "System" };
