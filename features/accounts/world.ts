import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { gatherPages } from "../../engine/collections";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../engine/sign-up/person";
import type { AccountRow, UnreadableAccountError } from "./account";
import { type AccountStore, accountIndexes, accountStore } from "./store/accounts";

/** The rows of accounts, for acts. */
export const accountRows: WorldMember<Pick<AccountStore, "get" | "getAll" | "change">> = {
  needs: [{ table: "accounts", actions: "BatchGetItem GetItem PutItem" }],
  make: ({ tables, nameOf }) => accountStore(tables, nameOf("accounts")),
};

/** One account's row, for acts on it. */
export const accountRow: WorldMember<Pick<AccountStore, "get" | "change">> = {
  needs: [{ table: "accounts", actions: "GetItem PutItem" }],
  make: (place) => makeMember(accountRows, place),
};

/** The rows of accounts, for views. `tell` is called with each unreadable row, which is left out. */
export const readAccounts: WorldMember<
  (tell: (error: UnreadableAccountError) => void) => Pick<AccountStore, "pageInState" | "pageOfSponsor">
> = {
  needs: [{ table: "accounts indexes", actions: "Query", indexes: [accountIndexes.state.name, accountIndexes.sponsor.name] }],
  make:
    ({ tables, nameOf }) =>
    (tell) =>
      accountStore(tables, nameOf("accounts"), tell),
};

/** The rows of a person's accounts, at every gate. */
export const accountsOfPerson: WorldMember<(email: string) => Promise<readonly AccountRow[]>> = {
  needs: [{ table: "accounts indexes", actions: "Query", indexes: [accountIndexes.person.name] }],
  make({ tables, nameOf, hashes, lacks, readPart = (_part, _without, read) => read() }) {
    async function read(email: string): Promise<readonly AccountRow[]> {
      if (lacks?.("accounts")) return [];
      const store = accountStore(tables, nameOf("accounts"), () => {});
      const rows = eachHash(await hashes()).map((hashOf) => gatherPages(store.byPerson(buildPersonId(email, hashOf))));
      return (await Promise.all(rows)).flat();
    }
    return (email) => readPart("account", [], () => read(email));
  },
};

/** The account that a person is in with at a gate. */
export const accessNow: WorldMember<
  (person: { readonly email: string; readonly gate?: string }, now: Date) => Promise<AccountRow | undefined>
> = {
  needs: accountsOfPerson.needs,
  make(place) {
    const readAccounts = makeMember(accountsOfPerson, place);
    return async ({ email, gate = DEFAULT_GATE }, now) =>
      (await readAccounts(email)).find(
        (each) => each.state === "in" && (each.gate ?? DEFAULT_GATE) === gate && (each.until === undefined || new Date(each.until) > now),
      );
  },
};
