import type { StepVisit } from "../client/visit";
import type { Behind, Bench } from "./bench";
import type { SimulatorLanguage } from "./texts";

/** For whom a page is made, and what it may tell beyond the sign-up. */
export interface View {
  readonly language: SimulatorLanguage;
  /** Why answers may be other than expected. */
  readonly trouble: string | undefined;
  /** What went on behind the answers, as far as it is known. */
  readonly behind: ReadonlyMap<StepVisit, Behind>;
  readonly bench: Bench | undefined;
}

/** Looks up what stands behind each answer. */
export async function behindEach(visits: readonly StepVisit[], bench: Bench | undefined): Promise<View["behind"]> {
  const found = await Promise.all(visits.map(async (visit) => [visit, await bench?.behind(visit)] as const));
  return new Map(found.flatMap(([visit, behind]) => (behind === undefined ? [] : [[visit, behind] as const])));
}
