import { auditedSamples } from "../../features/audit/standin";
import type { SampleTrail } from "./sample-trail";

/** Notes about loaded samples. Each feature adds its line here. */
export const sampleTrails: readonly SampleTrail[] = [auditedSamples];
