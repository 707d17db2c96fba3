import { Duration } from "aws-cdk-lib";
import { Archive } from "aws-cdk-lib/aws-events";
import { Construct } from "constructs";
import { EVENT_SOURCE } from "../../engine/sign-up/event";
import type { GatehouseScope } from "../gatehouse-scope";
import { keyAt } from "../resources/encryption";

export interface EventArchiveProps {
  /** How long events are kept. */
  readonly days: number;
}

/** Keeps events so that they can be sent again: to a receiver that was down, or to a new one. */
export class EventArchive extends Construct {
  constructor(gatehouse: GatehouseScope, id: string, { days }: EventArchiveProps) {
    super(gatehouse, id);
    new Archive(this, "Archive", {
      description: "What Gatehouse decided",
      sourceEventBus: gatehouse.bus,
      eventPattern: { source: [EVENT_SOURCE] },
      kmsKey: keyAt(this),
      retention: Duration.days(days),
    });
  }
}
