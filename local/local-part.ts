import type { DeliveredEvent } from "./aws/events/event-bus";
import type { CsvTable } from "./data/csv-table";
import type { SampleTrail } from "./data/sample-trail";
import type { LetIn, SystemStandIn, VendorStandIn } from "./stand-ins/outside-system";

/** A feature's part of `npm start`. */
export interface LocalPart {
  /** A table that operators fill. Samples are written in the order of the features' names. */
  readonly csvTable?: CsvTable;
  /** Notes in the audit trail about loaded samples. */
  readonly sampleTrail?: SampleTrail;
  /** Stand-ins for vendors that rules call, and for receivers of events. */
  readonly vendors?: readonly VendorStandIn[];
  /** A stand-in for systems that Gatehouse calls. */
  readonly system?: SystemStandIn;
  /**
   * Returns the person that an event lets in. Entra's stand-in creates the account of this person, even if nothing else listens to the
   * event.
   */
  letIn?(event: DeliveredEvent): LetIn | undefined;
}
