import type { Context } from "aws-lambda";
import { composeHandler } from "../../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../../adapters/aws/environment";
import { personHash } from "../../../adapters/aws/person-key";
import { readErrorTrace } from "../../../adapters/report";
import { tableNamesIn } from "../../../adapters/tables/tables";
import { notingWork, toCode, WorkLeftError, workNotes } from "../../../adapters/tables/work-notes";
import type { World } from "../../../adapters/world";
import type { PartnerRow } from "../../access-list/partner";
import { accessListStore } from "../../access-list/store/access-list";
import { auditStore } from "../../audit/store/trail";
import { askTextsBy } from "../client";
import { checkPartner } from "../store/changes";
import { endPartnerAllows, partnerFaults } from "../store/entries";
import { partnerStore } from "../store/partners";

/** Time that must be left for a further check. A check takes less, even if name servers are slow to answer. */
const LAST_LOOK_MS = 40_000;
const AT_ONCE = 5;
/** The part of the note about records that no name server tells. */
const DNS = "dns";
const gatehouse = { by: "gatehouse", via: "gatehouse" } as const;

/**
 * Checks partners' TXT records, the longest unchecked first. If the time runs out, the next run begins with the rest. If a check fails, the
 * run goes on, but fails at the end so that an operator looks. Ends the allows of removed partners' contacts.
 */
export function partnerLooksHandler({
  settings,
  tables,
  secrets,
  clock,
  log,
}: Pick<World, "settings" | "tables" | "secrets" | "clock" | "log">) {
  const nameOf = tableNamesIn(settings);
  const hashes = personHash(secrets, requireVariable(environment.personKeySecret, settings), clock);
  const ports = {
    ask: askTextsBy(settings),
    list: accessListStore(tables, nameOf("accessList")),
    partners: partnerStore(tables, nameOf("decisions")),
    trail: auditStore(tables, nameOf("audit"), hashes),
  };

  const notes = workNotes({ settings, tables, clock, log }, "partners");
  return composeHandler(
    { log },
    notingWork(notes, async (_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> => {
      const hasTime = () => getRemainingTimeInMillis() > LAST_LOOK_MS;
      const queue: PartnerRow[] = [];
      for await (const page of ports.partners.pages()) queue.push(...page);
      // Lapsed partners come last: only entries written at the moment of the lapse may still have to be ended.
      const rank = ({ state, lookedAt = "" }: PartnerRow) => (state === "lapsed" ? "last" : lookedAt);
      queue.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
      const failures: string[] = [];
      let [looked, unanswered] = [0, 0];
      const look = async () => {
        for (let next = queue.shift(); next !== undefined; next = hasTime() ? queue.shift() : undefined) {
          try {
            const current = await checkPartner(ports, next, gatehouse, new Date(clock.now()));
            if (current === undefined || current.state === "lapsed") continue;
            looked += 1;
            if (current.look === "failed") unanswered += 1;
          } catch (error) {
            failures.push(toCode(error));
            log.error("partner not looked at", { failure: readErrorTrace(error) });
          }
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, look));
      // A name server's silence says nothing about the record, so the run does not fail.
      if (unanswered > 0) await notes.failed("no answer", { part: DNS, share: { failed: unanswered, of: looked } });
      else if (looked > 0) await notes.succeeded(DNS);
      const { unreadable, orphaned } = await partnerFaults(ports, new Date(clock.now()), hasTime);
      for (const fault of unreadable) {
        failures.push("unreadable");
        log.error("partner not readable", fault);
      }
      for (const { domain, entries } of orphaned) {
        await endPartnerAllows(ports, domain, gatehouse, new Date(clock.now()));
        log.warn("entries of a removed partner ended", { domain, entries: entries.length });
      }
      const [why] = failures;
      if (why !== undefined) {
        throw new WorkLeftError(
          `Partners that could not be looked at: ${failures.length} (${why}). The log says why.`,
          why,
          failures.length,
        );
      }
    }),
  );
}
