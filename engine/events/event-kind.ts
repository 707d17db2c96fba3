import type * as v from "valibot";
import type { OcsfForm } from "./ocsf";

export const EVENT_SOURCE = "gatehouse";

/** Members that the detail of every event has. If an event is sent again, its `id` stays the same. */
interface AnyDetail {
  readonly id: string;
  readonly time: string;
  readonly [member: string]: unknown;
}

export interface DomainEvent<D extends AnyDetail = AnyDetail> {
  readonly type: string;
  readonly detail: D;
  /** The person's IP address, if the caller sent it. Only security tools receive it. */
  readonly ipAddress?: string | undefined;
}

/** One kind of event. Each feature declares its own kinds, and adds them to the list of all kinds. */
export interface EventKind<D extends AnyDetail = AnyDetail> {
  /** The schema of the event's detail, fixed for each version. */
  readonly schema: v.GenericSchema<unknown, D>;
  /** The schema of the part of the detail that mails use. Absent if no mail follows. */
  readonly mail?: v.GenericSchema;
  /** Returns the addresses of a mail's readers, if the person whom the event is about reads none. @default that person is a reader */
  readers?(detail: D): readonly (string | undefined)[];
  ocsf(detail: D, event: DomainEvent): OcsfForm;
}

export type EventKinds = Readonly<Record<string, EventKind>>;
