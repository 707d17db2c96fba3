import { Duration } from "aws-cdk-lib";
import { Archive } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import * as v from "valibot";
import { EVENT_SOURCE } from "../../engine/events/event-kind";
import { wholeNumber } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";
import { keyAt } from "../../lib/resources/encryption";

export interface EventArchiveOption {
  /** Days for which events are kept, so that you can send them again. @default events are not kept */
  readonly eventArchiveDays?: number;
}

/** Keeps events so that they can be sent again to a receiver that was down, or sent to a new one. */
export const stack: StackFeature<EventArchiveOption, Archive> = {
  order: 75,
  name: "event-archive",
  options: optionSchema<EventArchiveOption>({ eventArchiveDays: v.optional(wholeNumber("", 1)) }),
  build(scope, { eventArchiveDays = 0 }) {
    const place = new Construct(scope, "EventArchive");
    return new Archive(place, "Archive", {
      description: "What Gatehouse decided",
      sourceEventBus: scope.bus,
      eventPattern: { source: [EVENT_SOURCE] },
      kmsKey: keyAt(place),
      retention: Duration.days(eventArchiveDays),
    });
  },
};
