import { auditedSamples } from "../../features/audit/standin";
import type { SampleTrail } from "./sample-trail";

/** What features note of samples that are loaded. A feature has its line here. */
export const sampleTrails: readonly SampleTrail[] = [auditedSamples];
