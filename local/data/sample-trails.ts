import { auditedSamples } from "../../features/audit/standin";
import type { SampleTrail } from "./sample-trail";

/** Notes that samples were loaded. A feature has its line here. */
export const sampleTrails: readonly SampleTrail[] = [auditedSamples];
