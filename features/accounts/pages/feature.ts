import type { ConsoleFeature } from "../../../console/app/visit";
import type { UnreadableAccountError } from "../account";
import { type AccountStore, accountStore } from "../store/accounts";

declare module "../../../console/app/ports" {
  interface ConsolePorts {
    /** @param tell called with each unreadable row, which a search then omits. Without `tell`, a search throws at such a row */
    accounts(tell?: (error: UnreadableAccountError) => void): Omit<AccountStore, "inState" | "remove">;
  }
}

export const pages = {
  order: 100,
  ports: ({ tables, nameOf }) => ({
    accounts: (tell?: (error: UnreadableAccountError) => void) => accountStore(tables, nameOf("accounts"), tell),
    isAccountIn: async (id: string) => (await accountStore(tables, nameOf("accounts")).get(id))?.state === "in",
  }),
  routes: [],
} satisfies ConsoleFeature;
