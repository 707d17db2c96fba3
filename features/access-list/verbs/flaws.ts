import { makeWorld } from "../../../adapters/operator/world";
import type { Deployment } from "../../../cli/deployment";
import type { Output } from "../../../cli/output";
import { operatorPlace } from "../../../cli/view";
import type { Row } from "../../../engine/sign-up/rule";
import { findFlaws } from "../entry-flaws";
import { describeFlaw } from "../flaw-texts";
import { unseenLooks } from "../world";
import { silentGates } from "./editing";

type FindLike = Awaited<ReturnType<ReturnType<typeof unseenLooks.make>>>;

/**
 * Returns a function that says what is wrong with an entry, as the console's page does. For a role that may not read the known domains, it
 * omits whom a domain looks like, and warns.
 */
export async function flawsAt(deployment: Deployment, output: Pick<Output, "warn">, now: Date) {
  const { gates } = deployment;
  const place = operatorPlace(deployment, output);
  const readLooks = () => makeWorld({ unseenLooks }, place).unseenLooks(now);
  const findLike = (await place.readPart?.<FindLike | undefined>("domains that look alike", undefined, readLooks)) ?? (() => undefined);
  const silent = silentGates(deployment);
  if (silent === undefined) output.warn("Warning: the policy could not be loaded, so entries for approval that ask nobody are not known.");
  return (row: Row, item: Parameters<FindLike>[0]): readonly string[] =>
    findFlaws(row, { gates, silent, like: findLike(item) }, now).map((flaw) => describeFlaw(flaw, gates));
}
