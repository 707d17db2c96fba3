import * as v from "valibot";
import { environment } from "../../adapters/aws/environment";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";

/** The form in which events go out. */
interface EventOptions {
  /**
   * "ocsf": each event also goes out as OCSF 1.1.0, from the source `gatehouse.ocsf`, for security tools: docs/events.md.
   * @default only Gatehouse's own form
   */
  readonly format?: "ocsf";
}

export interface OcsfOption {
  /**
   * The form in which events go out; `{ format: "ocsf" }` for security tools: docs/events.md.
   * @default only Gatehouse's own form
   */
  readonly events?: EventOptions;
}

/** Tells each function that publishes events to publish them as OCSF too. */
export const ocsfFeature: StackFeature<OcsfOption, void> = {
  name: "ocsf",
  options: optionSchema<OcsfOption>({ events: v.optional(optionSchema<EventOptions>({ format: v.optional(v.picklist(["ocsf"])) })) }),
  wanted: (_, { events }) => events?.format !== undefined,
  build({ records }, { events }) {
    records.eventVariables[environment.eventFormat] = events?.format ?? "";
  },
};
