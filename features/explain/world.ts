import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { decisionIndexes } from "../../adapters/tables/decision-indexes";
import { gatherPages, mapInBatches } from "../../engine/collections";
import { buildPersonId, eachHash, type PersonHashes } from "../../engine/sign-up/person";
import { denyingList } from "../access-list/world";
import { findNewestGate } from "../approvals/request";
import { approvalIndexes, approvalStore } from "../approvals/store/approvals";
import { decisionStore } from "../decisions/store/decisions";
import { type Denial, joinDenials, judgeWays, type PersonRecords, type Somebody, withUnknownProvider } from "./next-try";

/** Number of newest decisions that are read of each person. */
const NEWEST = 20;
const PEOPLE_AT_ONCE = 20;

/** A person's newest decisions and their requests, invitations included, newest first. */
export const personRecords: WorldMember<(email: string) => Promise<PersonRecords>> = {
  needs: [
    { table: "decisions", actions: "BatchGetItem" },
    { table: "decisions indexes", actions: "Query", indexes: [decisionIndexes.domain.name] },
    { table: "approvals indexes", actions: "Query", indexes: [approvalIndexes.person.name] },
  ],
  make({ tables, nameOf, hashes, lacks, readPart = (_part, _without, read) => read() }) {
    async function readRequests(email: string): Promise<PersonRecords["requests"]> {
      if (lacks?.("approvals")) return [];
      const store = approvalStore(tables, nameOf("approvals"), () => {});
      const ids = eachHash(await hashes()).map((hashOf) => buildPersonId(email, hashOf));
      const requests = (await Promise.all(ids.map((id) => gatherPages(store.byPerson(id))))).flat();
      return requests.toSorted((one, other) => (one.changedAt > other.changedAt ? -1 : 1));
    }
    return async (email) => {
      const readDecisions = async () => (await decisionStore(tables, nameOf("decisions")).newestOf("mailbox", email, NEWEST)).records;
      const [recent, requests] = await Promise.all([
        readPart("decisions", [], readDecisions),
        readPart("requests", [], () => readRequests(email)),
      ]);
      return { recent, requests };
    };
  },
};

export interface DenialsNow {
  /** Returns, for each person whom the list denies in a new try, the entry that denies. */
  findDenials<P extends Somebody>(people: readonly P[], now: Date): Promise<ReadonlyMap<P, Denial>>;
  readonly arePoliciesKnown: boolean;
}

/** The list's answer to what people would get if they tried now. */
export const denialsNow: WorldMember<DenialsNow> = {
  needs: [...denyingList.needs, ...personRecords.needs],
  make(place) {
    const { hashes: readHashes, readPart = (_part, _without, read) => read() } = place;
    return findNow(makeMember(denyingList, place), {
      readRecords: makeMember(personRecords, place),
      readHashes: () => readPart("requests", undefined, readHashes),
    });
  },
};

/** The same for functions that may read neither decisions nor requests: an account's row says how its person signs in. */
export const denialsByAccount: WorldMember<DenialsNow> = {
  needs: denyingList.needs,
  make: (place) => findNow(makeMember(denyingList, place)),
};

interface Reading {
  readRecords(email: string): Promise<PersonRecords>;
  readHashes(): Promise<PersonHashes | undefined>;
}

function findNow(list: ReturnType<typeof denyingList.make>, reading?: Reading): DenialsNow {
  return {
    get arePoliciesKnown() {
      return list.arePoliciesKnown;
    },
    async findDenials(people, now) {
      const { lists } = list;
      if (lists !== undefined && Object.values(lists).every(({ length }) => length === 0)) return new Map();
      const hashes = await reading?.readHashes();
      const judged = await mapInBatches(people, PEOPLE_AT_ONCE, async (person) => {
        const records = await reading?.readRecords(person.email);
        const gate = person.isAtNewestGate ? findNewestGate(records?.recent ?? [], records?.requests ?? []) : person.gate;
        const somebody = { ...person, ...(gate !== undefined && { gate }) };
        return { person, always: withUnknownProvider(somebody), ways: judgeWays(somebody, { lists, records, hashes }) };
      });
      const entries = await list.findDenials(
        judged.flatMap(({ always, ways }) => [always, ...ways]),
        now,
      );
      return new Map(
        judged.flatMap(({ person, always, ways }) => {
          const answers = ways.map((way) => ({ way, entry: entries.get(way) }));
          const denial = joinDenials(answers, entries.get(always));
          return denial === undefined ? [] : [[person, denial] as const];
        }),
      );
    },
  };
}
