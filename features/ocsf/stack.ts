import * as v from "valibot";
import { workerEnvironment } from "../../adapters/aws/environment";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";

/** Options for events. Systems that the app does not name, such as another stack of the account, may listen to the events. */
export interface EventOptions {
  /**
   * "ocsf": each event also goes out as OCSF 1.1.0, from the source `gatehouse.ocsf`, for security tools: docs/events.md.
   * @default only Gatehouse's own form
   */
  readonly format?: "ocsf";
}

export interface OcsfOption {
  /**
   * If set, events are published even if nothing in the app listens. With `{ format: "ocsf" }`, events also go out as OCSF, for security
   * tools: docs/events.md.
   * @default events are published in Gatehouse's own form if something in the app listens
   */
  readonly events?: EventOptions;
}

export const stack: StackFeature<OcsfOption, void> = {
  order: 3,
  name: "ocsf",
  options: optionSchema<OcsfOption>({ events: v.optional(optionSchema<EventOptions>({ format: v.optional(v.picklist(["ocsf"])) })) }),
  build({ records }, { events }) {
    if (events?.format !== undefined) records.eventVariables[workerEnvironment.eventFormat] = events.format;
    records.makeBus();
  },
};
