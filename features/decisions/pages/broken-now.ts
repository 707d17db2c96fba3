import type { Visit } from "../../../console/app/visit";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { figuresOf, lastHours, readHours } from "../../counts/pages/counted-hours";
import { outageOf } from "../remedies";

/** The system that stopped somebody and has not answered since it last failed; undefined once it has. */
export async function brokenNow(visit: Visit, record: DecisionRecord): Promise<ReturnType<typeof outageOf>> {
  const broken = outageOf(record);
  if (broken?.service === undefined) return broken;
  const { services } = figuresOf(await readHours(visit, lastHours(visit)));
  const { lastAnswer = "", lastFailure = "" } = services.find(({ service }) => service === broken.service) ?? {};
  return lastAnswer > lastFailure ? undefined : broken;
}
