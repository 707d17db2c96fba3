import type { Context } from "aws-lambda";
import { endpointVariable, environment, required } from "../adapters/aws/environment";
import { personHash } from "../adapters/aws/person-key";
import { askStandInTexts, askTexts } from "../adapters/dns/texts";
import { lookAtPartner } from "../adapters/partners/look";
import { accessListStore } from "../adapters/tables/access-list";
import { auditStore } from "../adapters/tables/audit";
import { partnerStore } from "../adapters/tables/partners";
import { tableNamesIn } from "../adapters/tables/tables";
import type { World } from "../adapters/world";
import type { PartnerRow } from "../engine/partners/partner";
import { traceOf } from "./report";

/** A look at name servers that are slow to answer takes less. */
const LAST_LOOK_MS = 40_000;
const AT_ONCE = 5;

/**
 * Looks for the TXT records of all partners, those first that nobody has looked at for longest: what is left over when the time is
 * up comes first tomorrow. One that cannot be written keeps nobody else waiting; it fails the whole run in the end, so that somebody looks.
 */
export function partnerLooksHandler({
  settings,
  tables,
  secrets,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log">) {
  const nameOf = tableNamesIn(settings);
  const standIn = settings[endpointVariable("dns")];
  const hashes = personHash(secrets, required(environment.personKeySecret, settings), clock);
  const ports = {
    ask: standIn === undefined ? askTexts() : askStandInTexts(standIn),
    list: accessListStore(tables, nameOf("accessList")),
    partners: partnerStore(tables, nameOf("decisions")),
    trail: auditStore(tables, nameOf("audit"), hashes),
  };

  return async (_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> => {
    const queue: PartnerRow[] = [];
    for await (const page of ports.partners.pages()) queue.push(...page);
    // Of those that have lapsed, only what somebody wrote at that very moment may be left to end.
    const rank = ({ state, lookedAt = "" }: PartnerRow) => (state === "lapsed" ? "last" : lookedAt);
    queue.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
    let failures = 0;
    const look = async () => {
      for (let next = queue.shift(); next !== undefined; next = getRemainingTimeInMillis() > LAST_LOOK_MS ? queue.shift() : undefined) {
        try {
          await lookAtPartner(ports, next, { by: "gatehouse", via: "gatehouse" }, new Date(clock.now()));
        } catch (error) {
          failures++;
          log.error("partner not looked at", { failure: traceOf(error) });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, look));
    if (failures > 0) throw new Error(`Partners that could not be looked at: ${failures}. The log says why.`);
  };
}
