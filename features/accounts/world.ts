import type { WorldMember } from "../../adapters/operator/world";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../engine/sign-up/person";
import type { AccountRow, UnreadableAccountError } from "./account";
import { type AccountStore, accountStore } from "./store/accounts";

/** The rows of accounts, for acts. */
export const accountRows: WorldMember<Pick<AccountStore, "get" | "change">> = {
  needs: [{ table: "accounts", actions: "GetItem PutItem" }],
  make: ({ tables, nameOf }) => accountStore(tables, nameOf("accounts")),
};

/** The rows of accounts, for views. `tell` is called with each unreadable row, which is left out. */
export const readAccounts: WorldMember<
  (tell: (error: UnreadableAccountError) => void) => Pick<AccountStore, "pageInState" | "pageOfSponsor">
> = {
  needs: [{ table: "accounts indexes", actions: "Query" }],
  make:
    ({ tables, nameOf }) =>
    (tell) =>
      accountStore(tables, nameOf("accounts"), tell),
};

/** The account that a person is in with at a gate. */
export const accessNow: WorldMember<
  (person: { readonly email: string; readonly gate?: string }, now: Date) => Promise<AccountRow | undefined>
> = {
  needs: [{ table: "accounts indexes", actions: "Query" }],
  make({ tables, nameOf, hashes, readPart = (_part, _without, read) => read() }) {
    async function find(email: string, gate: string, now: Date): Promise<AccountRow | undefined> {
      const store = accountStore(tables, nameOf("accounts"), () => {});
      for (const hashOf of eachHash(await hashes())) {
        for await (const page of store.byPerson(buildPersonId(email, hashOf))) {
          const account = page.find(
            (each) =>
              each.state === "in" && (each.gate ?? DEFAULT_GATE) === gate && (each.until === undefined || new Date(each.until) > now),
          );
          if (account !== undefined) return account;
        }
      }
      return undefined;
    }
    return ({ email, gate = DEFAULT_GATE }, now) => readPart("account", undefined, () => find(email, gate, now));
  },
};
