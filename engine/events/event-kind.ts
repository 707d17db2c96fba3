import type * as v from "valibot";
import type { OcsfForm } from "./ocsf";

/** Where events on the bus come from. */
export const EVENT_SOURCE = "gatehouse";

/** Shared by all events: a repeated event keeps its id. */
interface AnyDetail {
  readonly id: string;
  readonly time: string;
  readonly [member: string]: unknown;
}

/** Something that happened, as it goes to the bus. */
export interface DomainEvent<D extends AnyDetail = AnyDetail> {
  readonly type: string;
  readonly detail: D;
  /** The person's, if the caller sent it. It goes out to security tools only. */
  readonly ipAddress?: string | undefined;
}

/** One kind of event, by the shape of its detail. A feature declares its own, and has a line in the list of all. */
export interface EventKind<D extends AnyDetail = AnyDetail> {
  /** Its detail. The shape is fixed for each version. */
  readonly schema: v.GenericSchema<unknown, D>;
  /** The part of the detail that mails use. Absent if no mail follows. */
  readonly mail?: v.GenericSchema;
  /** The same event for security tools. */
  ocsf(detail: D, event: DomainEvent): OcsfForm;
}

/** Kinds of event by their types. */
export type EventKinds = Readonly<Record<string, EventKind>>;
